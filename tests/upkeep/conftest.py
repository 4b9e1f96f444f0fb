"""The night's work is done on SQLite beside a folder, and on PostgreSQL beside a bucket."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from moto.core.utils import utcnow
from moto.s3.models import s3_backends

from app.config import Config
from app.extensions import db, storage
from tests.database.both import ada, bob, database_url
from tests.servers.s3 import RunningS3

__all__ = ["ada", "bob", "database_url"]

Age = Callable[[str, timedelta], None]


@pytest.fixture
def environ(request: pytest.FixtureRequest, database_url: str) -> dict[str, str]:
    """Where this test's files lie."""
    if database_url.startswith("sqlite"):
        return {}
    server: RunningS3 = request.getfixturevalue("s3_server")
    return server.environ(server.fresh_bucket())


@pytest.fixture
def age(config: Config) -> Age:
    """Let a stored file be as old as that, by its store's own clock."""

    def folder(key: str, old: timedelta) -> None:
        path = storage().path(key)
        assert path is not None
        then = time.time() - old.total_seconds()
        os.utime(path, (then, then))

    def bucket(key: str, old: timedelta) -> None:
        (backend,) = (one["aws"] for one in s3_backends.values() if config.s3_bucket in one["aws"].buckets)
        backend.buckets[config.s3_bucket].keys[key].last_modified = utcnow() - old

    return bucket if config.s3_bucket else folder


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    """The application's context, for the whole test."""
    with app.app_context():
        yield
        db.session.remove()
