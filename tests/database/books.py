"""What the database says about money, for tests that look over its shoulder."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select, text

from app.credits import audit as ledger_audit
from app.credits.models import LedgerEntry
from app.extensions import db, transaction
from app.generation import audit as engine_audit

TRIGGERS = {
    "sqlite": ("DROP TRIGGER ledger_entries_no_update", "DROP TRIGGER ledger_entries_no_delete"),
    "postgresql": ("ALTER TABLE ledger_entries DISABLE TRIGGER USER",),
}


def broken() -> dict[str, tuple[str, ...]]:
    """Every invariant that does not hold, with the rows that break it."""
    db.session.rollback()
    found = {one.name: one.violations for one in [*ledger_audit.checks(), *engine_audit.checks()] if one.violations}
    db.session.rollback()
    return found


def entries(creation_id: uuid.UUID) -> list[tuple[str, int]]:
    """What was charged and given back for a creation, in this order: (type, amount)."""
    db.session.rollback()
    rows = db.session.execute(
        select(LedgerEntry.type, LedgerEntry.amount)
        .where(LedgerEntry.creation_id == creation_id)
        .order_by(LedgerEntry.id)
    ).all()
    db.session.rollback()
    return [tuple(row) for row in rows]


def tell(statement: str, **values: Any) -> None:
    """One raw statement, committed."""
    with transaction() as session:
        session.execute(text(statement), values)


def without_triggers() -> None:
    """Let this test's ledger be tampered with."""
    for statement in TRIGGERS[db.engine.dialect.name]:
        tell(statement)


def ids(*found: uuid.UUID) -> list[str]:
    """Ids as this database stores them, for raw statements."""
    return [one.hex if db.engine.dialect.name == "sqlite" else str(one) for one in found]
