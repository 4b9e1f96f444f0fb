"""What the overview shows: today's figures, the last fourteen days, why creations failed, and who is well."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import User
from app.admin import health, model_list
from app.admin.shapes import Day, Figure, Overview, Reason, Switch
from app.catalogue import choosing
from app.creations import failures
from app.creations.models import Creation
from app.creations.states import PLAYABLE, UNFINISHED, State
from app.credits.models import LedgerEntry
from app.extensions import db, now

DAYS = 14


def overview() -> Overview:
    """Everything on the first page of the dashboard."""
    today = now().astimezone(UTC).date()
    rows = _settled(today)
    return Overview(
        figures=_figures(today, rows),
        days=_days(today, rows),
        reasons=_reasons(today),
        health=(*health.health(), model_list.summary()),
        switches=tuple(_switch(kind) for kind in ("image", "video")),
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _settled(today: date) -> list[Any]:
    """How many creations were made and failed, by day (UTC) and state; samples do not count."""
    day = func.date(Creation.created_at)
    return list(
        db.session.execute(
            select(day.label("day"), Creation.state, func.count().label("count"))
            .where(Creation.created_at >= _midnight(today - timedelta(days=DAYS - 1)), Creation.is_sample.is_(False))
            .group_by(day, Creation.state)
        )
    )


def _days(today: date, rows: list[Any]) -> tuple[Day, ...]:
    made: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for row in rows:
        if row.state in PLAYABLE:
            made[str(row.day)] += row.count
        elif row.state == State.FAILED:
            failed[str(row.day)] += row.count
    days = (today - timedelta(days=back) for back in reversed(range(DAYS)))
    return tuple(Day(day, made[str(day)], failed[str(day)]) for day in days)


def _figures(today: date, rows: list[Any]) -> tuple[Figure, ...]:
    of_today = Counter[str]()
    for row in rows:
        if str(row.day) == str(today):
            of_today[row.state] += row.count
    made = sum(of_today[state] for state in PLAYABLE)
    failed = of_today[State.FAILED]
    rate = f"{100 * made / (made + failed):.1f}%" if made + failed else "–"
    spent, returned = _credits(today)
    active = db.session.scalar(
        select(func.count(func.distinct(Creation.user_id))).where(
            Creation.created_at >= _midnight(today), Creation.is_sample.is_(False)
        )
    )
    new = db.session.scalar(
        select(func.count()).select_from(User).where(User.created_at >= _midnight(today), User.is_sample.is_(False))
    )
    return (
        Figure("Generations today", f"{sum(of_today.values()):,}", f"{_unfinished()} being made now"),
        Figure("Success rate today", rate, f"{failed} failed, all refunded" if failed else "Nothing failed"),
        Figure("Credits spent today", f"{spent - returned:,}", f"{returned:,} returned"),
        Figure("Active people today", f"{active or 0:,}", f"{new or 0} new"),
    )


def _credits(today: date) -> tuple[int, int]:
    """Credits charged and returned today."""
    sums = dict(
        db.session.execute(
            select(LedgerEntry.amount > 0, func.sum(LedgerEntry.amount))
            .where(LedgerEntry.created_at >= _midnight(today), LedgerEntry.creation_id.is_not(None))
            .group_by(LedgerEntry.amount > 0)
        ).all()
    )
    return -int(sums.get(False, 0)), int(sums.get(True, 0))


def _unfinished(kind: str | None = None) -> int:
    query = select(func.count()).select_from(Creation).where(Creation.state.in_(UNFINISHED))
    return int(db.session.scalar(query.where(Creation.kind == kind) if kind else query) or 0)


def _reasons(today: date) -> tuple[Reason, ...]:
    rows = db.session.execute(
        select(Creation.error_code, func.count().label("count"))
        .where(
            Creation.state == State.FAILED,
            Creation.created_at >= _midnight(today - timedelta(days=DAYS - 1)),
        )
        .group_by(Creation.error_code)
        .order_by(func.count().desc())
    ).all()
    return tuple(Reason(failures.label(row.error_code or "unknown"), row.count) for row in rows)


def _switch(kind: str) -> Switch:
    return Switch(kind=kind, on=choosing.switched_on(kind), waiting=_unfinished(kind))
