"""Thousands of rows for a database to think about."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from app.accounts.models import User
from app.creations.models import Creation
from app.creations.states import State, Step
from app.credits.models import EntryType, LedgerEntry
from app.extensions import now, transaction, uuid7
from tests.database.books import tell
from tests.database.rows import STATE_OF

ROWS = 16_000
PEOPLE = 130
_BUSY = (Step.QUEUED, Step.WAITING, Step.FETCHING)
_QUIET = (State.DRAFT, State.PUBLISHED, State.FAILED)


def fill(*owners: uuid.UUID) -> None:
    """Thousands of creations and ledger entries of many people, these among them; one in forty-one is being made."""
    crowd = [*owners, *(uuid7() for _ in range(PEOPLE - len(owners)))]
    creations = [_creation(number, crowd[number % PEOPLE]) for number in range(ROWS)]
    with transaction() as session:
        session.execute(insert(User), [{"id": one} for one in crowd[len(owners) :]])
        session.execute(insert(Creation), creations)
        session.execute(insert(LedgerEntry), [_entry(row) for row in creations])
    tell("ANALYZE")


def queue_up(*owners: uuid.UUID, count: int = 5_000) -> None:
    """Thousands of creations that wait for a worker of ours, half of them to be sent off, half to be drawn."""
    rows = [_creation(41 * number, owners[number % len(owners)]) for number in range(count * 3 // 2)]
    waiting = [{**row, "turn": number} for number, row in enumerate(rows) if row["step"] is not Step.FETCHING]
    with transaction() as session:
        session.execute(insert(Creation), waiting)
    tell("ANALYZE")


def _creation(number: int, owner: uuid.UUID) -> dict[str, Any]:
    step = _BUSY[number // 41 % 3] if number % 41 == 0 else None
    state = STATE_OF[step] if step else _QUIET[number % 3]
    return {
        "id": uuid7(),
        "user_id": owner,
        "kind": "video" if number % 2 else "image",
        "state": state,
        "step": step,
        "version": number,
        "prompt": f"Work number {number}",
        "aspect_ratio": "16:9",
        "provider": "local",
        "model": "kinora-local-image-1",
        "media_key": f"images/{number:022}.png",
        "published_at": now() if state is State.PUBLISHED else None,
        "next_run_at": now() - timedelta(minutes=1) if step else None,
        "generation_seconds": 12.5 if number % 3 < 2 and not step else None,
    }


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "user_id": row["user_id"],
        "creation_id": row["id"],
        "amount": -5,
        "type": EntryType.IMAGE_GENERATION,
        "key": f"debit:{row['id']}",
        "balance_after": 5,
    }
