"""What Google's Gemini API takes and says, as shapes to check requests against and bodies to answer with.

Sources: google-genai 3.3.0 (`types.py`, `_gaos/types/interactions`, `errors.py`); Google's pages "Image generation",
"Video generation" and "API errors" (read 2026-11-20). Deliberately narrow: what Kinora has no reason to send is an
unknown field here.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.standins.listener import Answer
from tests.standins.shapes import base64_text, one_of

IMAGE_MODELS = {"gemini-3.1-flash-image", "gemini-3-pro-image", "gemini-3.1-flash-lite-image"}
TEXT_MODELS = {"gemini-3.8-flash", "gemini-3.7-flash", "gemini-3.6-flash", "gemini-3.5-flash-lite"}
VIDEO_MODELS = {"gemini-omni-1.2-flash", "gemini-omni-1.1-flash"}

INPUT_TYPES = ("image/png", "image/jpeg", "image/webp")
IMAGE_RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")


def _small(value: Any) -> str | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and -(2**31) <= value < 2**31
    return None if fits else "expected a 32-bit number"


def _duration(value: Any) -> str | None:
    matched = re.fullmatch(r"(\d+)s", value) if isinstance(value, str) else None
    return None if matched and 3 <= int(matched[1]) <= 15 else 'expected "3s" to "15s"'


def _labels(value: Any) -> str | None:
    if not isinstance(value, dict):
        return "expected an object"
    wrong = [one for pair in value.items() for one in pair if not re.fullmatch(r"[a-z0-9_-]{1,63}", str(one))]
    return f"no labels: {wrong}" if wrong else None


TEXT_PART = {"text": str}
PICTURE_PART = one_of(
    TEXT_PART,
    {"inlineData": {"data": base64_text, "mime_type": INPUT_TYPES}},
    {"inlineData": {"data": base64_text, "mimeType": INPUT_TYPES}},
)
SCHEMA = {"type": ("OBJECT",), "properties": dict, "required?": [str]}
GENERATE_IMAGE = {
    "contents": [{"role": ("user",), "parts": [PICTURE_PART]}],
    "generationConfig": {
        "responseModalities": [("IMAGE", "TEXT")],
        "seed?": _small,
        "imageConfig": {"aspectRatio": IMAGE_RATIOS, "imageSize?": ("512", "1K", "2K", "4K")},
    },
}
GENERATE_TEXT = {
    "contents": [{"role": ("user",), "parts": [TEXT_PART]}],
    "systemInstruction": {"role?": ("user",), "parts": [TEXT_PART]},
    "generationConfig": {"responseMimeType": ("application/json",), "responseSchema": SCHEMA},
}
VIDEO_CONTENT = one_of(
    {"type": ("text",), "text": str},
    {"type": ("image",), "data": base64_text, "mime_type": INPUT_TYPES},
)
CREATE = {
    "model": str,
    # Without it the call stays open for the whole generation, so here it must be there.
    "background": (True,),
    "input": [{"type": ("user_input",), "content": [VIDEO_CONTENT]}],
    "generation_config?": {
        "seed?": _small,
        "video_config?": {"task?": ("text_to_video", "image_to_video", "reference_to_video")},
    },
    "response_format": {
        "type": ("video",),
        "duration?": _duration,
        "resolution?": ("360p", "720p", "1080p", "4k"),
        "aspect_ratio?": ("16:9", "9:16"),
        "delivery?": ("inline", "uri"),
    },
    "labels?": _labels,
}

LIST = {"pageSize?": tuple(str(size) for size in range(1, 1001)), "pageToken?": str}


def misplaced(body: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong between a video's task, its pictures and the tags in its text."""
    parts = body["input"][0]["content"]
    pictures = [part for part in parts if part["type"] == "image"]
    text = " ".join(part["text"] for part in parts if part["type"] == "text")
    task = body.get("generation_config", {}).get("video_config", {}).get("task")
    least, most = PICTURES[task]
    if not least <= len(pictures) <= most:
        yield f"{task} with {len(pictures)} pictures"
    tags = set(re.findall(r"<(?:FIRST_FRAME|IMAGE_REF_\d+)>", text))
    references = len(pictures) - ("<FIRST_FRAME>" in tags)
    if task == "reference_to_video" and tags - {"<FIRST_FRAME>"} != {f"<IMAGE_REF_{n}>" for n in range(references)}:
        yield f"{len(pictures)} pictures and the tags {sorted(tags)}"


PICTURES = {None: (0, 10), "text_to_video": (0, 0), "image_to_video": (1, 2), "reference_to_video": (1, 10)}
"""How many pictures each task takes."""

WORDS = {
    400: ("INVALID_ARGUMENT", "invalid_request", "Request contains an invalid argument."),
    401: ("UNAUTHENTICATED", "authentication", "Request had invalid authentication credentials."),
    402: ("FAILED_PRECONDITION", "payment_required", "Your prepaid credits are used up."),
    403: ("PERMISSION_DENIED", "permission_denied", "The caller does not have permission."),
    404: ("NOT_FOUND", "not_found", "Requested entity was not found."),
    409: ("ABORTED", "conflict", "The operation was aborted."),
    410: ("NOT_FOUND", "gone", "The requested entity is gone."),
    422: ("INVALID_ARGUMENT", "unprocessable", "The request cannot be processed."),
    429: ("RESOURCE_EXHAUSTED", "rate_limit_exceeded", "Resource has been exhausted (e.g. check quota)."),
    500: ("INTERNAL", "internal_error", "An internal error has occurred."),
    502: ("UNKNOWN", "bad_gateway", "Bad gateway."),
    503: ("UNAVAILABLE", "unavailable", "The model is overloaded. Please try again later."),
    504: ("DEADLINE_EXCEEDED", "deadline_exceeded", "The deadline expired before the operation could complete."),
}
RPC = "type.googleapis.com/google.rpc."


def error(status: int, message: str = "", details: Sequence[Mapping[str, Any]] = ()) -> Answer:
    """The body of every call but interactions."""
    word, _, text = WORDS[status]
    inner: dict[str, Any] = {"code": status, "message": message or text, "status": word}
    return Answer(status, {"error": {**inner, "details": list(details)} if details else inner})


def interaction_error(status: int, message: str = "", code: str = "") -> Answer:
    """The body of interactions: a word for a code, no status, no details."""
    _, word, text = WORDS[status]
    return Answer(status, {"error": {"code": code or word, "message": message or text}})


def bad_key() -> Answer:
    """A key that is not one: 400, not 401."""
    details = [{"@type": RPC + "ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"}]
    return error(400, "API key not valid. Please pass a valid API key.", details)


def too_many(seconds: float, quota: str) -> Answer:
    """429 with the time to wait in the body."""
    violations = [{"quotaId": quota, "quotaMetric": "generativelanguage.googleapis.com/generate_requests"}]
    details: list[Mapping[str, Any]] = [
        {"@type": RPC + "QuotaFailure", "violations": violations},
        {"@type": RPC + "RetryInfo", "retryDelay": f"{seconds:g}s"},
    ]
    return error(429, "You exceeded your current quota.", details)


def bad_field(name: str, message: str) -> Answer:
    """400 that names the field."""
    violations = [{"field": name, "description": message}]
    return error(400, message, [{"@type": RPC + "BadRequest", "fieldViolations": violations}])


def generated(parts: Sequence[Mapping[str, Any]] | None, reason: str = "STOP", **more: Any) -> dict[str, Any]:
    """A reply of generateContent with one candidate; None for a candidate without content."""
    candidate: dict[str, Any] = {"index": 0, "finishReason": reason, **more}
    if parts is not None:
        candidate["content"] = {"role": "model", "parts": list(parts)}
    usage = {"promptTokenCount": 8, "candidatesTokenCount": 1290, "totalTokenCount": 1298}
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "stand-in", "responseId": "r1"}


def prompt_refused(reason: str = "PROHIBITED_CONTENT", **more: Any) -> dict[str, Any]:
    """A reply of generateContent without candidates."""
    return {
        "promptFeedback": {"blockReason": reason, **more},
        "usageMetadata": {"promptTokenCount": 8},
        "responseId": "r1",
    }


def inline(data: bytes, media_type: str) -> dict[str, Any]:
    """A part of bytes."""
    return {"inlineData": {"mimeType": media_type, "data": base64.b64encode(data).decode()}}


def video_step(*content: Mapping[str, Any], trouble: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """The steps of an interaction that ended with this content."""
    last: dict[str, Any] = {"type": "model_output", "content": list(content)}
    if trouble:
        last["error"] = dict(trouble)
    return [{"type": "user_input", "content": []}, {"type": "thought", "signature": "c2lnbmVk"}, last]


def rated(category: str, probability: str = "HIGH") -> dict[str, Any]:
    """One rating among the ones that say nothing."""
    return {
        "safetyRatings": [
            {"category": "HARM_CATEGORY_HARASSMENT", "probability": "NEGLIGIBLE"},
            {"category": f"HARM_CATEGORY_{category}", "probability": probability, "blocked": True},
        ]
    }


NO_PEOPLE = (
    "Unable to show the generated image. It may show a prominent person or another real person, which our policy "
    "(https://policies.google.com/terms/generative-ai/use-policy) does not allow. I cannot depict real people, but an "
    "invented character is fine. Support codes: 29310472."
)
WITHHELD = {
    "blocked-sexual": prompt_refused("SAFETY", **rated("SEXUALLY_EXPLICIT")),
    "blocked-words": prompt_refused("BLOCKLIST"),
    "blocked-people": generated(None, "IMAGE_SAFETY", finishMessage=NO_PEOPLE),
    "blocked-copy": generated(None, "IMAGE_RECITATION"),
    "blocked": prompt_refused(),
    "blocked-output": generated(None, "IMAGE_SAFETY"),
    "empty": generated(None, "NO_IMAGE"),
    "words": generated([{"text": "I would rather describe it."}]),
    "truncated": generated(None, "MAX_TOKENS"),
}
"""Replies of generateContent that hold nothing of use."""


def withheld(word: str) -> Answer:
    """One of WITHHELD."""
    return Answer(body=WITHHELD[word])


def prompt_of(body: Any, endpoint: str) -> str:
    """The words of a request for `image`, `text` or `create`."""
    parts = body["input"][0]["content"] if endpoint == "create" else body["contents"][0]["parts"]
    return "\n".join(part["text"] for part in parts if "text" in part)
