"""Two houses: one that is backed up and one that is empty, on SQLite with folders and on PostgreSQL with buckets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.backups import making
from app.config import Config, load
from app.extensions import db
from tests.backups.house import silent
from tests.database.both import ada, bob, database_url, environ_of
from tests.database.rows import drafted
from tests.people import Person
from tests.servers.postgres import RunningPostgres
from tests.servers.s3 import RunningS3
from tests.upkeep.conftest import environ

__all__ = ["ada", "bob", "database_url", "environ"]


@pytest.fixture
def other(request: pytest.FixtureRequest, config: Config, tmp_path: Path) -> Iterator[Config]:
    """The configuration of an empty house of the same sort; not even its data folder is there."""
    changed = {"KINORA_DATA": str(tmp_path / "other")}
    if not config.s3_bucket:
        yield load({**environ_of(config), **changed, "DATABASE_URL": ""})
        return
    server: RunningPostgres = request.getfixturevalue("postgres_server")
    s3: RunningS3 = request.getfixturevalue("s3_server")
    url = server.fresh_database()
    yield load({**environ_of(config), **changed, "DATABASE_URL": url, "S3_BUCKET": s3.fresh_bucket()})
    server.drop_database(url)


@pytest.fixture
def backup(app: Flask, config: Config, tmp_path: Path) -> Path:
    """A whole backup of this test's house, as it is now: an empty one unless a fixture before filled it."""
    made, _ = making.make(tmp_path / "backups", config, silent)
    return made


@pytest.fixture
def full(config: Config, ada: Person, tmp_path: Path) -> Path:
    """A backup of a house in which something was made."""
    drafted(ada.id)
    return making.make(tmp_path / "backups", config, silent)[0]


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    """The application's context, for the whole test."""
    with app.app_context():
        yield
        db.session.remove()
