"""What all tests share: real databases with the whole migration chain, a real Redis, and the people who use Kinora."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.config import Config, load
from app.extensions import db
from app.settings import store
from tests.joined import CompiledTemplates, Joined
from tests.people import Person
from tests.servers.postgres import RunningPostgres, postgres_server
from tests.servers.redis import RunningRedis, redis_server
from tests.servers.s3 import s3_server

__all__ = ["postgres_server", "redis_server", "s3_server"]

SECRET = "tests-only-0123456789-abcdefghijklmnop"
_TEMPLATES = CompiledTemplates()

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    # Shells start what runs in the background deaf to Ctrl-C, and so would be every server and house of the tests.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database at the newest migration, to be copied."""
    folder = tmp_path_factory.mktemp("sqlite")
    _migrate(load({"KINORA_DATA": str(folder), "SECRET_KEY": SECRET}))
    return folder / "kinora.db"


@pytest.fixture(scope="session")
def postgres_template(postgres_server: RunningPostgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty PostgreSQL database at the newest migration, to be copied."""
    url = postgres_server.fresh_database()
    folder = tmp_path_factory.mktemp("postgres")
    _migrate(load({"KINORA_DATA": str(folder), "SECRET_KEY": SECRET, "DATABASE_URL": url}))
    return url


@pytest.fixture(scope="session")
def joined(sqlite_template: Path, redis_server: RunningRedis, tmp_path_factory: pytest.TempPathFactory) -> Joined:
    """People who joined by the forms, once for all tests: that takes longer than most tests do."""
    return Joined(sqlite_template, redis_server.url, SECRET, tmp_path_factory.mktemp("joined"))


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> str:
    """A database of this test's own: SQLite, and with whomever the test asks for in it."""
    template = sqlite_template
    if "ada" in request.fixturenames:
        joined: Joined = request.getfixturevalue("joined")
        template = joined.template("bob_d" if "bob" in request.fixturenames else "ada_l")
    shutil.copy(template, tmp_path / "kinora.db")
    return f"sqlite:///{tmp_path / 'kinora.db'}"


@pytest.fixture
def environ() -> dict[str, str]:
    """What a test module adds to the environment; overridden there."""
    return {}


@pytest.fixture
def config(tmp_path: Path, database_url: str, redis_server: RunningRedis, environ: dict[str, str]) -> Config:
    """The configuration of this test's application."""
    redis_server.empty()
    return load(
        {
            "KINORA_DATA": str(tmp_path),
            "SECRET_KEY": SECRET,
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_server.url,
            "RATE_LIMITS": "off",
            **environ,
        }
    )


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """The whole application."""
    store.forget()
    app = create_app(config)
    # Tests change rows behind the application's back and look at once.
    app.config["SHARED_SECONDS"] = 0
    app.jinja_env.bytecode_cache = _TEMPLATES
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def ada(app: Flask, joined: Joined) -> Person:
    """The owner. She is not the first account, so she is no admin."""
    return joined.person(app, "ada_l")


@pytest.fixture
def bob(ada: Person, app: Flask, joined: Joined) -> Person:
    """Somebody else who is logged in: a stranger to ada's drafts."""
    return joined.person(app, "bob_d")


@pytest.fixture
def nobody(app: Flask) -> Person:
    """Somebody who is not logged in."""
    return Person(app)


def _migrate(config: Config) -> None:
    app = create_app(config)
    with app.app_context():
        from flask_migrate import upgrade

        upgrade()
        db.session.remove()
        db.engine.dispose()
