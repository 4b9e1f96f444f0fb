"""Reading and changing the models: the built-in list, with what admins changed and what was noticed laid over it.

Each process keeps what it read for `FRESH_SECONDS`, so a change is everywhere after that without a restart.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select

from app.catalogue.entries import Entry
from app.catalogue.models import ModelEntry
from app.extensions import db, now, transaction
from app.providers.model import Model
from app.settings.models import AuditEntry

FRESH_SECONDS = 2.0
BUILT_IN = Path(__file__).parent / "built_in.json"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Listing:
    """One model of the list, with what is known about it beside its entry."""

    model: Model
    built_in: bool
    """It came along with Kinora."""
    changed: bool = False
    """An admin changed or added it."""
    listed: bool | None = None
    """Whether the provider names it in its list; None where it does not tell or was not asked yet."""
    probed_at: datetime | None = None
    retired_at: datetime | None = None
    retired_because: str = ""

    @property
    def is_gone(self) -> bool:
        """The provider said so, or its day has come."""
        over = self.model.retires_on is not None and self.model.retires_on <= now().date()
        return over or self.retired_at is not None


class _Cache:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.listings: tuple[Listing, ...] = ()
        self.read_at = float("-inf")
        self.database = ""


_cache = _Cache()


def listings() -> tuple[Listing, ...]:
    """Every model that there is, the preferred ones first, at most `FRESH_SECONDS` old."""
    database = str(db.engine.url)
    with _cache.lock:
        if time.monotonic() - _cache.read_at < FRESH_SECONDS and _cache.database == database:
            return _cache.listings
    found = _read()
    with _cache.lock:
        _cache.listings, _cache.read_at, _cache.database = found, time.monotonic(), database
    return found


def forget() -> None:
    """Read anew at the next use: after a change in this process."""
    with _cache.lock:
        _cache.read_at = float("-inf")


def listing(provider: str, id: str) -> Listing | None:
    """One model by its exact names."""
    return next((one for one in listings() if one.model.provider == provider and one.model.id == id), None)


def find(provider: str, id: str) -> Model | None:
    """A model by its exact names, in use or not: for creations that were made with it."""
    found = listing(provider, id)
    return found.model if found else None


def put(entries: Iterable[Entry], *, actor_id: uuid.UUID | None, reason: str = "") -> list[str]:
    """Set these entries, all or none; the names of those that really changed, each with an entry in the audit log."""
    changed: list[str] = []
    with transaction() as session:
        before = {one.model.name: one for one in _read()}
        for entry in entries:
            model = entry.model()
            old = before.get(model.name)
            if old is not None and old.model == model:
                continue
            row = session.get(ModelEntry, (entry.provider, entry.id)) or ModelEntry(
                provider=entry.provider, id=entry.id, position=len(before) + len(changed) if old is None else None
            )
            row.facts, row.updated_by, row.updated_at = entry.facts(), actor_id, now()
            session.add(row)
            session.add(
                AuditEntry(
                    actor_id=actor_id,
                    action="model",
                    target=model.name[:120],
                    reason=reason,
                    detail={"from": _facts(old), "to": entry.facts()},
                )
            )
            changed.append(model.name)
    forget()
    return changed


def retire(provider: str, id: str, because: str) -> bool:
    """Note that the provider says that a model is gone; False when that was known."""
    with transaction() as session:
        row = session.get(ModelEntry, (provider, id)) or ModelEntry(provider=provider, id=id)
        if row.retired_at is not None:
            return False
        row.retired_at, row.retired_because = now(), because[:500]
        session.add(row)
    forget()
    log.error("alarm: the model %s/%s is gone: %s", provider, id, because)
    return True


def revive(provider: str, id: str, *, actor_id: uuid.UUID | None) -> None:
    """Offer a model again that was noted as gone."""
    with transaction() as session:
        row = session.get(ModelEntry, (provider, id))
        if row is not None and row.retired_at is not None:
            row.retired_at, row.retired_because = None, ""
            session.add(AuditEntry(actor_id=actor_id, action="model-revived", target=f"{provider}/{id}"[:120]))
    forget()


def probed(provider: str, ids: frozenset[str]) -> list[str]:
    """Note which models a provider lists now; the names of those that it listed no more since the last time."""
    lost = []
    with transaction() as session:
        for one in _read():
            if one.model.provider != provider:
                continue
            row = session.get(ModelEntry, (provider, one.model.id)) or ModelEntry(provider=provider, id=one.model.id)
            listed = one.model.id in ids
            if not listed and row.listed is not False:
                lost.append(one.model.name)
            row.listed, row.probed_at = listed, now()
            session.add(row)
    forget()
    return lost


@cache
def _built_in() -> tuple[Entry, ...]:
    return tuple(Entry.model_validate(row) for row in json.loads(BUILT_IN.read_text()))


def _read() -> tuple[Listing, ...]:
    rows = {(row.provider, row.id): row for row in db.session.scalars(select(ModelEntry))}
    found = [_laid_over(entry, rows.pop((entry.provider, entry.id), None)) for entry in _built_in()]
    added = sorted(rows.values(), key=lambda row: (row.position or 0, row.provider, row.id))
    return tuple(found + [one for row in added if (one := _added(row)) is not None])


def _laid_over(entry: Entry, row: ModelEntry | None) -> Listing:
    if row is None:
        return Listing(entry.model(), built_in=True)
    changed = _entry(row)
    return _seen(row, changed or entry, built_in=True, changed=changed is not None)


def _added(row: ModelEntry) -> Listing | None:
    entry = _entry(row)
    return _seen(row, entry, built_in=False, changed=True) if entry else None


def _seen(row: ModelEntry, entry: Entry, *, built_in: bool, changed: bool) -> Listing:
    return Listing(
        entry.model(), built_in, changed, row.listed, row.probed_at, row.retired_at, row.retired_because or ""
    )


def _entry(row: ModelEntry) -> Entry | None:
    if row.facts is None:
        return None
    try:
        return Entry.model_validate(row.facts)
    except ValidationError as error:
        # An entry of before its rules were narrowed must not stop every page.
        log.error("the stored entry of %s/%s does not fit any more: %s", row.provider, row.id, error.error_count())
        return None


def _facts(listing: Listing | None) -> dict[str, Any] | None:
    if listing is None:
        return None
    return Entry(**{name: getattr(listing.model, name) for name in Entry.model_fields}).facts()
