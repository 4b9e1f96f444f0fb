"""What is different between two entries, field by field, in words that an admin can read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.catalogue.entries import Entry

NOTHING = "–"


@dataclass(frozen=True)
class Difference:
    """One field before and after."""

    field: str
    before: str
    after: str


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> tuple[Difference, ...]:
    """The fields in which two entries differ, as `Entry.facts` gives them, in the order of the entry.

    Fields that an entry had under earlier rules are told too; None is an entry that is not there.
    """
    names = [*Entry.model_fields, *sorted({*(before or {}), *(after or {})} - {*Entry.model_fields})]
    pairs = ((name, _text(before, name), _text(after, name)) for name in names)
    return tuple(Difference(name, old, new) for name, old, new in pairs if old != new)


def _text(facts: Mapping[str, Any] | None, name: str) -> str:
    if facts is None:
        return NOTHING
    if name in facts:
        return words_for(facts[name])
    return words_for(_usual().get(name))


def _usual() -> dict[str, Any]:
    """What a field is that is not named."""
    fields = Entry.model_fields.items()
    return {name: info.get_default(call_default_factory=True) for name, info in fields if not info.is_required()}


def words_for(value: Any) -> str:
    """A value of an entry in a few words."""
    if value is None or value in ("", (), [], {}):
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, list | tuple):
        return ", ".join(words_for(one) for one in value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else str(value)
