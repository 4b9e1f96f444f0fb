"""An entry as a form, and a form as an entry: the same fields, as text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from app.catalogue.entries import Entry
from app.errors import Invalid
from app.providers.model import RESOLUTIONS, ROLES
from app.web.input import read

LABELS = {
    "provider": "Provider",
    "id": "Id",
    "kind": "Kind",
    "label": "Label",
    "enabled": "Offered",
    "note": "Note",
    "aspect_ratios": "Aspect ratios",
    "durations": "Durations",
    "resolutions": "Resolutions",
    "only": "Durations at a resolution",
    "only_with": "Durations with a picture",
    "usd_at_resolution": "Cost at a resolution",
    "seconds_between": "Real length",
    "min_references": "Least references",
    "max_references": "Most references",
    "roles": "Roles",
    "negative_prompt": "Negative prompt",
    "seed": "Seed",
    "sound": "Sound",
    "size_is_its_own": "Size is its own",
    "credits_per_second": "Credits a second",
    "credits": "Credits",
    "usd": "List cost",
    "usd_per_run": "Cost of a run",
    "usd_read_on": "Costs read on",
    "typical_seconds": "Typical seconds",
    "retires_on": "Retires on",
    "fallback": "Fallback",
    "source_type": "Provenance",
    "recipe": "Recipe",
    "why": "Why",
}
_TICKS = ("enabled", "negative_prompt", "seed", "size_is_its_own")
_TEXTS = ("provider", "id", "kind", "label", "note", "sound", "source_type")
_NUMBERS = ("min_references", "max_references", "usd", "usd_per_run", "typical_seconds", "usd_read_on", "retires_on")
_APART = re.compile(r"[,;\s]+")
Errors = dict[str, str]


def filled(entry: Entry) -> dict[str, tuple[str, ...]]:
    """What stands in the fields for an entry."""
    facts = {name: getattr(entry, name) for name in (*_TEXTS, *_NUMBERS, "credits_per_second", "credits", "fallback")}
    between = entry.seconds_between or ("", "")
    return {
        **{name: (_text(value),) for name, value in facts.items()},
        **{name: ("true",) if getattr(entry, name) else () for name in _TICKS},
        "aspect_ratios": entry.aspect_ratios,
        "first_ratio": entry.aspect_ratios[:1],
        "resolutions": entry.resolutions,
        "first_resolution": entry.resolutions[:1],
        "roles": entry.roles,
        "durations": (_text(entry.durations),),
        **{f"only-{size}": (_text(entry.only.get(size)),) for size in RESOLUTIONS},
        **{f"with-{role}": (_text(entry.only_with.get(role)),) for role in ROLES},
        **{f"usd-{size}": (_text(entry.usd_at_resolution.get(size)),) for size in RESOLUTIONS},
        "seconds_from": (_text(between[0]),),
        "seconds_to": (_text(between[1]),),
        "pricing": (_pricing(entry),),
        "recipe": (json.dumps(entry.recipe, indent=2, ensure_ascii=False) if entry.recipe else "",),
    }


def empty(kind: str) -> dict[str, tuple[str, ...]]:
    """What stands in the fields of a model that is to be added."""
    usual = {"kind": kind, "sound": "never", "source_type": "trainedAlgorithmicMedia", "pricing": "settings"}
    numbers = {"min_references": "0", "max_references": "0", "typical_seconds": "20", "enabled": "true"}
    return {name: (value,) for name, value in {**usual, **numbers}.items()}


def sent(form: MultiDict[str, str]) -> dict[str, tuple[str, ...]]:
    """What somebody sent, to be shown again as it was."""
    return {name: tuple(form.getlist(name)) for name in form}


def entry(form: MultiDict[str, str]) -> Entry:
    """The entry that a form describes. Raises Invalid with one sentence a field."""
    errors: Errors = {}
    values: dict[str, Any] = {name: form.get(name, "") for name in _TEXTS if form.get(name, "")}
    values |= {name: form.get(name, "").strip() for name in _NUMBERS if form.get(name, "").strip()}
    values |= {name: name in form for name in _TICKS}
    for name, parse in _PARSERS.items():
        try:
            values[name] = parse(form)
        except ValueError as error:
            errors[name] = str(error)
    values |= _price(form, errors)
    try:
        found = read(Entry, {name: value for name, value in values.items() if value is not None})
    except Invalid as error:
        errors = {**error.errors, **errors}
    if errors:
        raise Invalid(errors)
    return found


def _ordered(name: str, first: str) -> Callable[[MultiDict[str, str]], list[str]]:
    """What is ticked, the preset one first."""

    def parse(form: MultiDict[str, str]) -> list[str]:
        ticked, preset = form.getlist(name), form.get(first, "")
        if preset and ticked and preset not in ticked:
            raise ValueError(f"Tick {preset} as well, for it is preset.")
        return sorted(ticked, key=lambda one: one != preset)

    return parse


def _durations(form: MultiDict[str, str]) -> list[str]:
    return _parts(form.get("durations", ""))


def _only(form: MultiDict[str, str]) -> dict[str, list[str]]:
    return {size: parts for size in RESOLUTIONS if (parts := _parts(form.get(f"only-{size}", "")))}


def _only_with(form: MultiDict[str, str]) -> dict[str, list[str]]:
    return {role: parts for role in ROLES if (parts := _parts(form.get(f"with-{role}", "")))}


def _usd_at(form: MultiDict[str, str]) -> dict[str, str]:
    return {size: text for size in RESOLUTIONS if (text := form.get(f"usd-{size}", "").strip())}


def _between(form: MultiDict[str, str]) -> list[str] | None:
    ends = [form.get(name, "").strip() for name in ("seconds_from", "seconds_to")]
    if all(ends):
        return ends
    if any(ends):
        raise ValueError("Fill in both, or none.")
    return None


def _fallback(form: MultiDict[str, str]) -> str | None:
    return form.get("fallback", "").strip() or None


def _recipe(form: MultiDict[str, str]) -> dict[str, Any]:
    text = form.get("recipe", "").strip()
    try:
        found = json.loads(text) if text else {}
    except json.JSONDecodeError as error:
        raise ValueError(f"This is no JSON: {error.msg} in line {error.lineno}.") from None
    except (ValueError, RecursionError):
        raise ValueError("This JSON cannot be read.") from None
    if not isinstance(found, dict):
        raise ValueError('This must be an object, such as {"name": "value"}.')
    return found


_PARSERS: Mapping[str, Callable[[MultiDict[str, str]], Any]] = {
    "aspect_ratios": _ordered("aspect_ratios", "first_ratio"),
    "resolutions": _ordered("resolutions", "first_resolution"),
    "roles": lambda form: form.getlist("roles"),
    "durations": _durations,
    "only": _only,
    "only_with": _only_with,
    "usd_at_resolution": _usd_at,
    "seconds_between": _between,
    "fallback": _fallback,
    "recipe": _recipe,
}


def _price(form: MultiDict[str, str], errors: Errors) -> dict[str, str]:
    """The price of its own that was chosen, if one was."""
    name = {"flat": "credits", "rate": "credits_per_second"}.get(form.get("pricing", "settings"))
    if name is None:
        return {}
    value = form.get(name, "").strip()
    if not value:
        errors[name] = "Say how many credits."
    return {name: value} if value else {}


def _pricing(entry: Entry) -> str:
    if entry.credits is not None:
        return "flat"
    return "settings" if entry.credits_per_second is None else "rate"


def _parts(text: str) -> list[str]:
    return [part for part in _APART.split(text) if part]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value))
    return str(value)
