"""Reading and changing the models: the built-in list, with what admins changed and what was noticed laid over it.

Each process keeps what it read for `FRESH_SECONDS`, so a change is everywhere after that without a restart.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import text

from app.catalogue.entries import Entry
from app.catalogue.listing import Listing, built_in, everything
from app.catalogue.models import ModelEntry
from app.errors import Conflict, NotFound
from app.extensions import db, now, transaction
from app.providers.model import Model
from app.settings.models import TARGET_LENGTH, AuditEntry
from app.web.kept import Fresh

FRESH_SECONDS = 2.0
CHANGED, REVIVED = "model", "model-revived"
"""The actions in the audit log."""
log = logging.getLogger(__name__)


_listings = Fresh(everything, FRESH_SECONDS)


def listings() -> tuple[Listing, ...]:
    """Every model that there is, the preferred ones first, at most `FRESH_SECONDS` old."""
    return _listings.get(str(db.engine.url))


def forget() -> None:
    """Read anew at the next use: after a change in this process."""
    _listings.forget()


def listing(provider: str, id: str) -> Listing | None:
    """One model by its exact names."""
    return next((one for one in listings() if one.model.provider == provider and one.model.id == id), None)


def find(provider: str, id: str) -> Model | None:
    """A model by its exact names, in use or not: for creations that were made with it."""
    found = listing(provider, id)
    return found.model if found else None


def put(
    entries: Iterable[Entry],
    *,
    actor_id: uuid.UUID | None,
    reason: str = "",
    seen: Mapping[str, str] | None = None,
) -> list[str]:
    """Set these entries, all or none; the names of those that really changed, each with an entry in the audit log.

    `seen` is the version of each entry, by its name, that whoever decided had before them; "" where there was none.
    Raises Conflict when one of them is another one now.
    """
    changed: list[str] = []
    with transaction() as session:
        before = _alone(session, seen)
        for entry in entries:
            old = before.get(entry.name)
            if old is not None and old.model == entry.model():
                continue
            row = _row(session, entry.provider, entry.id)
            if old is None:
                row.position = len(before) + len(changed)
            row.facts = entry.facts()
            _sign(
                session, row, CHANGED, actor_id, reason, {"from": old and Entry.of(old.model).facts(), "to": row.facts}
            )
            changed.append(entry.name)
    forget()
    return changed


def reset(
    provider: str,
    id: str,
    *,
    actor_id: uuid.UUID | None,
    reason: str = "",
    seen: Mapping[str, str] | None = None,
) -> bool:
    """Put the built-in entry in force again, or take away one that an admin added; False when nothing was changed.

    Raises Conflict as `put` does, NotFound when there is no such model.
    """
    with transaction() as session:
        old = _alone(session, seen).get(f"{provider}/{id}")
        if old is None:
            raise NotFound
        row = _row(session, provider, id)
        if row.facts is None:
            return False
        row.facts = None
        original = next((one.facts() for one in built_in() if (one.provider, one.id) == (provider, id)), None)
        detail = {"from": Entry.of(old.model).facts(), "to": original, "reset": True}
        _sign(session, row, CHANGED, actor_id, reason, detail)
    forget()
    return True


def retire(provider: str, id: str, because: str) -> bool:
    """Note that the provider says that a model is gone; False when that was known."""
    with transaction() as session:
        _lock(session)
        row = _row(session, provider, id)
        known = row.retired_at is not None
        if not known:
            row.retired_at, row.retired_because = now(), because[:500]
    # Also when it was known: perhaps not here.
    forget()
    if not known:
        log.error("alarm: the model %s/%s is gone: %s", provider, id, because)
    return not known


def revive(provider: str, id: str, *, actor_id: uuid.UUID | None, reason: str = "") -> bool:
    """Offer a model again that was noted as gone; False when it was not."""
    with transaction() as session:
        _lock(session)
        row = session.get(ModelEntry, (provider, id), populate_existing=True)
        if row is None or row.retired_at is None:
            return False
        detail = {"since": row.retired_at.isoformat(), "because": row.retired_because}
        row.retired_at, row.retired_because = None, ""
        _sign(session, row, REVIVED, actor_id, reason, detail)
    forget()
    return True


def probed(provider: str, ids: frozenset[str]) -> list[str]:
    """Note which models a provider lists now; the names of those that it listed no more since the last time.

    One that was noted as gone and is in the list is offered again: its provider was mistaken for a moment, or mended.
    """
    lost = []
    with transaction() as session:
        for one in _alone(session).values():
            if one.model.provider != provider:
                continue
            row = _row(session, provider, one.model.id)
            listed = one.model.id in ids
            if not listed and row.listed is not False:
                lost.append(one.model.name)
            if listed and row.retired_at is not None:
                row.retired_at, row.retired_because = None, ""
                log.warning("the model %s is in its provider's list and is offered again", one.model.name)
            row.listed, row.probed_at = listed, now()
    forget()
    return lost


def _alone(session: Any, seen: Mapping[str, str] | None = None) -> dict[str, Listing]:
    """Every model by its name, once nobody else can change one. Raises Conflict when one is not what was `seen`."""
    _lock(session)
    found = {one.model.name: one for one in everything()}
    for name, version in (seen or {}).items():
        if version != (found[name].version if name in found else ""):
            raise Conflict(f"Somebody else has changed {name} meanwhile.")
    return found


def _lock(session: Any) -> None:
    """Two must not meet in an insert, nor undo each other; SQLite lets only one write anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE model_entries IN SHARE ROW EXCLUSIVE MODE"))


def _row(session: Any, provider: str, id: str) -> ModelEntry:
    row: ModelEntry | None = session.get(ModelEntry, (provider, id), populate_existing=True)
    if row is None:
        row = ModelEntry(provider=provider, id=id)
        session.add(row)
    return row


def _sign(
    session: Any, row: ModelEntry, action: str, actor_id: uuid.UUID | None, reason: str, detail: dict[str, Any]
) -> None:
    """Write down who changed a row, and what it was before."""
    row.updated_by, row.updated_at = actor_id, now()
    target = f"{row.provider}/{row.id}"[:TARGET_LENGTH]
    session.add(AuditEntry(actor_id=actor_id, action=action, target=target, reason=reason, detail=detail))
