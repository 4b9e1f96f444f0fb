"""The chain of migrations makes exactly what the models say, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import DatabaseError

from app.extensions import db
from tests.database.books import tell

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


@pytest.fixture
def of_the_models(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A second database of the same sort, whose tables the models made without any migration."""
    server = None
    url = f"sqlite:///{tmp_path / 'models.db'}"
    if db.engine.dialect.name == "postgresql":
        server = request.getfixturevalue("postgres_server")
        url = server.fresh_database()
    engine = create_engine(url)
    db.metadata.create_all(engine)
    yield engine
    engine.dispose()
    if server:
        server.drop_database(url)


def shape(engine: Engine) -> dict[str, Any]:
    """All that a database says about its tables, without the order in which it was told."""
    seen = inspect(engine)
    return {
        table: {
            "columns": {one["name"]: (str(one["type"]), one["nullable"]) for one in seen.get_columns(table)},
            "primary key": seen.get_pk_constraint(table),
            "checks": _by_name(seen.get_check_constraints(table)),
            "foreign keys": _by_name(seen.get_foreign_keys(table)),
            "unique": _by_name(seen.get_unique_constraints(table)),
            "indexes": _by_name(seen.get_indexes(table)),
            "options": seen.get_table_options(table),
        }
        for table in seen.get_table_names()
        if table != "alembic_version"
    }


def _by_name(found: Any) -> dict[str, dict[str, Any]]:
    def told(one: dict[str, Any]) -> dict[str, Any]:
        options = one.get("dialect_options", {})
        return {**one, "dialect_options": {key: str(value) for key, value in options.items()}}

    return {one["name"]: told(one) for one in found}


def test_alembic_finds_nothing_left_to_do():
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, db.metadata) == []


def test_the_chain_makes_the_same_constraints_and_indexes_as_the_models(of_the_models: Engine):
    """Alembic compares neither CHECKs nor the conditions of partial indexes."""
    migrated, modelled = shape(db.engine), shape(of_the_models)
    assert set(migrated) == set(modelled)
    for table in modelled:
        assert migrated[table] == modelled[table], table


def test_the_chain_has_one_end_and_the_database_stands_there():
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [
        db.session.scalar(text("SELECT version_num FROM alembic_version"))
    ]


def test_upgrading_again_changes_nothing():
    before = shape(db.engine)
    upgrade()
    assert shape(db.engine) == before


def test_the_first_migration_has_no_way_back():
    """It would drop the ledger."""
    with pytest.raises((AttributeError, NotImplementedError)):
        downgrade(revision="base")
    assert "ledger_entries" in shape(db.engine)


def test_the_triggers_of_the_ledger_are_there_after_the_whole_chain():
    """A batch change on SQLite would drop them without a word."""
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_entries'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = 'ledger_entries'::regclass AND NOT tgisinternal"
        " AND tgenabled = 'O'",
    }
    expected = {
        "sqlite": {"ledger_entries_no_update", "ledger_entries_no_delete"},
        "postgresql": {"ledger_entries_append_only", "ledger_entries_no_truncate"},
    }
    dialect = db.engine.dialect.name
    assert set(db.session.scalars(text(catalogue[dialect]))) == expected[dialect]


@pytest.mark.usefixtures("ada")
def test_no_statement_changes_or_takes_away_an_entry():
    """PRC-08"""
    count = "SELECT count(*), sum(amount) FROM ledger_entries"
    before = tuple(db.session.execute(text(count)).one())
    db.session.rollback()
    again = "INSERT INTO ledger_entries SELECT * FROM ledger_entries WHERE true ON CONFLICT (id) DO UPDATE SET amount=1"
    statements = [
        "UPDATE ledger_entries SET note = 'x' WHERE amount > 0",
        "DELETE FROM ledger_entries WHERE amount > 0",
        again,
    ]
    if db.engine.dialect.name == "postgresql":
        statements.append("TRUNCATE ledger_entries")
    for statement in statements:
        with pytest.raises(DatabaseError, match="the ledger is append-only"):
            tell(statement)
    assert tuple(db.session.execute(text(count)).one()) == before
    assert before[0] == 3
