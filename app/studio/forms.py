"""The Create form: what was sent, what may be chosen, what it costs."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from flask import url_for
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from app.catalogue import choosing
from app.creations import references
from app.creations.models import Creation, ReferenceImage
from app.creations.states import UNFINISHED
from app.credits import ledger
from app.extensions import db
from app.generation import admission, prices, quotes
from app.providers.base import Kind
from app.providers.model import Model
from app.settings import store
from app.settings.catalogue import Settings
from app.studio import queries
from app.studio.shapes import Choice, CreateForm, PriceRow, ReferenceChoice, Suggestion, Ticket

SAMPLE_PROMPTS = (
    "Sun shafts through a kelp forest, drifting camera, tiny silver fish turning",
    "Cold fjord at night, stacked ridges, full moon rising behind the tallest peak",
    "Paper cranes over a neon city in the rain, slow pan to the left",
)
_KEPT = ("prompt", "negative_prompt", "aspect_ratio", "relation", "parent_id")
LONGEST_LINK = 3000
"""Servers refuse longer addresses; a prompt that would make one stays behind rather than lead to an error."""
_NONE = Model("", "", "", Kind.VIDEO, True, ("1:1", "16:9", "9:16"), (4, 6, 8), ("720p", "1080p"))
"""What the form offers while no model is ready: it still fills, though nothing can be sent."""


def ids_of(values: Mapping[str, Any]) -> list[uuid.UUID]:
    """The reference ids in what was sent; anything that is no id is passed over."""
    found: list[uuid.UUID] = []
    for text in dict.fromkeys(values.getlist("reference_id")) if isinstance(values, MultiDict) else ():
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
    for name in ("kind", "prompt", "negative_prompt", "aspect_ratio", "duration", "resolution"):
        if getattr(old, name) is not None and name not in hidden:
            values.setdefault(name, str(getattr(old, name)))
    values.setdefault("relation", "variation" if mine else "remix")
    if mine and not values.getlist("reference_id"):
        values.setlist("reference_id", [str(row.id) for row in references.of(old.id)])


def create_form(
    user_id: uuid.UUID,
    values: MultiDict[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    undo_prompt: str | None = None,
) -> CreateForm:
    """The form filled with what was sent, with its choices from the model and a fresh quote."""
    settings = store.current()
    kind = "image" if values.get("kind") == "image" else "video"
    image, video = (choosing.model_for(k) or _either(k) for k in ("image", "video"))
    model = image if kind == "image" else video
    chosen = references.find(user_id, ids_of(values))[: max(1, model.max_references)]
    return CreateForm(
        kind=kind,
        prompt=values.get("prompt", ""),
        prompt_max=settings.prompt_max_chars,
        negative_prompt=values.get("negative_prompt", ""),
        takes_negative_prompt=model.negative_prompt,
        durations=_choices(video.durations, values.get("duration", ""), video.durations[-1:], " s"),
        resolutions=_choices(video.resolutions, values.get("resolution", ""), video.resolutions[:1]),
        image_ratios=_choices(image.aspect_ratios, values.get("aspect_ratio", ""), image.aspect_ratios[:1]),
        video_ratios=_choices(video.aspect_ratios, values.get("aspect_ratio", ""), video.aspect_ratios[:1]),
        models=(),
        references=tuple(reference_choice(row, values.get(f"role_{row.id}", "")) for row in chosen),
        max_references=model.max_references,
        upload_max_mb=settings.upload_max_mb,
        ticket=ticket(user_id, values),
        prices=_price_rows(settings, video),
        idempotency_key=values.get("idempotency_key") or uuid.uuid4().hex,
        can_optimise=choosing.writer() is not None,
        undo_prompt=undo_prompt,
        notice=_notice(kind),
        relation=values.get("relation") or None,
        parent_id=_id(values.get("parent_id", "")),
        errors=dict(errors or {}),
    )


def ticket(user_id: uuid.UUID, values: Mapping[str, str]) -> Ticket:
    """The price of the chosen options for this person now, signed, with what stands in the way."""
    settings = store.current()
    kind = "image" if values.get("kind") == "image" else "video"
    model = choosing.model_for(kind)
    duration, resolution = _timing(values, model or _either(kind)) if kind == "video" else (None, None)
    price = prices.credits_for(settings, model or _either(kind), duration, resolution)
    balance = ledger.balance(user_id)
    problem, words = _problem(user_id, kind, model, price, balance, settings)
    options = quotes.Options(kind, model.provider if model else "", model.id if model else "", duration, resolution)
    return Ticket(
        credits=price,
        balance=balance,
        quote=quotes.sign(options, price),
        problem=problem,
        words=words,
        suggestion=_suggestion(values, model or _either(kind), balance, settings) if problem == "credits" else None,
    )


def _either(kind: str) -> Model:
    return replace(_NONE, kind=Kind(kind))


def _timing(values: Mapping[str, str], model: Model) -> tuple[int, str]:
    sent, resolution = values.get("duration", ""), values.get("resolution", "")
    durations = {str(seconds): seconds for seconds in model.durations}
    return (
        durations.get(sent, model.durations[-1]),
        resolution if resolution in model.resolutions else model.resolutions[0],
    )


def _problem(
    user_id: uuid.UUID, kind: str, model: Model | None, price: int, balance: int, settings: Settings
) -> tuple[str | None, str]:
    if not choosing.switched_on(kind):
        return "off", f"Making {kind}s is switched off for now."
    if model is None:
        return "off", f"Making {kind}s is not available right now."
    if found := admission.obstacle(model):
        return "busy", found.words
    if kind == "video":
        making = _unfinished_videos(user_id)
        if making >= settings.video_concurrent_limit:
            return "limit", f"{making} are being made; wait for one."
    if balance < price:
        return "credits", f"You have {balance}, this needs {price}."
    return None, ""


def _unfinished_videos(user_id: uuid.UUID) -> int:
    return int(
        db.session.scalar(
            select(func.count())
            .select_from(Creation)
            .where(Creation.user_id == user_id, Creation.state.in_(UNFINISHED), Creation.kind == "video")
        )
        or 0
    )


def _suggestion(values: Mapping[str, str], model: Model, balance: int, settings: Settings) -> Suggestion | None:
    """The dearest video that the balance still pays for, else an image."""
    options = [(prices.credits_for(settings, model, d, r), d or 0, r or "") for d, r in model.options]
    affordable = [option for option in options if option[0] <= balance]
    kept: dict[str, Any] = {k: values[k] for k in _KEPT if values.get(k)} | {"reference_id": ids_of(values)}
    if len(quote("".join(map(str, kept.values())))) > LONGEST_LINK:
        kept.pop("prompt", None)
        kept.pop("negative_prompt", None)
    if values.get("kind") != "image" and affordable:
        cost, duration, resolution = max(affordable)
        url = url_for("studio.create", kind="video", duration=duration, resolution=resolution, **kept)
        return Suggestion(f"{duration} s at {resolution} costs {cost}", url)
    if values.get("kind") != "image" and settings.image_credit_cost <= balance:
        url = url_for("studio.create", kind="image", **kept)
        return Suggestion(f"An image costs {settings.image_credit_cost}", url)
    return None


def _price_rows(settings: Settings, video: Model) -> tuple[PriceRow, ...]:
    rows = [PriceRow("Image", settings.image_credit_cost)]
    table = prices.video_table(settings, video)
    return tuple(rows + [PriceRow(f"Video, {label}", credits) for label, credits in table])


def _choices(values: Iterable[Any], sent: str, default: Iterable[Any], unit: str = "") -> tuple[Choice, ...]:
    all_values = [str(value) for value in values]
    checked = sent if sent in all_values else next(iter(map(str, default)), "")
    return tuple(Choice(value, value + unit, value == checked) for value in all_values)


def _notice(kind: str) -> str | None:
    if not choosing.switched_on(kind):
        return f"Making {kind}s is switched off for now. You can still write; nothing is lost."
    model = choosing.model_for(kind)
    if model is None:
        return f"Making {kind}s is not available right now."
    found = admission.obstacle(model)
    return f"{found.words} You can still write; nothing is lost." if found else None


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
