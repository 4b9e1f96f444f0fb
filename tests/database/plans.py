"""What a database means to do with a statement, and thousands of rows for it to think about."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import event, insert

from app.accounts.models import User
from app.creations.models import Creation
from app.creations.states import State, Step
from app.credits.models import EntryType, LedgerEntry
from app.extensions import db, now, transaction, uuid7
from tests.database.books import tell
from tests.database.rows import STATE_OF

ROWS = 16_000
PEOPLE = 130
FEW = 200
"""So many rows, found by an index, may be sorted: PostgreSQL finds that cheaper than to follow another index."""
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


def plans(do: Callable[[], object], table: str) -> list[list[str]]:
    """The steps of the plan of every statement about a table that something sends to the database."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if f"FROM {table}" in statement:
            sent.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        do()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    db.session.rollback()
    found = [_plan(statement, parameters) for statement, parameters in sent]
    db.session.rollback()
    return found


def scans_and_sorts(plan: list[str], table: str) -> list[str]:
    """The steps that read the whole table, or sort more than a few rows."""
    bad = ("Sort", "Incremental Sort", f"Seq Scan on {table}", f"SCAN {table}")
    return [step for step in plan if "TEMP B-TREE" in step or (step.startswith(bad) and " USING " not in step)]


def _plan(statement: str, parameters: Any) -> list[str]:
    connection = db.session.connection()
    if db.engine.dialect.name == "sqlite":
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    found = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar()
    plan = json.loads(found) if isinstance(found, str) else found
    return list(_steps(plan[0]["Plan"]))


def _steps(node: dict[str, Any]) -> Iterator[str]:
    where = f" on {node['Relation Name']}" if "Relation Name" in node else ""
    index = f" using {node['Index Name']}" if "Index Name" in node else ""
    if node["Node Type"] != "Sort" or node["Plan Rows"] > FEW:
        yield f"{node['Node Type']}{where}{index}"
    for part in node.get("Plans", []):
        yield from _steps(part)


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
