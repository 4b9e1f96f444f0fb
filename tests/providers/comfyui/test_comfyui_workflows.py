"""Workflow files: what comes along is sound, what an operator adds is used, what is wrong with one is said."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.catalogue.listing import built_in
from app.media.pipeline import Expectations
from app.media.verifying import verify_image, verify_video
from app.providers.base import Brief, Finished, Kind, Reference, Remote
from app.providers.comfyui.provider import ComfyUIProvider
from app.providers.comfyui.recipes import recipe_of
from app.providers.comfyui.workflows import BUILT_IN
from app.providers.errors import InvalidRequest, Retired
from tests.providers.contract import finish
from tests.standins import media
from tests.standins.comfyui import ComfyUIStandIn

Asked = Callable[..., Brief]
PICTURE = Reference(media.jpeg("16:9"), "image/jpeg")
MODELS = {entry.id: entry.model() for entry in built_in() if entry.provider == "comfyui"}
OPTIONS = [
    (model.id, ratio, duration, resolution, pictures)
    for model in MODELS.values()
    for ratio in model.aspect_ratios
    for duration, resolution in model.options
    for pictures in range(model.max_references + 1)
]


def sent(comfyui: ComfyUIStandIn) -> dict[str, Any]:
    """The graph of the last submit."""
    graph: dict[str, Any] = comfyui.requests_to("prompt")[-1]["json"]["prompt"]
    return graph


def inputs(comfyui: ComfyUIStandIn, kind: str) -> dict[str, Any]:
    """What its first node of this kind was given."""
    found: dict[str, Any] = next(node["inputs"] for node in sent(comfyui).values() if node["class_type"] == kind)
    return found


@pytest.mark.parametrize(("model", "ratio", "duration", "resolution", "pictures"), OPTIONS)
def test_every_option_that_is_offered_makes_a_graph_that_comfyui_takes(
    comfyui: ComfyUIStandIn, provider: ComfyUIProvider, asked: Asked,
    model: str, ratio: str, duration: int | None, resolution: str | None, pictures: int,
) -> None:  # fmt: skip
    brief = asked(model, aspect_ratio=ratio, duration=duration, resolution=resolution, references=(PICTURE,) * pictures)
    provider.submit(brief, "attempt-1")
    assert sum(comfyui.accepted.values()) == 1
    assert ("LoadImage" in json.dumps(sent(comfyui))) == bool(pictures)


@pytest.mark.parametrize("ratio", ["1:1", "16:9", "9:16"])
def test_an_image_has_the_ratio_that_was_asked_for(
    provider: ComfyUIProvider, asked: Asked, tmp_path: Path, ratio: str
) -> None:
    file = brought(provider, asked("sdxl", aspect_ratio=ratio), tmp_path)
    facts = verify_image(file, ratio)
    assert facts.media_type == "image/png"
    assert 0.9 < facts.width * facts.height / 1024**2 < 1.1


@pytest.mark.parametrize(
    ("ratio", "resolution", "seconds", "size"),
    [("16:9", "480p", 3, (864, 480)), ("9:16", "480p", 5, (480, 864)), ("1:1", "720p", 4, (704, 704))],
)
def test_a_video_has_the_size_and_length_that_were_asked_for(
    provider: ComfyUIProvider,
    asked: Asked,
    tmp_path: Path,
    ratio: str,
    resolution: str,
    seconds: int,
    size: tuple[int, int],
) -> None:
    brief = asked("wan2.2-5b", aspect_ratio=ratio, resolution=resolution, duration=seconds)
    expected = Expectations(seconds, ratio, resolution).size
    facts = verify_video(brought(provider, brief, tmp_path), seconds, expected, ratio)
    assert (facts.width, facts.height) == size


def brought(provider: ComfyUIProvider, brief: Brief, folder: Path) -> Path:
    """What was made of a brief, in a file."""
    result = finish(provider, provider.submit(brief, "attempt-1")).result
    assert isinstance(result, Remote)
    file = folder / "result"
    file.write_bytes(httpx2.get(provider.download(result.locator).url).raise_for_status().content)
    return file


def test_values_keep_their_types_and_words_are_not_filled_again(
    comfyui: ComfyUIStandIn, provider: ComfyUIProvider, asked: Asked
) -> None:
    words = 'a {seed} of {width}, {red|blue} "quoted"\nand a second line'
    brief = asked("wan2.2-5b", words, negative_prompt="{prompt}", seed=7, duration=4, resolution="720p")
    provider.submit(brief, "attempt-1")
    assert [node["inputs"]["text"] for node in sent(comfyui).values() if "text" in node["inputs"]] == [
        words,
        "{prompt}",
    ]
    assert inputs(comfyui, "KSampler")["seed"] == 7
    latent = inputs(comfyui, "Wan22ImageToVideoLatent")
    assert (latent["width"], latent["height"], latent["length"]) == (1280, 704, 97)
    assert inputs(comfyui, "CreateVideo")["fps"] == 24


def test_without_a_seed_each_attempt_has_its_own_and_the_same_one_again(
    comfyui: ComfyUIStandIn, provider: ComfyUIProvider, asked: Asked
) -> None:
    seeds = []
    for attempt in ("attempt-1", "attempt-2", "attempt-1"):
        provider.submit(asked(), attempt)
        seeds.append(inputs(comfyui, "KSampler")["seed"])
    assert seeds[0] == seeds[2] != seeds[1]
    assert all(0 <= seed < 2**53 for seed in seeds)


def own(folder: Path, name: str, change: Callable[[dict[str, Any]], Any] = lambda graph: None) -> dict[str, Any]:
    """A workflow of the operator's own: one that comes along, changed."""
    graph: dict[str, Any] = json.loads((BUILT_IN / "sdxl.json").read_text())
    change(graph)
    (folder / name).write_text(json.dumps(graph))
    return graph


def node(graph: dict[str, Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one["inputs"] for one in graph.values() if one["class_type"] == kind)
    return found


def test_a_file_of_the_operators_own_comes_before_the_one_of_the_same_name(
    comfyui: ComfyUIStandIn, asked: Asked, tmp_path: Path
) -> None:
    own(tmp_path, "sdxl.json", lambda graph: node(graph, "KSampler").update(steps=4))
    ComfyUIProvider(comfyui.url, str(tmp_path)).submit(asked(), "attempt-1")
    assert inputs(comfyui, "KSampler")["steps"] == 4


def test_a_new_file_is_a_model_by_its_name_and_placeholders_may_stand_in_longer_texts(
    comfyui: ComfyUIStandIn, asked: Asked, tmp_path: Path
) -> None:
    provider = ComfyUIProvider(comfyui.url, str(tmp_path))
    assert "watercolour" not in provider.listed()
    own(
        tmp_path,
        "watercolour.json",
        lambda graph: node(graph, "CLIPTextEncode").update(text="watercolour, {prompt}, {x}"),
    )
    assert provider.listed() >= {"watercolour", "sdxl", "wan2.2-5b"}
    provider.submit(
        asked(model="sdxl").__class__(**{**vars(asked()), "model": "watercolour", "recipe": {}}), "attempt-1"
    )
    assert inputs(comfyui, "CLIPTextEncode")["text"] == "watercolour, a fox in the snow, {x}"
    (tmp_path / "watercolour.json").unlink()
    assert "watercolour" not in provider.listed()


def test_a_folder_that_is_not_there_is_as_good_as_none(asked: Asked, comfyui: ComfyUIStandIn, tmp_path: Path) -> None:
    provider = ComfyUIProvider(comfyui.url, str(tmp_path / "nowhere"))
    assert provider.listed() == ComfyUIProvider(comfyui.url, "").listed()
    assert provider.submit(asked(), "attempt-1")


def test_the_pictures_that_are_given_choose_the_file(comfyui: ComfyUIStandIn, asked: Asked, tmp_path: Path) -> None:
    for name, steps in (("none.json", 1), ("one.json", 2), ("two.json", 3)):
        own(tmp_path, name, lambda graph, steps=steps: node(graph, "KSampler").update(steps=steps))  # type: ignore[misc]
    provider = ComfyUIProvider(comfyui.url, str(tmp_path))
    recipe = {"workflow": "none.json", "with_reference": "one.json", "with_references": "two.json"}
    for count in range(3):
        provider.submit(asked(recipe=recipe, references=(PICTURE,) * count), f"attempt-{count}")
    steps = [node(one["json"]["prompt"], "KSampler")["steps"] for one in comfyui.requests_to("prompt")]
    assert steps == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "no workflow file"),
        ("{", "cannot be read"),
        ("\udcff", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ("[]", "no graph"),
        ("{}", "no graph"),
        ('{"1": {"class_type": "KSampler"}}', "no graph"),
        ('{"nodes": [], "links": []}', "Export"),
        ('{"1": {"class_type": "KSampler", "inputs": {"text": "{promt}"}}}', "{promt}"),
    ],
)
def test_a_file_that_cannot_be_used_takes_its_model_off_the_list_and_says_why(
    comfyui: ComfyUIStandIn, asked: Asked, tmp_path: Path, text: str | None, words: str
) -> None:
    if text is not None:
        (tmp_path / "sdxl.json").write_text(text, "utf-8", "surrogateescape")
    brief = asked(recipe={"workflow": "sdxl.json" if text is not None else "gone.json"})
    with pytest.raises(Retired, match=words.replace("{", r"\{")):
        ComfyUIProvider(comfyui.url, str(tmp_path)).submit(brief, "attempt-1")
    assert comfyui.requests == []


@pytest.mark.parametrize("name", ["../sdxl.json", "/etc/passwd", "sub/sdxl.json", ".sdxl.json", "sdxl.txt", ""])
def test_no_name_leads_out_of_the_folders(
    comfyui: ComfyUIStandIn, provider: ComfyUIProvider, asked: Asked, name: str
) -> None:
    with pytest.raises(Retired, match="workflow"):
        provider.submit(asked(recipe={"workflow": name}), "attempt-1")
    assert comfyui.requests == []


@pytest.mark.parametrize(
    ("recipe", "field"),
    [({"frames": "4m+1"}, "frames"), ({"fps": 0}, "fps"), ({"multiple_off": 8}, "multiple_off"), ({"fps": "x"}, "fps")],
)
def test_a_recipe_that_is_wrong_names_its_field(
    provider: ComfyUIProvider, asked: Asked, recipe: Any, field: str
) -> None:
    with pytest.raises(Retired, match=field):
        provider.submit(asked(recipe=recipe), "attempt-1")


def test_what_a_workflow_wants_and_nobody_gave_is_the_requests_fault(
    comfyui: ComfyUIStandIn, provider: ComfyUIProvider, asked: Asked
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        provider.submit(asked(recipe={"workflow": "sdxl-reference.json"}), "attempt-1")
    assert refused.value.field == "references"
    with pytest.raises(InvalidRequest, match="frames"):
        provider.submit(asked(recipe={"workflow": "wan2.2-5b.json"}), "attempt-1")
    assert comfyui.requests == []


@pytest.mark.parametrize(
    ("recipe", "seconds", "frames"),
    [
        ({"fps": 24, "frames": "4n+1"}, 5, 121),
        ({"fps": 16, "frames": "4n+1"}, 5, 81),
        ({"fps": 24, "frames": "8n+1"}, 4, 97),
        ({"fps": 25}, 4, 100),
        ({"fps": 12.5, "frames": "5n"}, 3, 40),
    ],
)
def test_frames_last_at_least_as_long_and_are_a_number_that_the_model_can_make(
    recipe: Any, seconds: int, frames: int, asked: Asked
) -> None:
    brief = asked("wan2.2-5b", recipe=recipe, duration=seconds)
    assert recipe_of(brief).values(brief, uuid.uuid4())["frames"] == frames


def test_what_comes_along_is_finished(provider: ComfyUIProvider, asked: Asked) -> None:
    assert isinstance(finish(provider, provider.submit(asked(), "attempt-1")), Finished)
    assert {model.kind for model in MODELS.values()} == {Kind.IMAGE, Kind.VIDEO}
