"""One place for each database, which the tests of this folder break and leave in order."""

from __future__ import annotations

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
from tests.servers.postgres import RunningPostgres
from tests.servers.redis import RunningRedis, running_redis

QUICK = {"lease_seconds": "2", "unconfirmed_seconds": "1", "video_concurrent_limit": "1000"}


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
        postgres = request.getfixturevalue("postgres_server")
        environ["DATABASE_URL"] = postgres.fresh_database(request.getfixturevalue("postgres_template"))
    template = request.getfixturevalue("sqlite_template")
    own_redis.empty()
    place = Place(tmp_path_factory.mktemp("place"), template, own_redis, postgres, **environ)
    try:
        yield place.start()
    finally:
        place.end()
        if postgres:
            postgres.drop_database(environ["DATABASE_URL"])


@pytest.fixture
def place(running_place: Place, google: FreezingGoogle) -> Place:
    """The place of the database in turn."""
    return running_place


@pytest.fixture
def app(place: Place) -> Iterator[Flask]:
    """The same application in this process; at the end the books must be right."""
    store.forget()
    app = create_app(load({**place.environ, "PORT": str(place.port)}))
    with app.app_context():
        store.change(QUICK, actor_id=None)
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
    visitor = Visitor(place.url, f"bob_{Member(app, place.url, 'x').name}")
    visitor.sign_up()
    visitor.post("/create/cost", {})
    return visitor
