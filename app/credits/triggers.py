"""The triggers that make the ledger append-only, for both databases.

Migrations and the tests' `create_all` create them from here. SQLite drops a table's triggers when Alembic rebuilds it
in a batch, so a test reads them after the whole chain.
"""

from __future__ import annotations

SQLITE = tuple(
    f"""CREATE TRIGGER ledger_entries_no_{verb.lower()} BEFORE {verb} ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"""
    for verb in ("UPDATE", "DELETE")
)
POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$""",
    """CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE ON ledger_entries
FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only()""",
    """CREATE TRIGGER ledger_entries_no_truncate BEFORE TRUNCATE ON ledger_entries
FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()""",
)


def statements(dialect: str) -> tuple[str, ...]:
    """What to run after the table was made."""
    return SQLITE if dialect == "sqlite" else POSTGRESQL
