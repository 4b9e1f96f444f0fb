"""What the database says about money, for tests that look over its shoulder."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select, text

from app.credits.models import LedgerEntry
from app.extensions import db, transaction
from app.generation import audit

TRIGGERS = {
    "sqlite": ("DROP TRIGGER ledger_entries_no_update", "DROP TRIGGER ledger_entries_no_delete"),
    "postgresql": ("ALTER TABLE ledger_entries DISABLE TRIGGER USER",),
}


def broken() -> dict[str, tuple[str, ...]]:
    """Every invariant that does not hold, with the rows that break it."""
    db.session.rollback()
    found = {check.name: tuple(check.violations()) for check in audit.checks()}
    db.session.rollback()
    return {name: violations for name, violations in found.items() if violations}


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


def without_checks() -> None:
    """Let a balance be what it may not be."""
    if db.engine.dialect.name == "postgresql":
        tell("ALTER TABLE users DROP CONSTRAINT ck_users_balance_not_negative")
    else:
        db.session.execute(text("PRAGMA ignore_check_constraints = ON"))


def ids(*found: uuid.UUID) -> list[str]:
    """Ids as this database stores them, for raw statements."""
    return [one.hex if db.engine.dialect.name == "sqlite" else str(one) for one in found]
