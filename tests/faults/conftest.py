"""One place for each database, which the tests of this folder break and leave in order."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from flask import Flask

from app import create_app
from app.config import load
from app.extensions import db
from app.settings import store
from tests.conftest import SECRET
from tests.database.books import broken
from tests.faults.freezer import FreezingGoogle
from tests.faults.place import Place, Visitor
from tests.journeys.house import eventually, with_google
from tests.realtime.people import Member
from tests.servers.postgres import RunningPostgres, running_postgres
from tests.servers.redis import RunningRedis, running_redis


@pytest.fixture(scope="package")
def running_google() -> Iterator[FreezingGoogle]:
    """The provider."""
    with FreezingGoogle() as standin:
        yield standin


@pytest.fixture
def google(running_google: FreezingGoogle) -> FreezingGoogle:
    """The provider, with an empty memory."""
    running_google.reset()
    running_google.video_seconds = 0.0
    return running_google


@pytest.fixture(scope="package")
def own_redis() -> Iterator[RunningRedis]:
    """A Redis to be killed."""
    with running_redis() as redis:
        yield redis


@pytest.fixture(scope="package")
def own_postgres() -> Iterator[RunningPostgres]:
    """A PostgreSQL to be killed: one that keeps what it has committed."""
    with running_postgres(durable=True) as server:
        yield server


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def running_place(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    own_redis: RunningRedis,
    running_google: FreezingGoogle,
) -> Iterator[Place]:
    """Kinora with two workers; everything below it may be broken, and must be mended by who broke it."""
    environ = {"SECRET_KEY": SECRET, **with_google(running_google)}
    postgres: RunningPostgres | None = None
    if request.param == "postgresql":
        postgres = request.getfixturevalue("own_postgres")
        environ["DATABASE_URL"] = postgres.fresh_database()
    template = request.getfixturevalue("sqlite_template")
    own_redis.empty()
    place = Place(tmp_path_factory.mktemp("place"), template, own_redis, postgres, **environ)
    try:
        yield place.start()
    finally:
        place.end()


@pytest.fixture
def place(running_place: Place, google: FreezingGoogle) -> Place:
    """The place of the database in turn."""
    return running_place


@pytest.fixture
def lease_seconds() -> float:
    """For how long a worker holds a creation; overridden where nobody may outlive a lease."""
    return 2


@pytest.fixture
def app(place: Place, lease_seconds: float) -> Iterator[Flask]:
    """The same application in this process; at the end the books must be right."""
    store.forget()
    app = create_app(load({**place.environ, "PORT": str(place.port)}))
    with app.app_context():
        wanted = {
            "lease_seconds": lease_seconds,
            "unconfirmed_seconds": 1,
            "sweep_seconds": 2,
            "video_concurrent_limit": 1000,
        }
        if store.current().lease_seconds != lease_seconds:
            store.change({name: str(value) for name, value in wanted.items()}, actor_id=None)
            # Every process knows after this, and no one can see which of them does.
            time.sleep(store.FRESH_SECONDS)
        db.session.commit()
        yield app
        eventually(lambda: broken() == {}, 20, what="clean books")
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def ada(app: Flask, place: Place) -> Member:
    """Somebody with 1,100 credits."""
    return Member(app, place.url, "ada")


@pytest.fixture
def bob(app: Flask, place: Place) -> Visitor:
    """Somebody who goes on while things break: they have their cookies and a form's token."""
    visitor = Visitor(place.url, Member(app, place.url, "bob").name)
    return visitor.ready()
