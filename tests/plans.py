"""What a database means to do with the statements that something sends to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import event

from app.extensions import db

FEW = 200
"""So many rows, found by an index, may be sorted: PostgreSQL finds that cheaper than to follow another index."""


def plans(do: Callable[[], object], table: str, *, few: int = FEW) -> list[list[str]]:
    """The steps of the plan of every statement about a table that something sends to the database.

    Sorts of at most `few` rows, by PostgreSQL's estimate, are left out.
    """
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
    found = [_plan(statement, parameters, few) for statement, parameters in sent]
    db.session.rollback()
    return found


def scans_and_sorts(plan: list[str], *tables: str) -> list[str]:
    """The steps that read a whole table, or sort."""
    bad = ("Sort", "Incremental Sort", *(f"{scan} {table}" for table in tables for scan in ("Seq Scan on", "SCAN")))
    return [step for step in plan if "TEMP B-TREE" in step or (step.startswith(bad) and " USING " not in step)]


def _plan(statement: str, parameters: Any, few: int) -> list[str]:
    connection = db.session.connection()
    if db.engine.dialect.name == "sqlite":
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    found = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar()
    plan = json.loads(found) if isinstance(found, str) else found
    return list(_steps(plan[0]["Plan"], few))


def _steps(node: dict[str, Any], few: int) -> Iterator[str]:
    where = f" on {node['Relation Name']}" if "Relation Name" in node else ""
    index = f" using {node['Index Name']}" if "Index Name" in node else ""
    if node["Node Type"] != "Sort" or node["Plan Rows"] > few:
        yield f"{node['Node Type']}{where}{index}"
    for part in node.get("Plans", []):
        yield from _steps(part, few)
