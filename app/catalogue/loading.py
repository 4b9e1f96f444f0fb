"""Lists of models as files: the format of built_in.json, read all or none, and what a file would change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.catalogue import store
from app.catalogue.choosing import registry
from app.catalogue.differing import Difference, differences
from app.catalogue.entries import Entry
from app.errors import Invalid
from app.providers.model import Model
from app.web.input import read as read_fields

MOST_BYTES = 256_000
MOST_ENTRIES = 500
_ERRORS_TOLD = 20


@dataclass(frozen=True)
class Step:
    """One entry that a file would change."""

    name: str
    is_new: bool
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Plan:
    """What a file would change."""

    entries: tuple[Entry, ...]
    steps: tuple[Step, ...]
    seen: Mapping[str, str]
    """The version of each of these models now; "" for those that are new."""

    @property
    def version(self) -> str:
        """A short name for this plan: another one when a model was changed meanwhile, or the file was."""
        facts = [[entry.name, entry.version, self.seen[entry.name]] for entry in self.entries]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def read(data: bytes) -> tuple[Entry, ...]:
    """The entries of a file. Raises Invalid with a sentence for each entry and field that does not fit."""
    rows = _rows(data)
    errors: dict[str, str] = {}
    entries: list[Entry] = []
    for number, row in enumerate(rows, 1):
        try:
            entries.append(read_fields(Entry, row))
        except Invalid as error:
            errors |= {f"{_place(number, row)}, {name}": words for name, words in error.errors.items()}
    if not errors:
        errors = _together(entries)
    if errors:
        raise Invalid(dict(list(errors.items())[:_ERRORS_TOLD]))
    return tuple(entries)


def plan(entries: Sequence[Entry]) -> Plan:
    """What these entries would change now."""
    known = {one.model.name: one for one in store.listings()}
    steps, seen = [], {}
    for entry in entries:
        old = known.get(entry.name)
        seen[entry.name] = old.version if old else ""
        if old is None or old.model != entry.model():
            before = Entry.of(old.model).facts() if old else None
            steps.append(Step(entry.name, old is None, differences(before, entry.facts())))
    return Plan(tuple(entries), tuple(steps), seen)


def dump(models: Iterable[Model]) -> str:
    """A list of models as a file, one line each."""
    rows = [json.dumps(Entry.of(model).facts(), ensure_ascii=False) for model in models]
    return "[\n" + ",\n".join(f"  {row}" for row in rows) + "\n]\n"


def out_of_place(entry: Entry, kinds: Mapping[str, str] | None = None) -> dict[str, str]:
    """What in an entry does not go with the adapters and models that there are: a sentence a field.

    `kinds` are those of models that come along with it, by their names.
    """
    known = {one.model.name: str(one.model.kind) for one in store.listings()}
    old = known.get(entry.name, entry.kind)
    adapters = registry().names()
    errors = {}
    if entry.provider not in adapters:
        errors["provider"] = f"There is no adapter of this name. There are {', '.join(adapters)}."
    if old != entry.kind:
        errors["kind"] = f"This is one of kind {old}, and a model keeps its kind."
    if entry.fallback and {**known, **(kinds or {})}.get(entry.fallback) != entry.kind:
        errors["fallback"] = f"There is no {entry.kind} model of this name."
    return errors


def _rows(data: bytes) -> list[Any]:
    if len(data) > MOST_BYTES:
        raise Invalid({"file": f"This is larger than {MOST_BYTES // 1000} kB."})
    try:
        rows = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Invalid({"file": "This is no text in UTF-8."}) from None
    except json.JSONDecodeError as error:
        raise Invalid({"file": f"This is no JSON: {error.msg} in line {error.lineno}."}) from None
    except (ValueError, RecursionError) as error:
        raise Invalid({"file": str(error) if isinstance(error, _Twice) else "This JSON cannot be read."}) from None
    if not isinstance(rows, list) or not rows:
        raise Invalid({"file": "This must be a list of models, as the one that can be downloaded here."})
    if len(rows) > MOST_ENTRIES:
        raise Invalid({"file": f"These are {len(rows)} models; {MOST_ENTRIES} are the most."})
    if not all(isinstance(row, dict) for row in rows):
        raise Invalid({"file": "Each model of the list must be an object."})
    return rows


class _Twice(ValueError):
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(f"{next(name for name in names if names.count(name) > 1)[:60]} stands twice in one object.")
    return found


def _no_number(_name: str) -> Any:
    raise ValueError


def _together(entries: Sequence[Entry]) -> dict[str, str]:
    """What does not go with the rest of the file, and with what there is."""
    kinds = {entry.name: str(entry.kind) for entry in entries}
    errors: dict[str, str] = {}
    met: dict[str, int] = {}
    for number, entry in enumerate(entries, 1):
        place = f"entry {number} ({entry.name})"
        errors |= {f"{place}, {field}": words for field, words in out_of_place(entry, kinds).items()}
        if entry.name in met:
            errors[f"{place}, id"] = f"This is the same model as entry {met[entry.name]}."
        met.setdefault(entry.name, number)
    return errors


def _place(number: int, row: Mapping[str, Any]) -> str:
    name = "/".join(str(row[key])[:60] for key in ("provider", "id") if key in row)
    return f"entry {number} ({name.encode(errors='replace').decode()})" if name else f"entry {number}"
