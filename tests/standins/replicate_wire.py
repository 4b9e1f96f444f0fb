"""What Replicate's API takes and says: shapes of requests, bodies of refusals.

Source: Replicate's pages "HTTP API", "Rate limits" and the API pages of the three models (read 2026-11-20).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email.message import Message
from email.parser import BytesParser
from typing import Any

from tests.standins.listener import Answer, Request
from tests.standins.shapes import problems

FLUX = "black-forest-labs/flux-schnell"
HAILUO = "minimax/hailuo-02"
ZEROSCOPE = "anotherjesse/zeroscope-v2-xl"
ZEROSCOPE_VERSION = "9f747673945c62801b13b84701c783929c0ee784e4748ec062204894dda1a351"
RATIOS = ("1:1", "16:9", "21:9", "3:2", "2:3", "4:5", "5:4", "3:4", "4:3", "9:16", "9:21")


def _address(value: Any) -> str | None:
    good = isinstance(value, str) and re.match(r"https?://|data:image/", value)
    return None if good else f"no address: {value!r:.80}"


def _seed(value: Any) -> str | None:
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**32
    return None if good else f"no seed: {value!r:.80}"


def _side(value: Any) -> str | None:
    good = isinstance(value, int) and 256 <= value <= 1920 and value % 16 == 0
    return None if good else f"no side of a video: {value!r:.80}"


INPUTS: Mapping[str, Mapping[str, Any]] = {
    FLUX: {
        "prompt": str, "aspect_ratio?": RATIOS, "num_outputs?": (1, 2, 3, 4), "num_inference_steps?": (1, 2, 3, 4),
        "seed?": _seed, "output_format?": ("webp", "jpg", "png"), "output_quality?": int,
        "disable_safety_checker?": bool, "go_fast?": bool, "megapixels?": ("1", "0.25"),
    },
    HAILUO: {
        "prompt": str, "first_frame_image?": _address, "last_frame_image?": _address, "duration?": (6, 10),
        "resolution?": ("512p", "768p", "1080p"), "prompt_optimizer?": bool,
    },
    ZEROSCOPE: {
        "prompt": str, "negative_prompt?": str, "init_video?": _address, "init_weight?": float, "num_frames?": int,
        "num_inference_steps?": int, "width?": _side, "height?": _side, "guidance_scale?": float, "fps?": int,
        "model?": ("xl", "576w", "potat1", "animov-512x"), "batch_size?": int, "remove_watermark?": bool,
        "seed?": _seed,
    },
}  # fmt: skip
"""The models that run here, with what each takes; a model of another name is not there."""
CALLING = {"webhook?": _address, "webhook_events_filter?": [("start", "output", "logs", "completed")]}
HEADERS = {
    "cancel-after": r"\d+[sm]",
    "prefer": r"wait(=([1-9]|[1-5]\d|60))?",
}
"""Headers of a create that mean something, with what may stand in them."""


def wrong_in_create(request: Request, versioned: bool) -> Iterator[str]:
    """Everything in a create that Replicate would not understand, its `input` apart."""
    shape = {"input": dict, **({"version": str} if versioned else {}), **CALLING}
    yield from problems(request.json, shape)
    for name, pattern in HEADERS.items():
        if name in request.headers and not re.fullmatch(pattern, request.headers[name]):
            yield f"header {name}: {request.headers[name]!r}"
    if request.headers.get("content-type") != "application/json":
        yield "a body that is not said to be JSON"


def wrong_in_input(model: str, given: Any) -> Iterator[tuple[str, str]]:
    """What a model does not take: the field, and what is wrong with it."""
    for text in problems(given, INPUTS[model], "input"):
        yield text.split(": ")[0], text
    if model == HAILUO and isinstance(given, dict):
        resolution = given.get("resolution", "1080p")
        if given.get("duration") == 10 and resolution != "768p":
            yield "input.duration", "10 seconds are made at 768p only"
        if resolution == "512p" and "first_frame_image" not in given:
            yield "input.resolution", "512p needs a first frame"
        if "last_frame_image" in given and "first_frame_image" not in given:
            yield "input.last_frame_image", "a last frame needs a first one"


def parts_of(request: Request) -> Mapping[str, Message]:
    """The fields of a multipart form."""
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    form = BytesParser().parsebytes(head + request.raw)
    payload = form.get_payload()
    parts = payload if isinstance(payload, list) else []
    return {str(part.get_param("name", header="content-disposition")): part for part in parts}  # type: ignore[union-attr]


def refusal(status: int, detail: str = "", **more: Any) -> Answer:
    """A refusal in Replicate's shape."""
    titles = {401: "Unauthenticated", 402: "Insufficient credit", 422: "Input validation failed"}
    details = {
        401: "You did not pass a valid authentication token",
        402: "You have insufficient credit to run this model. Go to https://replicate.com/account/billing#billing.",
        403: "You do not have permission to perform this action.",
        404: "The requested resource could not be found.",
    }
    body = {"detail": detail or details.get(status, "Something went wrong."), "status": status, **more}
    return Answer(status, {"title": titles[status], **body} if status in titles else body)


def invalid(field: str, text: str) -> Answer:
    """A refusal of an input."""
    fields = [{"type": "invalid", "field": field, "description": text}]
    return refusal(422, f"- {text}\n", invalid_fields=fields)


def invalid_version() -> Answer:
    """The version is gone, or not for this account."""
    detail = "The specified version does not exist (or perhaps you don't have permission to use it?)"
    return refusal(422, detail, title="Invalid version or not permitted")


def throttled(seconds: float, *, low: bool = False) -> Answer:
    """Too many at once; `low` is what accounts with little credit are told."""
    lowered = (
        " Your rate limit for creating predictions is reduced to 6 requests per minute with a burst of 1 requests while"
        " you have less than $5.0 in credit."
    )
    detail = f"Request was throttled.{lowered if low else ''} Your rate limit resets in ~{seconds:g}s."
    return refusal(429, detail, retry_after=seconds)
