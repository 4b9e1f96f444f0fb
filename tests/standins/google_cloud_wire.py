"""What Google's Agent Platform takes and says for Veo: shapes to check requests against, and operations' ends.

Sources: google-genai 3.3.0 (`models.py`, `_operations_converters.py`); Google Cloud's pages "Veo on Vertex AI video
generation API" and "Responsible AI and usage guidelines for Veo" (read 2026-11-20). As narrow as `google_wire`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.standins import google_wire
from tests.standins.shapes import base64_text, problems

VIDEO_MODELS = {"veo-3.1-generate-001", "veo-3.1-fast-generate-001"}
IMAGE = {"bytesBase64Encoded": base64_text, "mimeType": google_wire.INPUT_TYPES}
SHOWN = {"image": IMAGE, "referenceType": ("ASSET", "STYLE", "asset", "style")}


def _unsigned(value: Any) -> str | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**32
    return None if fits else "expected an unsigned 32-bit number"


def _labels(value: Any) -> str | None:
    if not isinstance(value, dict):
        return "expected an object"
    wrong = [one for pair in value.items() for one in pair if not re.fullmatch(r"[a-z0-9_-]{1,63}", str(one))]
    return f"no labels: {wrong}" if wrong else None


PREDICT = {
    "instances": [{"prompt": str, "image?": IMAGE, "lastFrame?": IMAGE, "referenceImages?": [SHOWN]}],
    "parameters": {
        # One video is what is paid for.
        "sampleCount": (1,),
        "durationSeconds": (4, 6, 8),
        "resolution": ("720p", "1080p"),
        "aspectRatio": ("16:9", "9:16"),
        "generateAudio": bool,
        "negativePrompt?": str,
        "seed?": _unsigned,
    },
    "labels?": _labels,
}
LOOK_UP = {"operationName": str}


def wrong_order(body: Any) -> Iterator[str]:
    """Everything in which an order of a video breaks the contract: field by field, then what does not go together."""
    by_field = list(problems(body, PREDICT))
    yield from by_field
    if by_field:
        return
    if len(body["instances"]) != 1:
        yield "expected one instance"
        return
    instance, asked = body["instances"][0], body["parameters"]
    shown = instance.get("referenceImages", [])
    styles = [one for one in shown if one["referenceType"].upper() == "STYLE"]
    for is_so, words in (
        (asked["resolution"] == "1080p" and asked["durationSeconds"] != 8, "1080p is for 8 seconds only"),
        ("lastFrame" in instance and "image" not in instance, "a last frame without a first"),
        (bool(shown) and asked["durationSeconds"] != 8, "reference images are for 8 seconds only"),
        (bool(shown) and "image" in instance, "reference images and frames do not go together"),
        ("referenceImages" in instance and not 1 <= len(shown) <= 3, "expected 1 to 3 reference images"),
        (bool(styles) and len(shown) > 1, "a style goes alone"),
    ):
        if is_so:
            yield words


def prompt_of(body: Any, endpoint: str) -> str:
    """The words of a request for `image`, `text` or `create`."""
    return str(body["instances"][0]["prompt"]) if endpoint == "create" else google_wire.prompt_of(body, endpoint)


LIKENESS = (
    "Sorry, we can't create videos with real people's names or likenesses. Please remove the celebrity reference and "
    "try again. If you think this was an error, send feedback. Support codes: 15236754"
)
VIOLATES = (
    "The prompt could not be submitted. This prompt contains words that violate Vertex AI's usage guidelines. Support "
    "codes: 61493863"
)
FAILURES: Mapping[str, tuple[int, str]] = {
    "cancelled": (1, "The operation was cancelled."),
    "refused": (3, "Unsupported output duration."),
    "blocked": (3, VIOLATES),
    "denied": (7, "The caller does not have permission."),
    "overloaded": (8, "The service is currently experiencing high load and cannot process your request."),
    "failed": (13, "Internal error. Please try again."),
}
"""`error` of an operation, by the words that ask for it: gRPC's code and a message."""


def token_error(status: int, word: str, text: str) -> tuple[int, dict[str, str]]:
    """The body of Google's token server (RFC 6749, 5.2)."""
    return status, {"error": word, "error_description": text}
