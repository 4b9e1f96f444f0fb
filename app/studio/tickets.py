"""What Create says about credits: the ticket beside Generate, what fits the balance instead, and all prices."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask import url_for
from sqlalchemy import func, select

from app.catalogue import choosing
from app.creations.models import Creation
from app.creations.states import UNFINISHED
from app.credits import ledger
from app.extensions import db
from app.generation import admission, prices, quotes
from app.providers.model import Model
from app.settings import store
from app.settings.catalogue import Settings
from app.studio.fitting import Fit
from app.studio.shapes import PriceGroup, PriceRow, Suggestion, Ticket

_KEPT = ("prompt", "negative_prompt", "aspect_ratio", "seed", "sound", "relation", "parent_id")
LONGEST_LINK = 3000
"""Servers refuse longer addresses; a prompt that would make one stays behind rather than lead to an error."""


def ticket(user_id: uuid.UUID, values: Mapping[str, str], chosen: Fit, pictures: list[uuid.UUID]) -> Ticket:
    """The price of what is chosen for this person now, signed, with what stands in the way."""
    settings = store.current()
    model, asked = chosen.model, chosen.asked
    price = prices.credits_for(settings, model, chosen.duration, chosen.resolution)
    balance = ledger.balance(user_id)
    problem, words = _problem(user_id, chosen, price, balance, settings)
    options = quotes.Options(
        chosen.kind, asked.provider if asked else "", asked.id if asked else "", chosen.duration, chosen.resolution
    )
    return Ticket(
        credits=price,
        balance=balance,
        quote=quotes.sign(options, price),
        problem=problem,
        words=words,
        suggestion=_suggestion(values, chosen, pictures, balance, settings) if problem == "credits" else None,
    )


def price_groups(settings: Settings) -> tuple[PriceGroup, ...]:
    """What everything costs that is offered, a group for each model."""
    groups = []
    for kind in ("image", "video"):
        offered = choosing.offered(kind)
        for model in offered:
            table = [("One image", prices.credits_for(settings, model))]
            rows = prices.video_table(settings, model) if kind == "video" else table
            label = kind.capitalize() if len(offered) == 1 else f"{kind.capitalize()}, {model.label}"
            groups.append(PriceGroup(label, tuple(PriceRow(words, credits) for words, credits in rows)))
    return tuple(groups)


def _problem(user_id: uuid.UUID, chosen: Fit, price: int, balance: int, settings: Settings) -> tuple[str | None, str]:
    kind = chosen.kind
    if not choosing.switched_on(kind):
        return "off", f"Making {kind}s is switched off for now."
    if chosen.asked is None:
        return "off", f"Making {kind}s is not available right now."
    if found := admission.obstacle(chosen.asked):
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


def _suggestion(
    values: Mapping[str, str], chosen: Fit, pictures: list[uuid.UUID], balance: int, settings: Settings
) -> Suggestion | None:
    """The dearest that the balance still pays for: with the chosen model, with another one, else an image."""
    kept: dict[str, Any] = {k: values[k] for k in _KEPT if values.get(k)} | {"reference_id": pictures}
    if len(quote("".join(map(str, kept.values())))) > LONGEST_LINK:
        kept.pop("prompt", None)
        kept.pop("negative_prompt", None)
    others = [model for model in choosing.offered(chosen.kind) if model != chosen.model]
    for models in ([chosen.model], others):
        if found := _dearest(models, len(pictures), balance, settings):
            cost, duration, resolution, model = found
            what = f"{duration} s at {resolution}" if duration else "An image"
            by = "" if model == chosen.model else f" with {model.label}"
            facts: dict[str, Any] = {
                "kind": chosen.kind,
                "model": model.name,
                "duration": duration,
                "resolution": resolution,
            }
            return Suggestion(f"{what}{by} costs {cost}", url_for("studio.create", **facts, **kept))
    for model in choosing.offered("image") if chosen.kind == "video" else ():
        if found := _dearest([model], len(pictures), balance, settings):
            url = url_for("studio.create", kind="image", model=model.name, **kept)
            return Suggestion(f"An image costs {found[0]}", url)
    return None


def _dearest(
    models: list[Model], pictures: int, balance: int, settings: Settings
) -> tuple[int, int | None, str | None, Model] | None:
    """The dearest options that are affordable, the first model's among equals."""
    affordable = [
        (cost, duration, resolution, model)
        for model in models
        if model.min_references <= pictures
        for duration, resolution in model.options
        if (cost := prices.credits_for(settings, model, duration, resolution)) <= balance
    ]
    return max(affordable, key=lambda option: (option[0], option[1] or 0, option[2] or ""), default=None)
