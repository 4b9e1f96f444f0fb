"""Who is well: what the overview shows to admins, and `/readyz` to the machines that look after us (OPS-03)."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, Response, jsonify
from redis import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app import queue
from app.admin.cures import cure
from app.admin.shapes import Health
from app.catalogue import choosing, store
from app.extensions import db, now, storage
from app.generation import admission, breakers
from app.generation.breakers import Breaker
from app.settings import store as settings_store
from app.storage.base import StorageError
from app.upkeep import nightly

_STORAGE_KEPT = timedelta(minutes=1)
_ALARMS_SHOWN = 3
_STATES = {
    "open": "nothing is asked of it for {} s",
    "trying": "being tried, one at a time",
    "paused": "busy, asked again in {} s",
}
_storage_seen: dict[str, tuple[datetime, Health]] = {}

bp = Blueprint("health", __name__)


@bp.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Whether each dependency answers, by name only: why one does not is on the dashboard.

    Missing workers and a full disk are told, and do not take this web process out of service: pages are served, and
    work waits.
    """
    found = {row.name.lower(): row.ok for row in essentials()}
    ready = all(ok for name, ok in found.items() if name not in ("workers", "room"))
    response = jsonify(ready=ready, **found)
    response.headers["Cache-Control"] = "no-store"
    if not ready:
        response.headers["Retry-After"] = "5"
    return response, 200 if ready else 503


def health() -> tuple[Health, ...]:
    """Everything that Kinora stands on, one row each."""
    return (*essentials(), *_providers(), *_gone(), *_breakers(), _night())


def essentials() -> tuple[Health, ...]:
    """What must be well for a request to be served whole."""
    return (_database(), *_queues(), _storage(), _room())


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


def _room() -> Health:
    """Told, and no reason to take a web process out of service: what there is can be served."""
    found = admission.storage_obstacle()
    rests = {one.name: one for one in breakers.every()}.get(breakers.STORAGE)
    if rests:
        return Health("Room", found is None, f"{rests.state} for {rests.seconds} s after errors: {rests.cause}")
    try:
        space = storage().space()
    except StorageError as error:
        return Health("Room", False, str(error))
    left = f"{space.free / 1e9:.1f} GB free ({space.share:.0%})" if space else "a bucket does not say"
    return Health("Room", found is None, f"{left}; nothing new is taken in" if found else left)


def _breakers() -> tuple[Health, ...]:
    """Models that are left alone for a while, with the cause in the provider's words and what to do about it.

    Those of one provider that rest for the same reason are one row.
    """
    alike: dict[tuple[str, str, str], list[Breaker]] = {}
    for one in breakers.every():
        if one.name != breakers.STORAGE:
            alike.setdefault((one.name.partition("/")[0], one.state, one.cause), []).append(one)
    return tuple(_resting(provider, found) for (provider, _state, _cause), found in alike.items())


def _resting(provider: str, found: list[Breaker]) -> Health:
    one, many = found[0], len(found) > 1
    state = _STATES[one.state].format(max(each.seconds for each in found))
    advice = cure(one.cause.partition(":")[0], choosing.provider_label(provider), choosing.registry().needs(provider))
    words = f"{f'{len(found)} models: ' if many else ''}{state}. {one.cause}. {advice}"
    return Health(provider if many else one.name, one.state == "paused", words.strip())


def _gone() -> tuple[Health, ...]:
    """Models that people may choose and that are not served any more, with who makes their works now."""
    found = []
    for one in store.listings():
        if one.is_gone and one.model.enabled and not choosing.registry().missing(one.model.provider):
            follower = choosing.successor(one.model)
            why = one.retired_because or f"its day was {one.model.retires_on}"
            then = (
                f"{follower.label} takes over."
                if follower
                else cure("retired", choosing.provider_label(one.model.provider))
            )
            found.append(Health(one.model.name, follower is not None, f"gone: {why}. {then}"))
    return tuple(found)


def _providers() -> tuple[Health, ...]:
    found = []
    for kind in ("image", "video"):
        model = choosing.model_for(kind)
        if model:
            found.append(
                Health(f"{kind.capitalize()} model", True, f"{model.label} ({choosing.provider_label(model.provider)})")
            )
        else:
            found.append(Health(f"{kind.capitalize()} model", False, _why_none(kind)))
    return tuple(found)


def _night() -> Health:
    """What the last night's audit and sweep found: alarms are in the log, the first of them here."""
    run = nightly.last()
    if run is None or run.finished_at is None:
        return Health("Audit", True, "running now" if run else "not yet: it runs at night")
    when = f"{run.finished_at:%Y-%m-%d %H:%M} UTC"
    if run.alarms:
        return Health("Audit", False, f"{run.alarms} alarms at {when}. {'; '.join(run.words[:_ALARMS_SHOWN])}")
    return Health("Audit", True, f"{run.rows:,} rows are right, {when}")


def _why_none(kind: str) -> str:
    settings = settings_store.current()
    registry = choosing.registry()
    name = settings.image_provider if kind == "image" else settings.video_provider
    names = (name,) if name else registry.names()
    missing = [f"{n}: set {', '.join(registry.missing(n))}" for n in names if registry.missing(n)]
    return "; ".join(missing) or "no model of that name"
