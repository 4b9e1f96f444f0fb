"""Videos: the Interactions API, started in the background and looked up by id.

Source: google-genai 3.3.0 `_gaos/interactions.py` and `_gaos/types/interactions`; Google's pages "Video generation" and
"API errors" (read 2026-11-20). There is no list call, so an interaction whose id was lost cannot be found again.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from app.providers.base import Accepted, Brief, Finished, Inline, Pending, Remote
from app.providers.errors import Ambiguous, Blocked, Expired, Failed, NoOutput
from app.providers.google.answers import objects
from app.providers.google.errors import mentions_safety
from app.providers.google.images import LARGEST_SEED, decoded, with_leaving_out
from app.providers.google.pictures import arranged
from app.providers.rules import rule_in
from app.providers.said import cleaned

if TYPE_CHECKING:
    from google import genai

FIRST_LOOK = 5.0
"""Seconds. A ten-second clip was seen to take about 24."""
FILE_PAUSE = 2.0
"""Seconds until a file that is still being processed is worth another look."""
LABEL_LIMIT = 63
FILE_ID = re.compile(r"(?:^|/)files/([a-z0-9][a-z0-9-]{0,62})(?![\w-])")
"""The id in a file's name or address. Google's documentation of File.name: lower-case letters, digits and dashes."""
ENDED = {"cancelled": "cancelled", "incomplete": "", "requires_action": "", "budget_exceeded": "unavailable"}
"""Statuses after which nothing more comes, with the code where ours is not the plain one."""


def create(client: genai.Client, brief: Brief, attempt_id: str, seconds: float) -> Accepted:
    """Start one video with one request.

    The recipe may name a "delivery" ("uri" or "inline"); without one the result is a file at Google. Raises
    InvalidRequest for pictures that have no place, Ambiguous for an answer without an id.
    """
    body = _body(brief, attempt_id)
    # Nothing to switch off: the SDK never continues a background call, and refuses to be told so.
    interaction = client.interactions.create(**body, timeout=seconds)
    identity = getattr(interaction, "id", None)
    if not isinstance(identity, str) or not identity:
        raise Ambiguous("an interaction without an id")
    return Accepted(operation_id=identity, handle={"id": identity}, next_after=FIRST_LOOK)


def address(handle: Mapping[str, Any]) -> str:
    """Where an interaction is read."""
    return f"interactions/{quote(str(handle['id']), safe='')}"


def found(interaction: Mapping[str, Any]) -> Pending | Finished:
    """What an interaction says. A remote result may still be in processing: see `found_file`.

    Raises Blocked, NoOutput or Failed when it ended without a video.
    """
    status = str(interaction.get("status") or "")
    if status == "completed":
        return Finished(_result(interaction))
    if status == "failed" or status in ENDED:
        raise _ending(interaction, status)
    # An unknown word is waited for: the engine's deadline bounds it, and a paid video is not given up for a new status.
    return Pending()


def found_file(file: Mapping[str, Any]) -> Pending | None:
    """Pending while a finished interaction's file is not ready, None when it can be fetched. Raises Failed."""
    if file.get("state") == "FAILED":
        raise Failed(f"{file.get('name')} could not be processed")
    return Pending(next_after=FILE_PAUSE) if file.get("state") == "PROCESSING" else None


def cancel(client: genai.Client, handle: Mapping[str, Any], seconds: float) -> bool:
    """Ask for an end; True when the interaction says that it is cancelled."""
    interaction = client.interactions.cancel(str(handle["id"]), timeout=seconds)
    return bool(getattr(interaction, "status", None) == "cancelled")


def file_id(locator: Mapping[str, Any]) -> str:
    """The file that a result's address names. Nothing else is taken from the address, least of all its host.

    Raises Expired when it names none.
    """
    named = FILE_ID.search(str(locator.get("uri", "")))
    if named is None:
        raise Expired("the result's address names no file")
    return named.group(1)


def _body(brief: Brief, attempt_id: str) -> dict[str, Any]:
    arrangement = arranged(brief.references)
    shape = {
        "type": "video",
        "delivery": brief.recipe.get("delivery", "uri"),
        "aspect_ratio": brief.aspect_ratio,
        "duration": None if brief.duration is None else f"{brief.duration}s",
        "resolution": brief.resolution,
    }
    settings = {
        "seed": None if brief.seed is None else brief.seed & LARGEST_SEED,
        "video_config": {"task": arrangement.task},
    }
    pictures = [
        {"type": "image", "data": base64.b64encode(one.data).decode(), "mime_type": one.media_type}
        for one in arrangement.pictures
    ]
    words = {"type": "text", "text": with_leaving_out(brief, arrangement.words)}
    label = re.sub(r"[^a-z0-9_-]", "-", attempt_id.lower())[:LABEL_LIMIT]
    return {
        "model": brief.model,
        "background": True,
        "input": [{"type": "user_input", "content": [*pictures, words]}],
        "generation_config": _given(settings),
        "response_format": _given(shape),
        **({"labels": {"attempt": label}} if label else {}),
    }


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _result(interaction: Mapping[str, Any]) -> Inline | Remote:
    video = _output(interaction)
    uri, data = video.get("uri"), video.get("data")
    if uri:
        locator = {"uri": str(uri)}
        file_id(locator)
        return Remote(locator)
    if data:
        return Inline(decoded(str(data)), str(video.get("mime_type") or "video/mp4"))
    # It happens that a refused video is "completed", with nothing but an error in its last step.
    raise _ending(interaction, "completed", NoOutput)


def _output(interaction: Mapping[str, Any]) -> Mapping[str, Any]:
    """The last video that the model put out, as google-genai's `output_video` has it; empty when there is none."""
    for step in reversed(objects(interaction.get("steps"))):
        if step.get("type") == "user_input":
            break
        if step.get("type") == "model_output":
            videos = [one for one in objects(step.get("content")) if one.get("type") == "video"]
            if videos:
                return videos[-1]
    return {}


def _ending(
    interaction: Mapping[str, Any], status: str, otherwise: type[Failed] | type[NoOutput] = Failed
) -> Exception:
    steps = objects(interaction.get("steps"))
    troubles = objects(interaction.get("errors")) + objects([step.get("error") for step in steps])
    text = "; ".join(f"{one.get('code') or ''} {one.get('message') or ''}".strip() for one in troubles)
    if mentions_safety(text):
        reason, said = str(troubles[0].get("code") or ""), cleaned(str(troubles[0].get("message") or ""))
        return Blocked(text[:500], stage="output", rule=rule_in(text), reason=reason, said=said)
    words = _words(steps)
    message = f"{status}: {text or words}"[:500]
    return otherwise(message, code=ENDED.get(status) or None, said=cleaned(words))


def _words(steps: list[Mapping[str, Any]]) -> str:
    """What the model put out in words instead of a video."""
    out = [one for step in steps if step.get("type") == "model_output" for one in objects(step.get("content"))]
    return " ".join(str(one["text"]) for one in out if one.get("type") == "text" and one.get("text"))
