"""What each option of a model costs us, what is taken for it, and what is left (ADM-07, OPS-06)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select

from app.admin.model_shapes import Fact, MarginLine, Margins
from app.admin.money import dollars, percent
from app.catalogue import choosing
from app.creations.models import Creation
from app.creations.states import PLAYABLE
from app.extensions import db, now
from app.generation import durations, prices
from app.providers.base import Kind
from app.providers.model import Model, Option
from app.settings import store
from app.settings.catalogue import Settings

TARGET = Decimal("0.5")
"""The share of what is taken that shall be left (OPS-06)."""
DAYS = 30
Made = Mapping[tuple[str, str, int | None, str | None], tuple[int, int]]


@dataclass(frozen=True)
class Margin:
    """One option, reckoned in US dollars. `cost` is None where nobody knows it."""

    model: Model
    option: Option
    credits: int
    worth: Decimal
    cost: Decimal | None
    is_assumed: bool

    @property
    def left(self) -> Decimal | None:
        """What is left of what is taken."""
        return None if self.cost is None else self.worth - self.cost

    @property
    def share(self) -> Decimal | None:
        """What is left, as a share of what is taken; None where nothing is taken or the cost is unknown."""
        return None if self.left is None or not self.worth else self.left / self.worth

    @property
    def rank(self) -> tuple[int, Decimal]:
        """The worst first: losses without any income, then by the share, then what nobody knows."""
        if self.left is None:
            return 2, Decimal(0)
        return (1, self.share) if self.share is not None else (0 if self.left < 0 else 1, self.left)


def of(settings: Settings, model: Model, option: Option) -> Margin:
    """The margin of one option by these settings (PRV-05)."""
    credits = prices.credits_for(settings, model, *option)
    cost, is_assumed = _cost(settings, model, option)
    return Margin(model, option, credits, _worth(settings, credits), cost, is_assumed)


def table(models: Iterable[Model]) -> Margins:
    """The margins of every option of these models, the worst first. Texts are given away."""
    settings = store.current()
    found = [of(settings, model, option) for model in models if model.kind != Kind.TEXT for option in model.options]
    found.sort(key=lambda one: one.rank)
    made = _made()
    lines = tuple(_line(one, made.get(_key(one), (0, 0))[0]) for one in found)
    taken = sum((_worth(settings, made.get(_key(one), (0, 0))[1]) for one in found), Decimal(0))
    spent = sum(((one.cost or Decimal(0)) * made.get(_key(one), (0, 0))[0] for one in found), Decimal(0))
    left = taken - spent
    share = left / taken if taken else None
    return Margins(
        lines=lines,
        losses=sum(line.verdict.tone == "bad" for line in lines),
        thin=sum(line.verdict.tone == "warn" for line in lines),
        unknown=sum(one.cost is None for one in found),
        made=sum(line.made for line in lines),
        taken=dollars(taken),
        cost=dollars(spent),
        margin=dollars(left),
        percent="–" if share is None else percent(share),
        verdict=_verdict(left, share),
        target=percent(TARGET),
        credit_value=dollars(Decimal(str(settings.credit_value_usd))),
    )


def option_words(option: Option) -> str:
    """An option in words: "6 s at 720p"."""
    duration, resolution = option
    return f"{duration} s at {resolution}" if duration else "One image"


def _key(one: Margin) -> tuple[str, str, int | None, str | None]:
    return (one.model.provider, one.model.id, *one.option)


def _worth(settings: Settings, credits: int) -> Decimal:
    return credits * Decimal(str(settings.credit_value_usd))


def _cost(settings: Settings, model: Model, option: Option) -> tuple[Decimal | None, bool]:
    """The cost of one, and whether it is only assumed. What is drawn in this house costs nothing."""
    listed = Decimal(str(round(model.cost(*option), 6)))
    if listed or model.usd_read_on or choosing.is_local(model.provider):
        return listed, False
    if model.kind != Kind.VIDEO:
        return None, False
    return Decimal(str(settings.video_provider_usd_per_second)) * (option[0] or 0), True


def _line(one: Margin, made: int) -> MarginLine:
    known = durations.recent(one.model.provider, one.model.id, *one.option)
    return MarginLine(
        provider=one.model.provider,
        id=one.model.id,
        label=one.model.label,
        option=option_words(one.option),
        credits=one.credits,
        worth=dollars(one.worth),
        cost="–" if one.cost is None else dollars(one.cost),
        margin="–" if one.left is None else dollars(one.left),
        percent="–" if one.share is None else percent(one.share),
        verdict=Fact("Cost unknown") if one.left is None else _verdict(one.left, one.share),
        seconds=f"{known.typical:.0f} s" if known.count else "–",
        made=made,
        is_assumed=one.is_assumed,
    )


def _verdict(left: Decimal, share: Decimal | None) -> Fact:
    if left < 0:
        return Fact("At a loss", "bad")
    if share is not None and share < TARGET:
        return Fact(f"Under {percent(TARGET)}", "warn")
    return Fact("")


def _made() -> Made:
    """How many of each option were made in the last days, and the credits taken for them; samples do not count."""
    rows = db.session.execute(
        select(
            Creation.provider,
            Creation.model,
            Creation.duration,
            Creation.resolution,
            func.count(),
            func.sum(Creation.credit_cost),
        )
        .where(
            Creation.state.in_(PLAYABLE),
            Creation.is_sample.is_(False),
            Creation.created_at >= now() - timedelta(days=DAYS),
        )
        .group_by(Creation.provider, Creation.model, Creation.duration, Creation.resolution)
    )
    return {(row[0], row[1], row[2], row[3]): (int(row[4]), int(row[5])) for row in rows}
