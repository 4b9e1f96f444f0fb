"""Where the pictures of a video belong, and how its words point at them.

Omni takes pictures in the order in which they are given. Tags in the text give them their roles: <FIRST_FRAME>,
<IMAGE_REF_0>, <IMAGE_REF_1>; two pictures without tags are the first and the last frame.
Source: Google's page "Video generation" (read 2026-11-20).
"""

from __future__ import annotations

from dataclasses import dataclass

from app.providers.base import Reference
from app.providers.errors import InvalidRequest

_SHOWS = {"person": "the person", "product": "the product", "style": "the style to follow"}


@dataclass(frozen=True)
class Arrangement:
    """The pictures of a video in Google's order, with the task and the words that go before the prompt."""

    task: str
    pictures: tuple[Reference, ...] = ()
    words: str = ""


def arranged(references: tuple[Reference, ...]) -> Arrangement:
    """Put pictures in order. Those without a role are the first frame, then the last one, unless others have roles.

    Raises InvalidRequest for frames that the task has no place for.
    """
    if not references:
        return Arrangement("text_to_video")
    first = [one for one in references if one.role == "first"]
    last = [one for one in references if one.role == "last"]
    plain = [one for one in references if not one.role]
    shown = [one for one in references if one.role in _SHOWS]
    if len(first) > 1 or len(last) > 1:
        raise InvalidRequest("a frame was given twice", field="references")
    if shown or len(first + plain + last) > 2:
        return _references(first, last, [one for one in references if one not in first])
    frames = _frames(first, plain, last)
    return Arrangement("image_to_video", frames)


def role_words(role: str) -> str:
    """What a picture is for, as "the person"; empty for a picture without a role."""
    return _SHOWS.get(role, "")


def _frames(first: list[Reference], plain: list[Reference], last: list[Reference]) -> tuple[Reference, ...]:
    frames = (*first, *plain, *last)
    if last and len(frames) == 1:
        raise InvalidRequest("a last frame without a first one", field="references")
    return frames


def _references(first: list[Reference], last: list[Reference], others: list[Reference]) -> Arrangement:
    if last:
        raise InvalidRequest("a last frame beside pictures that are no frames", field="references")
    words = ["<FIRST_FRAME> is the first frame."] if first else []
    words += [f"<IMAGE_REF_{place}> is {role_words(one.role) or 'a reference'}." for place, one in enumerate(others)]
    return Arrangement("reference_to_video", (*first, *others), " ".join(words))
