"""ComfyUI's nodes as far as Kinora's workflows use them, and what its validation says of a graph.

Source: ComfyUI's `nodes.py`, `comfy_extras/nodes_video.py`, `nodes_wan.py` and `validate_prompt` of `execution.py`
(version 0.36, read 2026-11-20). Stricter than ComfyUI, which ignores inputs that it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.standins.shapes import problems

FILES = {
    "sd_xl_base_1.0.safetensors",
    "wan2.2_ti2v_5B_fp16.safetensors",
    "umt5_xxl_fp8_e4m3fn_scaled.safetensors",
    "wan2.2_vae.safetensors",
}
"""What lies in the folders for models."""
Graph = Mapping[str, Any]


@dataclass(frozen=True)
class Link:
    """An input that takes what another node puts out."""

    type: str


@dataclass(frozen=True)
class File:
    """An input that names a file: of the models, or of what was uploaded."""

    uploaded: bool = False


@dataclass(frozen=True)
class Node:
    """One kind of node. A name that ends in "?" may be absent."""

    inputs: Mapping[str, Any]
    outputs: tuple[str, ...] = ()
    saves: str = ""
    """The kind of media that it saves."""


@dataclass(frozen=True)
class Wrong:
    """An error of one node, as ComfyUI names it."""

    node: str
    type: str
    details: str


def _int(least: int, most: int, step: int = 1) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        fits = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        return None if fits and (value - least) % step == 0 else f"no INT from {least} to {most} by {step}: {value!r}"

    return check


def _float(least: float, most: float) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        fits = isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
        return None if fits else f"no FLOAT from {least} to {most}: {value!r}"

    return check


SIDE = _int(16, 16384, 8)
SAMPLERS = ("euler", "dpmpp_2m", "uni_pc")
NODES = {
    "CheckpointLoaderSimple": Node({"ckpt_name": File()}, ("MODEL", "CLIP", "VAE")),
    "UNETLoader": Node({"unet_name": File(), "weight_dtype": ("default", "fp8_e4m3fn")}, ("MODEL",)),
    "CLIPLoader": Node({"clip_name": File(), "type": ("wan", "sd3"), "device?": ("default", "cpu")}, ("CLIP",)),
    "VAELoader": Node({"vae_name": File()}, ("VAE",)),
    "ModelSamplingSD3": Node({"model": Link("MODEL"), "shift": _float(0, 100)}, ("MODEL",)),
    "CLIPTextEncode": Node({"text": str, "clip": Link("CLIP")}, ("CONDITIONING",)),
    "EmptyLatentImage": Node({"width": SIDE, "height": SIDE, "batch_size": _int(1, 4096)}, ("LATENT",)),
    "LoadImage": Node({"image": File(uploaded=True)}, ("IMAGE", "MASK")),
    "ImageScale": Node(
        {
            "image": Link("IMAGE"),
            "upscale_method": ("nearest-exact", "bilinear", "area", "bicubic", "lanczos"),
            "width": _int(0, 16384),
            "height": _int(0, 16384),
            "crop": ("disabled", "center"),
        },
        ("IMAGE",),
    ),
    "VAEEncode": Node({"pixels": Link("IMAGE"), "vae": Link("VAE")}, ("LATENT",)),
    "VAEDecode": Node({"samples": Link("LATENT"), "vae": Link("VAE")}, ("IMAGE",)),
    "Wan22ImageToVideoLatent": Node(
        {
            "vae": Link("VAE"),
            "width": _int(32, 16384, 32),
            "height": _int(32, 16384, 32),
            "length": _int(1, 16384, 4),
            "batch_size": _int(1, 4096),
            "start_image?": Link("IMAGE"),
        },
        ("LATENT",),
    ),
    "KSampler": Node(
        {
            "model": Link("MODEL"),
            "positive": Link("CONDITIONING"),
            "negative": Link("CONDITIONING"),
            "latent_image": Link("LATENT"),
            "seed": _int(0, 2**64 - 1),
            "steps": _int(1, 10000),
            "cfg": _float(0, 100),
            "sampler_name": SAMPLERS,
            "scheduler": ("simple", "normal", "karras"),
            "denoise": _float(0, 1),
        },
        ("LATENT",),
    ),
    "CreateVideo": Node({"images": Link("IMAGE"), "fps": _float(1, 120)}, ("VIDEO",)),
    "SaveImage": Node({"images": Link("IMAGE"), "filename_prefix": str}, saves="image"),
    "SaveVideo": Node(
        {
            "video": Link("VIDEO"),
            "filename_prefix": str,
            "format": ("auto", "mp4", "mkv", "webm"),
            "format.codec?": ("auto", "h264", "av1"),
            "codec?": ("auto", "h264", "av1"),
        },
        saves="video",
    ),
}


def missing_node(graph: Graph) -> str | None:
    """The class of the first node that is not installed."""
    return next((node["class_type"] for node in graph.values() if node["class_type"] not in NODES), None)


def errors(graph: Graph, files: set[str], uploads: set[str]) -> Iterator[Wrong]:
    """Everything that is wrong with the inputs of a graph whose nodes are all there."""
    for id, node in graph.items():
        known = {name.removesuffix("?"): one for name, one in NODES[node["class_type"]].inputs.items()}
        inputs = node["inputs"]
        for name in inputs.keys() - known.keys():
            yield Wrong(id, "unknown_input", name)
        for name in NODES[node["class_type"]].inputs:
            if not name.endswith("?") and name not in inputs:
                yield Wrong(id, "required_input_missing", name)
        for name in inputs.keys() & known.keys():
            yield from _of_input(graph, id, name, known[name], inputs[name], (files, uploads))


def saving(graph: Graph) -> dict[str, str]:
    """The nodes that save, with the kind that each saves."""
    kinds = {id: NODES[node["class_type"]].saves for id, node in graph.items()}
    return {id: kind for id, kind in kinds.items() if kind}


def value(graph: Graph, name: str, otherwise: Any = None) -> Any:
    """The value of the first input of that name that is no link."""
    found = (node["inputs"][name] for node in graph.values() if name in node["inputs"])
    return next((one for one in found if not isinstance(one, list)), otherwise)


def prompt_of(graph: Graph) -> str:
    """The words that the sampler is led to."""
    sampler = next(node for node in graph.values() if "positive" in node["inputs"])
    return str(graph[sampler["inputs"]["positive"][0]]["inputs"]["text"])


def _of_input(
    graph: Graph, id: str, name: str, expected: Any, given: Any, folders: tuple[set[str], set[str]]
) -> Iterator[Wrong]:
    match expected:
        case Link(type):
            yield from _of_link(graph, id, name, type, given)
        case File(uploaded=True):
            if given not in folders[1]:
                yield Wrong(id, "custom_validation_failed", f"image - Invalid image file: {given}")
        case File():
            if given not in folders[0]:
                yield Wrong(id, "value_not_in_list", f"{name}: {given!r} not in (list of length {len(folders[0])})")
        case _:
            for text in problems(given, expected, name):
                yield Wrong(id, "invalid_input_type", text)
            # In a text it may be somebody's own word.
            if isinstance(given, str) and name != "text" and re.fullmatch(r"\{\w+\}", given):
                yield Wrong(id, "placeholder_left", f"{name}: {given}")


def _of_link(graph: Graph, id: str, name: str, type: str, given: Any) -> Iterator[Wrong]:
    if not (isinstance(given, list) and len(given) == 2 and isinstance(given[0], str) and isinstance(given[1], int)):
        yield Wrong(id, "bad_linked_input", name)
        return
    source = graph.get(given[0])
    outputs = NODES[source["class_type"]].outputs if source else ()
    if not 0 <= given[1] < len(outputs):
        yield Wrong(id, "exception_during_inner_validation", f"{name}: there is no {given}")
    elif outputs[given[1]] != type:
        yield Wrong(
            id, "return_type_mismatch", f"{name}, received_type({outputs[given[1]]}) mismatch input_type({type})"
        )
