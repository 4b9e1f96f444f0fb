"""Every feed reads its page from an index and sorts nothing, however many works there are (NFR-03)."""

from __future__ import annotations

import uuid

from sqlalchemy import insert, text

from app.accounts.models import User
from app.extensions import db, now, transaction, uuid7
from app.social.models import Like
from app.web.paging import PAGE_SIZE
from tests.people import Person
from tests.plans import plans, scans_and_sorts
from tests.social.crowds import publish_many
from tests.social.test_feeds import more
from tests.studio.works import inside, put

WORKS = 12_000
OWN = 100
TABLES = ("creations", "likes", "users")


def test_no_feed_scans_or_sorts(app, ada, bob, nobody) -> None:
    works = publish_many(ada, OWN)
    crowd = inside(app, lambda: _join(2_000))
    for one in crowd[: WORKS // OWN]:
        works += publish_many(ada, OWN, user_id=one)
    inside(app, lambda: _love(works[:3_000], ada, bob, crowd[0]))
    publish_many(ada, OWN, state="draft", published_at=None)
    inside(app, _tidy)
    addresses = ["/explore", "/explore?kind=image", "/explore?kind=video", "/explore?q=number+7", "/u/ada_l"]
    addresses += [more(nobody.get(address)) for address in addresses]
    for address in [*addresses, f"/p/{works[20]}", "/"]:
        for person in (nobody, bob):
            _is_read_by_index(app, person, address)


def test_the_few_that_are_featured_are_found_by_an_index(app, ada, nobody) -> None:
    publish_many(ada, WORKS)
    put(ada, "published", kind="video", featured_at=now())
    inside(app, _tidy)
    (plan,) = inside(app, lambda: plans(lambda: nobody.get("/"), "creations", few=0))
    assert any("ix_creations_featured" in step for step in plan), plan


def _join(count: int) -> list[uuid.UUID]:
    ids = [uuid7() for _ in range(count)]
    with transaction() as session:
        session.execute(insert(User), [{"id": id, "username": f"one_of_many_{n}"} for n, id in enumerate(ids)])
    return ids


def _love(works: list[uuid.UUID], *people: Person | uuid.UUID) -> None:
    """Likes in numbers: a table of a few rows is rightly read as a whole."""
    lovers = [one.id if isinstance(one, Person) else one for one in people]
    with transaction() as session:
        session.execute(insert(Like), [{"user_id": one, "creation_id": work} for work in works for one in lovers])


def _tidy() -> None:
    """What the databases do by themselves from time to time: count, and note which pages need no second look."""
    if db.engine.dialect.name == "sqlite":
        with db.engine.begin() as connection:
            connection.execute(text("ANALYZE"))
    else:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _is_read_by_index(app, person: Person, address: str) -> None:
    """The first time the page's tiles are fetched by their ids, in any order; the feed itself is never sorted."""
    for few in (PAGE_SIZE, 1):
        found = inside(app, lambda few=few: plans(lambda: person.get(address), "creations", few=few))
        assert found, address
        for plan in found:
            assert any("creations" in step and ("ix_" in step or "pk_" in step or "INDEX" in step) for step in plan), (
                address,
                plan,
            )
            assert not scans_and_sorts(plan, *TABLES), (address, plan)
