"""What the overview shows: today's figures, the last fourteen days, why creations failed, and who is well."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from redis import RedisError
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app import queue
from app.accounts.models import User
from app.admin.shapes import Day, Figure, Health, Overview, Reason, Switch
from app.creations import failures
from app.creations.models import Creation
from app.creations.states import PLAYABLE, UNFINISHED, State
from app.credits.models import LedgerEntry
from app.extensions import db, now, storage
from app.generation import catalogue
from app.settings import store
from app.storage.base import StorageError

DAYS = 14
_STORAGE_KEPT = timedelta(minutes=1)
_storage_seen: dict[str, tuple[datetime, Health]] = {}


def overview() -> Overview:
    """Everything on the first page of the dashboard."""
    today = now().astimezone(UTC).date()
    rows = _settled(today)
    return Overview(
        figures=_figures(today, rows),
        days=_days(today, rows),
        reasons=_reasons(today),
        health=_health(),
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
    return Switch(kind=kind, on=catalogue.switched_on(kind), waiting=_unfinished(kind))


def _health() -> tuple[Health, ...]:
    return (_database(), *_queues(), _storage(), *_providers())


def _database() -> Health:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        return Health("Database", False, type(error).__name__)
    return Health("Database", True, db.engine.dialect.name)


def _queues() -> tuple[Health, ...]:
    try:
        lengths = queue.lengths()
        workers = queue.workers()
    except RedisError as error:
        return (Health("Redis", False, type(error).__name__), Health("Workers", False, "unknown while Redis is down"))
    waiting = ", ".join(f"{count} in {name}" for name, count in lengths.items())
    words = ", ".join(f"{count} {name}" for name, count in workers.items() if count)
    return (Health("Redis", True, waiting), Health("Workers", all(workers.values()), words or "none is running"))


def _storage() -> Health:
    """Looked at once a minute at most: with a bucket it costs three calls over the network."""
    key = str(id(storage()))
    seen = _storage_seen.get(key)
    if seen and now() - seen[0] < _STORAGE_KEPT:
        return seen[1]
    try:
        storage().check()
        health = Health("Storage", True, "writes and reads")
    except StorageError as error:
        health = Health("Storage", False, str(error))
    _storage_seen[key] = (now(), health)
    return health


def _providers() -> tuple[Health, ...]:
    found = []
    for kind in ("image", "video"):
        model = catalogue.model_for(kind)
        if model:
            found.append(Health(f"{kind.capitalize()} model", True, f"{model.label} ({model.provider})"))
        else:
            found.append(Health(f"{kind.capitalize()} model", False, _why_none(kind)))
    return tuple(found)


def _why_none(kind: str) -> str:
    settings = store.current()
    registry = catalogue.registry()
    name = settings.image_provider if kind == "image" else settings.video_provider
    names = (name,) if name else registry.names()
    missing = [f"{n}: set {', '.join(registry.missing(n))}" for n in names if registry.missing(n)]
    return "; ".join(missing) or "no model of that name"
