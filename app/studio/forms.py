"""The Create form: what was sent, and what may be chosen with the model that is chosen."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from app.catalogue import choosing
from app.creations import references
from app.creations.models import ReferenceImage
from app.generation import admission, durations, prices
from app.generation.orders import FRAMES
from app.providers.model import Model
from app.settings import store
from app.settings.catalogue import Settings
from app.studio import cards, fitting, queries, tickets
from app.studio.shapes import Choice, CreateForm, ModelChoice, ReferenceChoice

SAMPLE_PROMPTS = (
    "Sun shafts through a kelp forest, drifting camera, tiny silver fish turning",
    "Cold fjord at night, stacked ridges, full moon rising behind the tallest peak",
    "Paper cranes over a neon city in the rain, slow pan to the left",
)
LONGEST_KEPT = 40
"""Characters of a hidden field that are carried along: more than any value that makes sense has."""
_OFF = ("0", "false", "off", "no")
_ROLES = {
    "person": "Person",
    "product": "Product",
    "style": "Style",
    "first": "First frame",
    "last": "Last frame",
}


def ids_of(values: MultiDict[str, str], *names: str) -> list[uuid.UUID]:
    """The reference ids in what was sent, in `reference_id` unless names are given; what is no id is passed over."""
    found: list[uuid.UUID] = []
    for text in dict.fromkeys(text for name in names or ("reference_id",) for text in values.getlist(name)):
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


def reference_choice(row: references.Picture | ReferenceImage, role: str = "") -> ReferenceChoice:
    """A chosen reference as the form shows it."""
    return ReferenceChoice(
        id=row.id,
        url=url_for("media.file", key=row.key),
        name=row.name,
        width=row.width,
        height=row.height,
        file_size_bytes=row.file_size_bytes,
        role=role or row.role,
    )


def start_from(user_id: uuid.UUID, values: MultiDict[str, str]) -> None:
    """Fill the form from the creation it names: try again, animate an image, remix, or another like it."""
    old = queries.origin(user_id, values.get("parent_id", ""))
    if old is None:
        for name in ("parent_id", "relation"):
            values.poplist(name)
        return
    if values.get("relation") == "animate":
        values["kind"] = "video"
        values.setlist("reference_id", [str(old.id)])
        values.setdefault("aspect_ratio", old.aspect_ratio)
        return
    mine = old.user_id == user_id
    hidden = set() if mine else {"negative_prompt"} | (set() if old.shows_prompt else {"prompt"})
    for name in ("kind", "prompt", "negative_prompt", "aspect_ratio", "duration", "resolution", "sound"):
        if getattr(old, name) is not None and name not in hidden:
            values.setdefault(name, str(getattr(old, name)))
    values.setdefault("relation", "variation" if mine else "remix")
    if mine:
        values.setdefault("model", f"{old.provider}/{old.model}")
    if mine and values["relation"] == "retry" and old.seed is not None:
        # Another one like it shall be another one; the same seed would make the same again.
        values.setdefault("seed", str(old.seed))
    if mine and not values.getlist("reference_id"):
        values.setlist("reference_id", [str(row.id) for row in references.of(old.id)])


def create_form(
    user_id: uuid.UUID,
    values: MultiDict[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    **beside: Any,
) -> CreateForm:
    """The form filled with what was sent, with its choices and a fresh quote; `beside` are words beside the prompt."""
    settings = store.current()
    chosen = fitting.fit(values)
    model = chosen.model
    pictures = references.find(user_id, ids_of(values, "reference_id", "spare_id"))
    return CreateForm(
        kind=chosen.kind,
        prompt=values.get("prompt", ""),
        prompt_max=settings.prompt_max_chars,
        negative_prompt=values.get("negative_prompt", ""),
        takes=frozenset({"negative_prompt", "seed"}) - fitting.unused(model),
        models=_models(settings, values, chosen),
        model=model.name if chosen.ready else "",
        durations=_durations(chosen),
        resolutions=_choices(model.resolutions, chosen.resolution),
        aspect_ratios=_choices(model.aspect_ratios, chosen.aspect_ratio),
        sound=model.sound,
        sounds=values.get("sound", "").lower() not in _OFF,
        seed=values.get("seed", "")[:LONGEST_KEPT],
        note=chosen.note,
        said=" ".join(chosen.said),
        references=tuple(
            reference_choice(row, values.get(f"role_{row.id}", "")) for row in pictures[: model.max_references]
        ),
        spare=tuple(row.id for row in pictures[model.max_references :]),
        spare_words=fitting.set_aside(model, len(pictures)),
        min_references=model.min_references,
        max_references=model.max_references,
        roles=roles_of(model),
        upload_max_mb=settings.upload_max_mb,
        ticket=tickets.ticket(user_id, values, chosen, [row.id for row in pictures]),
        prices=tickets.price_groups(settings),
        idempotency_key=values.get("idempotency_key") or uuid.uuid4().hex,
        can_optimise=choosing.writer() is not None,
        kept=_kept(values, model),
        usual_ratios={kind: fitting.fit({"kind": kind}).aspect_ratio for kind in ("video", "image")},
        **beside,
        notice=_notice(chosen),
        relation=values.get("relation") or None,
        parent_id=_id(values.get("parent_id", "")),
        errors=dict(errors or {}),
    )


def roles_of(model: Model) -> tuple[tuple[str, str], ...]:
    """What a picture can be for with this model; nothing where there is no choice."""
    if len(model.roles) < 2:
        return ()
    nothing = "Frame, in this order" if FRAMES.issubset(model.roles) else "Any use"
    return (("", nothing), *((role, _ROLES[role]) for role in model.roles))


def _models(settings: Settings, values: Mapping[str, str], chosen: fitting.Fit) -> tuple[ModelChoice, ...]:
    return tuple(_model(settings, values, chosen, one) for one in choosing.offered(chosen.kind))


def _model(settings: Settings, values: Mapping[str, str], chosen: fitting.Fit, model: Model) -> ModelChoice:
    roles = fitting.roles_in(values, model)
    duration, resolution = fitting.timing(model, values.get("duration", ""), values.get("resolution", ""), roles)
    if (chosen.duration, chosen.resolution) in model.options:
        duration, resolution = chosen.duration, chosen.resolution
    is_same = (duration, resolution) == (chosen.duration, chosen.resolution)
    namesakes = [one for one in choosing.offered(chosen.kind) if one.label == model.label and one != model]
    return ModelChoice(
        value=model.name,
        label=f"{model.label} ({choosing.provider_label(model.provider)})" if namesakes else model.label,
        credits=prices.credits_for(settings, model, duration, resolution),
        time=f"about {cards.roughly(durations.recent(model.provider, model.id, duration, resolution).typical)}",
        instead="" if is_same else f"{duration} s at {resolution}",
        checked=chosen.ready and model == chosen.model,
    )


def _durations(chosen: fitting.Fit) -> tuple[Choice, ...]:
    offered = chosen.model.durations_at(chosen.resolution or "", chosen.roles)
    return tuple(
        Choice(str(seconds), f"{seconds} s", seconds == chosen.duration, disabled=seconds not in offered)
        for seconds in sorted({*chosen.model.durations, *offered})
    )


def _choices(values: Iterable[str], chosen: str | None) -> tuple[Choice, ...]:
    return tuple(Choice(value, value, value == chosen) for value in values)


def _kept(values: Mapping[str, str], model: Model) -> tuple[tuple[str, str], ...]:
    hidden = [name for name in (*fitting.NOT_FOR_IMAGES, "seed") if name in fitting.unused(model)]
    return tuple((name, values[name][:LONGEST_KEPT]) for name in hidden if values.get(name))


def _notice(chosen: fitting.Fit) -> str | None:
    kind = chosen.kind
    if not choosing.switched_on(kind):
        return f"Making {kind}s is switched off for now. You can still write; nothing is lost."
    if chosen.asked is None:
        return f"Making {kind}s is not available right now."
    found = admission.obstacle(chosen.asked)
    return f"{found.words} You can still write; nothing is lost." if found else None


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
