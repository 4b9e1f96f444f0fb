"""From a brief to the input of one model, by the model's recipe: what makes adding a model of Replicate pure data.

`recipe` of a catalogue entry:

    {"input": {"prompt": "{prompt}", "num_frames": "{frames}", "width": "{width}", "output_format": "mp4"},
     "fps": 8, "crop": true, "needs": ["first"], "cancel_after": 480}

`input` has the model's own field names. A value that is exactly a placeholder is replaced by what the brief holds, as
the type named here, and left out where the brief holds nothing; anything else is sent as it stands. Placeholders may
also stand in lists and objects.

    {prompt} {negative_prompt} {aspect_ratio} {resolution}   text
    {duration}   whole seconds                  {frames}   duration times `fps`
    {width} {height}   pixels, in steps of 16, from resolution and ratio (videos)
    {seed}   31 bits: the person's, or one made of the attempt's id
    {sound}   true or false, where the person may choose
    {first} {last} {person} {product} {style}   the address of the picture in that role; pictures without a role take
                 the free ones of these in the order in which the recipe names them
    {reference}   the address of the first picture      {references}   those of all, as a list

`crop` cuts pictures to the ratio that is asked for: for models whose result follows the picture. `needs` names the
roles that have to be filled. `cancel_after` is the server-side deadline in whole seconds, where the usual one is too
short. The model's id is "owner/name" for an official model and "owner/name:version" for any other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.providers.base import Brief, Reference
from app.providers.errors import InvalidRequest, Misconfigured

ROLES = ("first", "last", "person", "product", "style")
STEP = 16
"""Pixels. Encoders work in blocks of as many, and the video models here take no other sides."""
LARGEST_SEED = 2**31 - 1
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_FIELDS = {"frames": "duration", "width": "resolution", "height": "resolution"}


@dataclass(frozen=True)
class OneOf:
    """Stands in an input for an address that is one of these."""

    addresses: frozenset[str]


@dataclass(frozen=True)
class Asked:
    """A brief read by its model's recipe."""

    template: Mapping[str, Any]
    values: Mapping[str, Any]
    roles: Mapping[str, int]
    """Which of the pictures stands for which placeholder."""
    pictures: tuple[Reference, ...]
    cancel_after: int | None
    marked: bool
    """No other creation's input can be the same: the seed is this attempt's own, or there are uploaded pictures."""

    def input(self, addresses: Sequence[Any]) -> dict[str, Any]:
        """The model's input, with the pictures at these addresses, one each."""
        shown = {name: addresses[index] for name, index in self.roles.items()}
        every = {"references": list(addresses) or None, "reference": next(iter(addresses), None)}
        filled: dict[str, Any] = _filled(self.template, {**dict.fromkeys(ROLES), **self.values, **every, **shown})
        return filled


def read(brief: Brief, attempt_id: str) -> Asked:
    """The brief as the recipe has it.

    Raises InvalidRequest for a picture that is missing or that the model has no place for, and for a recipe that cannot
    be carried out.
    """
    template, deadline = brief.recipe.get("input"), brief.recipe.get("cancel_after")
    if not isinstance(template, Mapping) or not template:
        raise _broken(brief, "has no input")
    if deadline is not None and not (isinstance(deadline, int) and deadline > 0):
        raise _broken(brief, "has a cancel_after that is no number of seconds")
    used = list(dict.fromkeys(_placeholders(template)))
    values = _values(brief, attempt_id)
    if unknown := {*used} - {*values, *ROLES, "reference", "references"}:
        raise _broken(brief, f"names {', '.join(sorted(unknown))}")
    roles = _roles(brief.references, used)
    if empty := {*brief.recipe.get("needs", ())} - {*roles}:
        raise InvalidRequest(f"no picture as {', '.join(sorted(empty))}", field="references")
    own_seed = "seed" in used and brief.seed is None
    return Asked(template, values, roles, brief.references, deadline, marked=own_seed or bool(brief.references))


def fits(expected: Any, given: Any) -> bool:
    """Whether an input that was read back is the one that was sent; what the model filled in by itself is no matter."""
    if isinstance(expected, OneOf):
        return isinstance(given, str) and given in expected.addresses
    if isinstance(expected, Mapping):
        return isinstance(given, Mapping) and all(fits(one, given.get(name)) for name, one in expected.items())
    if isinstance(expected, list):
        return isinstance(given, list) and len(given) == len(expected) and all(map(fits, expected, given))
    return bool(expected == given)


def field_of(template: Any, name: str) -> str:
    """The brief's field that a field of the model's input is filled from; empty where it is none of the brief's."""
    value = template.get(name) if isinstance(template, Mapping) else None
    used = next(_placeholders(value), "")
    return "references" if used in {*ROLES, "reference"} else _FIELDS.get(used, used)


def attempt_seed(attempt_id: str) -> int:
    """The seed of a creation that was given none: its own, so that its work can be found without its id."""
    return int.from_bytes(hashlib.sha256(attempt_id.encode()).digest()[:4]) & LARGEST_SEED


def _values(brief: Brief, attempt_id: str) -> dict[str, Any]:
    fps = brief.recipe.get("fps")
    width, height = _size(brief)
    return {
        "prompt": brief.prompt,
        "negative_prompt": brief.negative_prompt or None,
        "aspect_ratio": brief.aspect_ratio,
        "resolution": brief.resolution,
        "duration": brief.duration,
        "frames": round(brief.duration * fps) if brief.duration and isinstance(fps, int | float) else None,
        "width": width,
        "height": height,
        "seed": attempt_seed(attempt_id) if brief.seed is None else brief.seed & LARGEST_SEED,
        "sound": brief.sound,
    }


def _size(brief: Brief) -> tuple[int, int] | tuple[None, None]:
    if not brief.resolution:
        return None, None
    across, down = map(int, brief.aspect_ratio.split(":"))
    short = int(brief.resolution.removesuffix("p")) / min(across, down)
    return round(short * across / STEP) * STEP, round(short * down / STEP) * STEP


def _roles(pictures: Sequence[Reference], used: Sequence[str]) -> dict[str, int]:
    """Which picture goes where: those with a role first, then the others into what is free."""
    found = {one.role: index for index, one in enumerate(pictures) if one.role in used}
    free = (name for name in used if name in ROLES and name not in found)
    for index, _ in [(index, one) for index, one in enumerate(pictures) if index not in found.values()]:
        place = next(free, None)
        if place is not None:
            found[place] = index
        elif not {"reference", "references"} & {*used}:
            raise InvalidRequest("the model has no place for this picture", field="references")
    return found


def _placeholders(value: Any) -> Iterator[str]:
    """The names of all placeholders, in order."""
    if isinstance(value, str):
        found = _PLACEHOLDER.fullmatch(value)
        if found:
            yield found[1]
    elif isinstance(value, Mapping | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _placeholders(one)


def _filled(value: Any, values: Mapping[str, Any]) -> Any:
    """The value with its placeholders replaced; what is None afterwards is left out of objects and lists."""
    if isinstance(value, str):
        found = _PLACEHOLDER.fullmatch(value)
        return values[found[1]] if found else value
    if isinstance(value, Mapping):
        pairs = {name: _filled(one, values) for name, one in value.items()}
        return {name: one for name, one in pairs.items() if one is not None}
    if isinstance(value, list):
        return [one for one in (_filled(one, values) for one in value) if one is not None]
    return value


def _broken(brief: Brief, what: str) -> InvalidRequest:
    # Not Misconfigured, which would stop the provider's other models as well.
    return InvalidRequest(f"the recipe of {brief.model} {what}", code=Misconfigured.code)
