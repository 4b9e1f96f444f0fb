"""A real gunicorn, a Redis that may be killed, and an application beside it through which tests change things."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.config import load
from app.extensions import db
from app.settings import store
from app.supervising.redis_server import free_port
from tests.realtime.people import Member
from tests.realtime.web import Web, running_web
from tests.servers.redis import RunningRedis, running_redis


@pytest.fixture(scope="package")
def environ(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, own_redis: RunningRedis) -> dict[str, str]:
    """What the server and the application beside it are told."""
    folder = tmp_path_factory.mktemp("realtime")
    shutil.copy(sqlite_template, folder / "kinora.db")
    return {
        "KINORA_DATA": str(folder),
        "SECRET_KEY": "tests-only-0123456789-abcdefghijklmnop",
        "REDIS_URL": own_redis.url,
        "PORT": str(free_port()),
        "RATE_LIMITS": "off",
    }


@pytest.fixture(scope="package")
def own_redis() -> Iterator[RunningRedis]:
    """A Redis of these tests' own."""
    with running_redis() as redis:
        yield redis


@pytest.fixture(scope="package")
def server(environ: dict[str, str]) -> Iterator[Web]:
    """The web as it is served in production."""
    with running_web(environ) as web:
        yield web


@pytest.fixture(scope="package")
def other_server(environ: dict[str, str]) -> Iterator[Web]:
    """A second web process beside it: the same database and Redis, an address of its own."""
    with running_web(environ | {"PORT": str(free_port())}) as web:
        yield web


@pytest.fixture
def app(environ: dict[str, str], server: Web) -> Iterator[Flask]:
    """The same application in this process, as a worker has it: what it changes, the server must tell."""
    store.forget()
    app = create_app(load(environ))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def ada(app: Flask, environ: dict[str, str]) -> Member:
    """Somebody with open pages."""
    return Member(app, f"http://127.0.0.1:{environ['PORT']}", "ada")


@pytest.fixture
def bob(app: Flask, environ: dict[str, str]) -> Member:
    """Somebody else."""
    return Member(app, f"http://127.0.0.1:{environ['PORT']}", "bob")
