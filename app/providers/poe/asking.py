"""What a bot is sent: one message, in which everything but the pictures is words.

Source: creator.poe.com, "OpenAI Compatible API" and "Create chat completion" (read 2026-11-20). Parameters beyond
OpenAI's are not supported there, so length and shape stand in the text.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from app.providers.base import Brief, Kind, Reference, Wish
from app.providers.wishes import instruction

PLACES = ("first", "second")
ROLES = {"first": "the first frame", "last": "the last frame", "style": "the style to follow"}


def for_media(brief: Brief) -> dict[str, Any]:
    """The request for an image or a video; pictures go along as data URIs."""
    text = {"type": "text", "text": wording(brief)}
    pictures = [{"type": "image_url", "image_url": {"url": _data_uri(one)}} for one in brief.references]
    return _body(brief.model, {"role": "user", "content": [text, *pictures] if pictures else text["text"]})


def for_text(wish: Wish, bot: str) -> dict[str, Any]:
    """The request for a text of the prompt helper."""
    return _body(bot, {"role": "system", "content": instruction(wish)}, {"role": "user", "content": wish.prompt})


def wording(brief: Brief) -> str:
    """The prompt as a bot is to read it: what the pictures are, the prompt, what to leave out, and the shape."""
    roles = " ".join(_role(place, one) for place, one in zip(PLACES, brief.references, strict=False) if one.role)
    leave_out = f"Leave out: {brief.negative_prompt}." if brief.negative_prompt else ""
    return "\n\n".join(part for part in (roles, brief.prompt, leave_out, _shape(brief)) if part)


def _shape(brief: Brief) -> str:
    if brief.kind is Kind.IMAGE:
        return f"One image, aspect ratio {brief.aspect_ratio}."
    length = f"{brief.duration} seconds long, " if brief.duration else ""
    size = f", {brief.resolution}" if brief.resolution else ""
    return f"One video, {length}aspect ratio {brief.aspect_ratio}{size}."


def _role(place: str, reference: Reference) -> str:
    return f"The {place} picture is {ROLES.get(reference.role, f'the {reference.role}')}."


def _data_uri(reference: Reference) -> str:
    return f"data:{reference.media_type};base64,{base64.b64encode(reference.data).decode()}"


def _body(bot: str, *messages: Mapping[str, Any]) -> dict[str, Any]:
    # Media bots are to be called without streaming.
    return {"model": bot, "messages": list(messages), "stream": False}
