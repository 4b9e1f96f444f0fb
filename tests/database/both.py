"""A test that asks for this `database_url` runs twice: on SQLite and on PostgreSQL."""

from __future__ import annotations

import functools
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.accounts.queries import id_of
from app.config import Config, load
from app.extensions import db
from tests.conftest import SECRET
from tests.database.hands import four_hands
from tests.people import Person
from tests.servers.postgres import RunningPostgres

PEOPLE = ("first", "ada_l", "bob_d")


_peopled: dict[str, str] = {}
"""Databases in which first, ada and bob have joined, to be copied: joining by forms takes longer than most tests."""


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own, at the newest migration, with `PEOPLE` in it."""
    if request.param == "sqlite":
        template = _peopled.get("sqlite") or _join_on_sqlite(request)
        shutil.copy(template, tmp_path / "kinora.db")
        yield f"sqlite:///{tmp_path / 'kinora.db'}"
        return
    server: RunningPostgres = request.getfixturevalue("postgres_server")
    url = server.fresh_database(_peopled.get("postgresql") or _join_on_postgresql(request, server))
    yield url
    server.drop_database(url)


@pytest.fixture
def ada(app: Flask) -> Person:
    """The owner."""
    return _known(app, "ada_l")


@pytest.fixture
def bob(app: Flask) -> Person:
    """Somebody else."""
    return _known(app, "bob_d")


@pytest.fixture
def hands(config: Config) -> Callable[..., Counter[str]]:
    """`Hands.run` of four processes that work on this test's database."""
    return functools.partial(four_hands().run, environ_of(config))


def environ_of(config: Config) -> dict[str, str]:
    """The environment of another process of this test's application."""
    return {
        "KINORA_DATA": str(config.data),
        "SECRET_KEY": config.secret_key,
        "DATABASE_URL": config.database_url,
        "REDIS_URL": config.redis_url,
        "RATE_LIMITS": "off",
        "S3_BUCKET": config.s3_bucket,
        "S3_ENDPOINT_URL": config.s3_endpoint_url,
        "S3_REGION": config.s3_region,
        "AWS_ACCESS_KEY_ID": config.aws_access_key_id,
        "AWS_SECRET_ACCESS_KEY": config.aws_secret_access_key,
        "MEDIA_PUBLIC_URL": config.media_public_url,
    }


def _known(app: Flask, name: str) -> Person:
    person = Person(app)
    person.name = name
    with app.app_context():
        person.id = id_of(name)
        db.session.remove()
    return person


def _join_on_sqlite(request: pytest.FixtureRequest) -> str:
    folder = request.getfixturevalue("tmp_path_factory").mktemp("people")
    path = str(shutil.copy(request.getfixturevalue("sqlite_template"), folder / "kinora.db"))
    _join(request, f"sqlite:///{path}", folder)
    # What SQLite still keeps beside the file is not copied with it.
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return _peopled.setdefault("sqlite", path)


def _join_on_postgresql(request: pytest.FixtureRequest, server: RunningPostgres) -> str:
    url = server.fresh_database(request.getfixturevalue("postgres_template"))
    _join(request, url, request.getfixturevalue("tmp_path_factory").mktemp("people"))
    return _peopled.setdefault("postgresql", url)


def _join(request: pytest.FixtureRequest, url: str, folder: Path) -> None:
    redis_url = request.getfixturevalue("redis_server").url
    environ = {"KINORA_DATA": str(folder), "SECRET_KEY": SECRET, "DATABASE_URL": url, "REDIS_URL": redis_url}
    app = create_app(load({**environ, "RATE_LIMITS": "off"}))
    for name in PEOPLE:
        Person(app).sign_up(name)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
