"""Images: `models.generate_content` with a Gemini image model, answered at once.

Source: google-genai 3.3.0 `models.py` and `types.py`; Google's page "Image generation" (read 2026-11-20).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.providers.base import Brief, Finished, Inline, Reference
from app.providers.errors import Blocked, InvalidRequest, NoOutput
from app.providers.google.client import milliseconds

if TYPE_CHECKING:
    from google import genai
    from google.genai import types

ORDINALS = ("first", "second", "third", "fourth")
ROLES = {"style": "the style to follow"}
LARGEST_SEED = 2**31 - 1
"""`generationConfig.seed` is a signed 32-bit number."""

BLOCKED_OUTPUT = frozenset({
    "SAFETY", "IMAGE_SAFETY", "PROHIBITED_CONTENT", "IMAGE_PROHIBITED_CONTENT", "RECITATION", "IMAGE_RECITATION",
    "BLOCKLIST", "SPII", "MODEL_ARMOR",
})  # fmt: skip
"""`finishReason` of an answer that was withheld."""


def generate(client: genai.Client, brief: Brief, seconds: float) -> Finished:
    """Make one image. One request: neither retried nor continued by the SDK.

    Raises Blocked, NoOutput or InvalidRequest for an answer without a picture; whatever google-genai raises otherwise.
    """
    from google.genai import types

    config = types.GenerateContentConfig(
        response_modalities=["IMAGE"],
        image_config=types.ImageConfig(aspect_ratio=brief.aspect_ratio),
        seed=None if brief.seed is None else brief.seed & LARGEST_SEED,
        automatic_continuation=False,
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
        http_options=types.HttpOptions(timeout=milliseconds(seconds)),
    )
    parts = [types.Part.from_bytes(data=one.data, mime_type=one.media_type) for one in brief.references]
    parts.append(types.Part.from_text(text=wording(brief)))
    contents = types.Content(role="user", parts=parts)
    return Finished(picture(client.models.generate_content(model=brief.model, contents=contents, config=config)))


def wording(brief: Brief) -> str:
    """The prompt as Google is to read it: what the pictures are, the prompt, and what to leave out.

    There is no field for a negative prompt, nor for the role of a picture.
    """
    roles = " ".join(_role(place, one) for place, one in zip(ORDINALS, brief.references, strict=False) if one.role)
    leave_out = f"Leave out: {brief.negative_prompt}." if brief.negative_prompt else ""
    return "\n\n".join(part for part in (roles, brief.prompt, leave_out) if part)


def picture(response: types.GenerateContentResponse) -> Inline:
    """The picture in an answer, with the media type that its part names (JPEG as a rule, but not by promise)."""
    check_prompt(response)
    candidate = response.candidates[0] if response.candidates else None
    if candidate is None:
        raise NoOutput("no candidates")
    reason = reason_of(candidate)
    if reason in BLOCKED_OUTPUT:
        raise Blocked(f"{reason} {candidate.finish_message or ''}".strip(), stage="output", reason=reason)
    found = _pictures(candidate)
    if found:
        return found[-1]
    if reason == "MAX_TOKENS":
        raise InvalidRequest("the answer was cut at the token limit", code="rejected")
    raise NoOutput(f"{reason}: {_words(candidate)}"[:500])


def check_prompt(response: types.GenerateContentResponse) -> None:
    """Raise Blocked when the prompt was refused: then there are no candidates, only feedback."""
    feedback = response.prompt_feedback
    if feedback is not None and feedback.block_reason is not None:
        reason = str(feedback.block_reason.value)
        raise Blocked(f"{reason} {feedback.block_reason_message or ''}".strip(), stage="prompt", reason=reason)


def reason_of(candidate: types.Candidate) -> str:
    """`finishReason` as Google spells it, "" when absent."""
    return str(candidate.finish_reason.value) if candidate.finish_reason is not None else ""


def _role(place: str, reference: Reference) -> str:
    return f"The {place} picture is {ROLES.get(reference.role, f'the {reference.role}')}."


def _parts(candidate: types.Candidate) -> list[Any]:
    return list(candidate.content.parts or []) if candidate.content is not None else []


def _pictures(candidate: types.Candidate) -> list[Inline]:
    """Finished pictures only: thinking models also send the sketches of their thoughts."""
    blobs = [part.inline_data for part in _parts(candidate) if part.inline_data is not None and not part.thought]
    return [
        Inline(blob.data, blob.mime_type)
        for blob in blobs
        if blob.data and blob.mime_type and blob.mime_type.startswith("image/")
    ]


def _words(candidate: types.Candidate) -> str:
    return " ".join(part.text for part in _parts(candidate) if part.text)
