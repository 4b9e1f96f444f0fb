"""Images: `models.generate_content` with a Gemini image model, answered at once.

Source: google-genai 3.3.0 `models.py` and `types.py`; Google's page "Image generation" (read 2026-11-20).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.providers.base import Brief, Finished, Inline, Reference
from app.providers.errors import InvalidRequest, NoOutput
from app.providers.google.answers import candidate_of, parts_of, reason_of, words_of
from app.providers.google.client import milliseconds
from app.providers.google.pictures import role_words
from app.providers.said import cleaned

if TYPE_CHECKING:
    from google import genai
    from google.genai import types

LARGEST_SEED = 2**31 - 1
"""`generationConfig.seed` is a signed 32-bit number."""


def generate(client: genai.Client, brief: Brief, seconds: float) -> Finished:
    """Make one image. One request: neither retried nor continued by the SDK.

    The recipe may name an "image_size" ("512", "1K", "2K", "4K"); without one Google makes 1K.

    Raises Blocked, NoOutput or InvalidRequest for an answer without a picture; whatever google-genai raises otherwise.
    """
    from google.genai import types

    config = types.GenerateContentConfig(
        response_modalities=["IMAGE"],
        image_config=types.ImageConfig(aspect_ratio=brief.aspect_ratio, image_size=brief.recipe.get("image_size")),
        seed=None if brief.seed is None else brief.seed & LARGEST_SEED,
        automatic_continuation=False,
        should_return_http_response=True,
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
        http_options=types.HttpOptions(timeout=milliseconds(seconds)),
    )
    parts = [types.Part.from_bytes(data=one.data, mime_type=one.media_type) for one in brief.references]
    parts.append(types.Part.from_text(text=wording(brief)))
    contents = types.Content(role="user", parts=parts)
    return Finished(picture(client.models.generate_content(model=brief.model, contents=contents, config=config)))


def wording(brief: Brief) -> str:
    """The prompt as Google is to read it: what the pictures are, the prompt, and what to leave out.

    There is no field for the role of a picture, nor for a negative prompt.
    """
    roles = " ".join(filter(None, (_role(number, one) for number, one in enumerate(brief.references, start=1))))
    return with_leaving_out(brief, roles)


def with_leaving_out(brief: Brief, before: str) -> str:
    """The prompt between what is said of its pictures and what to leave out."""
    leave_out = f"Leave out: {brief.negative_prompt}." if brief.negative_prompt else ""
    return "\n\n".join(part for part in (before, brief.prompt, leave_out) if part)


def picture(response: types.GenerateContentResponse) -> Inline:
    """The picture in an answer, with the media type that its part names (JPEG as a rule, but not by promise)."""
    candidate = candidate_of(response)
    found = _pictures(candidate)
    if found:
        return found[-1]
    reason, words = reason_of(candidate), words_of(candidate)
    if reason == "MAX_TOKENS":
        raise InvalidRequest("the answer was cut at the token limit")
    raise NoOutput(f"{reason}: {words}"[:500], said=cleaned(words or candidate.get("finishMessage")))


def decoded(data: str) -> bytes:
    """Base64 in the standard or the URL-safe alphabet: the SDK itself sends the second."""
    return base64.b64decode(data.replace("-", "+").replace("_", "/"), validate=True)


def _role(number: int, reference: Reference) -> str:
    shows = role_words(reference.role)
    return f"Picture {number} is {shows}." if shows else ""


def _pictures(candidate: Mapping[str, Any]) -> list[Inline]:
    blobs = [part["inlineData"] for part in parts_of(candidate) if isinstance(part.get("inlineData"), Mapping)]
    return [
        Inline(decoded(str(blob["data"])), blob["mimeType"])
        for blob in blobs
        if blob.get("data") and str(blob.get("mimeType")).startswith("image/")
    ]
