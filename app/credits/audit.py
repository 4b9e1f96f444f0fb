"""Recomputing the invariants of money from rows (I1, I2). Each rule is one statement, so it sees one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from app.extensions import db

_AT_ONCE = 500


@dataclass(frozen=True)
class Check:
    """One invariant. `violations` gives one line for each row that breaks it, as it is found: there may be many."""

    name: str
    rows: Callable[[], int]
    """How many rows it is about."""
    violations: Callable[[], Iterator[str]]


# Each query gives one line for every row that breaks the rule. Sums are made before the join: with a million rows a
# look into the ledger for each creation takes several times as long.
_RULES = (
    (
        "every balance is the sum of its ledger entries",
        "SELECT count(*) FROM users",
        """SELECT u.id, u.balance, COALESCE(l.entries, 0) AS entries FROM users u
           LEFT JOIN (SELECT user_id, SUM(amount) AS entries FROM ledger_entries GROUP BY user_id) l
               ON l.user_id = u.id
           WHERE u.balance <> COALESCE(l.entries, 0) OR u.balance < 0""",
    ),
    (
        "every entry about a creation moves its owner's credits",
        "SELECT count(*) FROM ledger_entries WHERE creation_id IS NOT NULL",
        """SELECT l.id, l.creation_id AS creation FROM ledger_entries l
           LEFT JOIN creations c ON c.id = l.creation_id
           WHERE l.creation_id IS NOT NULL AND (c.id IS NULL OR c.user_id <> l.user_id)""",
    ),
    (
        "every creation is debited exactly once, at its price",
        "SELECT count(*) FROM creations",
        """SELECT c.id, c.credit_cost, COALESCE(l.debits, 0) AS debits, COALESCE(l.amount, 0) AS amount
           FROM creations c
           LEFT JOIN (SELECT creation_id, COUNT(*) AS debits, SUM(amount) AS amount FROM ledger_entries
                      WHERE creation_id IS NOT NULL AND amount < 0 GROUP BY creation_id) l ON l.creation_id = c.id
           WHERE COALESCE(l.amount, 0) <> -c.credit_cost OR COALESCE(l.debits, 0) > 1""",
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
        """SELECT c.id, c.state, COUNT(l.id) AS refunds, SUM(l.amount) AS amount FROM ledger_entries l
           JOIN creations c ON c.id = l.creation_id
           WHERE l.amount > 0 AND c.state <> 'failed' GROUP BY c.id, c.state, c.credit_cost
           HAVING SUM(CASE WHEN l.type <> 'admin_refund' THEN 1 ELSE 0 END) > 0
               OR COUNT(l.id) > 1 OR SUM(l.amount) > c.credit_cost""",
    ),
)


def checks() -> list[Check]:
    """The rules of the ledger."""
    return [rule(*one) for one in _RULES]


def rule(name: str, count: str, broken: str) -> Check:
    """A check that is two statements: one counts the rows, the other gives those that break the rule."""

    def rows() -> int:
        _take_time()
        return int(db.session.scalar(text(count)) or 0)

    def violations() -> Iterator[str]:
        _take_time()
        found = db.session.execute(
            text(broken), execution_options={"stream_results": True, "yield_per": _AT_ONCE}
        ).mappings()
        for row in found:
            yield _words(row)
        db.session.commit()

    return Check(name, rows, violations)


def _take_time() -> None:
    """PostgreSQL stops a request's statement after 15 s; over millions of rows an audit may need longer."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET LOCAL statement_timeout = 0"))


def _words(row: Any) -> str:
    return ", ".join(f"{key} {value}" for key, value in row.items())
