"""What others see, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.postgres import RunningPostgres


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own, at the newest migration; on SQLite people have joined already."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("joined").template("bob_d"), tmp_path / "kinora.db")
        yield f"sqlite:///{tmp_path / 'kinora.db'}"
        return
    server: RunningPostgres = request.getfixturevalue("postgres_server")
    url = server.fresh_database(request.getfixturevalue("postgres_template"))
    yield url
    server.drop_database(url)
