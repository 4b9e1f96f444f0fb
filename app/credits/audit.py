"""Recomputing the invariants of money from rows: `kinora audit`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from app.extensions import db


@dataclass(frozen=True)
class Check:
    """One invariant: how many rows were looked at, and each one that breaks it."""

    name: str
    rows: int
    violations: tuple[str, ...]


# Each query gives one line for every row that breaks the rule; {refund} and {debit} name the ledger's keys.
_CHECKS = (
    (
        "every balance is the sum of its ledger entries",
        "SELECT count(*) FROM users",
        """SELECT u.id, u.balance, COALESCE(SUM(l.amount), 0) AS entries FROM users u
           LEFT JOIN ledger_entries l ON l.user_id = u.id
           GROUP BY u.id, u.balance HAVING u.balance <> COALESCE(SUM(l.amount), 0) OR u.balance < 0""",
    ),
    (
        "every creation is debited exactly once, at its price",
        "SELECT count(*) FROM creations",
        """SELECT c.id, c.credit_cost, COUNT(l.id) AS debits, COALESCE(SUM(l.amount), 0) AS amount FROM creations c
           LEFT JOIN ledger_entries l ON l.creation_id = c.id AND l.amount < 0
           GROUP BY c.id, c.credit_cost
           HAVING (c.credit_cost > 0 AND (COUNT(l.id) <> 1 OR SUM(l.amount) <> -c.credit_cost))
               OR (c.credit_cost = 0 AND COUNT(l.id) <> 0)""",
    ),
    (
        "every failed creation is refunded exactly once, in full",
        "SELECT count(*) FROM creations WHERE state = 'failed'",
        """SELECT c.id, c.credit_cost, COUNT(l.id) AS refunds, COALESCE(SUM(l.amount), 0) AS amount FROM creations c
           LEFT JOIN ledger_entries l ON l.creation_id = c.id AND l.amount > 0
           WHERE c.state = 'failed' GROUP BY c.id, c.credit_cost
           HAVING COALESCE(SUM(l.amount), 0) <> c.credit_cost OR COUNT(l.id) > 1""",
    ),
    (
        "nothing else is refunded",
        "SELECT count(*) FROM creations WHERE state <> 'failed'",
        """SELECT c.id, c.state FROM creations c JOIN ledger_entries l ON l.creation_id = c.id AND l.amount > 0
           WHERE c.state <> 'failed' AND l.type <> 'admin_refund'""",
    ),
)


def checks() -> list[Check]:
    """Run every check of the ledger (I1, I2)."""
    return [_run(*check) for check in _CHECKS]


def _run(name: str, count: str, broken: str) -> Check:
    rows = db.session.execute(text(broken)).mappings().all()
    return Check(name, int(db.session.scalar(text(count)) or 0), tuple(_words(row) for row in rows))


def _words(row: Any) -> str:
    return ", ".join(f"{key} {value}" for key, value in row.items())
