"""Two web processes behind one Redis: whatever happens on one, or in a worker, is told on both."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest

from app.accounts import service as accounts
from app.realtime import bus
from tests.journeys.caller import PASSWORD, Caller
from tests.journeys.house import eventually
from tests.realtime.people import Member, Page
from tests.realtime.web import Web
from tests.servers.redis import RunningRedis

LOGGED_OUT, RESTART = 4401, 1012
LOOK_SECONDS = 5.0
"""How often a process compares versions, whatever it was told."""
AT_ONCE = 2.0
OpenBoth = Callable[[Member], list[Page]]


@pytest.fixture
def both(server: Web, other_server: Web) -> Iterator[OpenBoth]:
    """Open one page of a person on each process; they have seen all there is."""
    opened: list[Page] = []

    def open_both(member: Member) -> list[Page]:
        pages = [Page(at(web, member), member.version()) for web in (server, other_server)]
        opened.extend(pages)
        assert all(page.silent(0.2) for page in pages)
        return pages

    yield open_both
    for page in opened:
        page.close()


def at(web: Web, member: Member) -> Caller:
    """The same person, with the same cookie, before another process."""
    caller = Caller(web.url, member.name)
    caller.cookies = member.cookies
    return caller


def test_what_a_worker_does_reaches_a_page_on_either(ada: Member, bob: Member, both: OpenBoth) -> None:
    """At once, and nobody else's page (RT-05)."""
    hers, his = both(ada), both(bob)
    creation_id = ada.asks("A kite over the dunes")
    ada.moves(creation_id)
    for page in hers:
        page.hear_until(ada.version(), AT_ONCE)
        assert page.cards == ada.rows()
    assert all(page.silent(0.2) for page in his)


def test_a_like_on_one_is_counted_on_both(ada: Member, bob: Member, both: OpenBoth, other_server: Web) -> None:
    """Counts are public: they come to whoever has a page open, on either process (RT-02)."""
    post = ada.likes(0)
    pages = [*both(ada), *both(bob)]
    for fan in (ada, at(other_server, bob)):
        assert fan.post(f"/p/{post}/like", {"liked": 1})[0] < 400
    for page in pages:
        eventually(lambda page=page: f"[data-likes='{post}'] 2" in _counts(page), what="the count of two")


def test_logging_out_on_one_closes_pages_on_both(ada: Member, bob: Member, both: OpenBoth, other_server: Web) -> None:
    """With 4401, at once; another device of hers and other people's pages stay (RT-04)."""
    hers, his = both(ada), both(bob)
    device = Caller(ada.url, ada.name)
    assert device.post("/login", {"username": ada.name, "password": PASSWORD}, "/login")[0] == 303
    elsewhere = Page(device, ada.version())
    began = time.monotonic()
    assert at(other_server, ada).post("/logout", {})[0] == 303
    assert [page.closed() for page in hers] == [LOGGED_OUT, LOGGED_OUT]
    assert time.monotonic() - began < AT_ONCE
    ada.asks()
    elsewhere.hear_until(ada.version(), AT_ONCE)
    elsewhere.close()
    assert all(page.silent(0.1) for page in his)


def test_suspending_somebody_closes_pages_on_both(ada: Member, bob: Member, both: OpenBoth, server: Web) -> None:
    """Whichever process the admin speaks to; and the way back in is shut (RT-04, ADM-06)."""
    hers, his = both(ada), both(bob)
    accounts.suspend(ada.id)
    assert [page.closed(AT_ONCE) for page in hers] == [LOGGED_OUT, LOGGED_OUT]
    assert Page(at(server, ada)).closed(AT_ONCE) == LOGGED_OUT
    assert all(page.silent(0.1) for page in his)


def test_after_redis_has_restarted_pages_on_both_have_what_was_missed(
    ada: Member, both: OpenBoth, own_redis: RunningRedis
) -> None:
    """Nobody is told of what happens meanwhile, and nobody is told twice."""
    first = ada.asks("While it was away")
    pages = both(ada)
    own_redis.kill()
    try:
        ada.moves(first)
    finally:
        own_redis.start()
    second = ada.asks("When it was back")
    for page in pages:
        page.hear_until(ada.version(), 2 * LOOK_SECONDS)
        assert page.cards == ada.rows()
        assert set(page.cards) == {str(first), str(second)}
        assert len(page.told) == len(set(page.told))


def test_when_one_stops_its_pages_come_back_and_the_other_serves_on(
    ada: Member, both: OpenBoth, other_server: Web
) -> None:
    """With 1012; what happened meanwhile is there at the next connection (RT-03)."""
    stays, leaves = both(ada)
    began = time.monotonic()
    other_server.stop()
    assert time.monotonic() - began < 7
    try:
        assert leaves.closed(AT_ONCE) == RESTART
        creation_id = ada.asks()
        ada.moves(creation_id)
        stays.hear_until(ada.version(), AT_ONCE)
        assert ada.get("/drafts")[0] == 200
    finally:
        other_server.up()
    back = Page(at(other_server, ada), leaves.since).hear_until(ada.version(), AT_ONCE)
    assert back.cards == stays.cards == ada.rows()
    back.close()


def test_doorbells_by_the_dozen_bring_each_thing_once(ada: Member, both: OpenBoth) -> None:
    """Repeated, late, early: a doorbell only says that it is time to look."""
    creation_id = ada.asks()
    pages = both(ada)
    for _ in range(3):
        for _ in range(20):
            bus.publish(ada.id)
        ada.moves(creation_id, told=False)
        for _ in range(20):
            bus.publish(ada.id)
        for page in pages:
            page.hear_until(ada.version(), AT_ONCE)
    for page in pages:
        assert page.silent(0.3)
        assert len(page.told) == len(set(page.told)) == 3
        assert page.versions == sorted(set(page.versions))


def _counts(page: Page) -> list[str]:
    """Every like count that a page was told, after listening for a moment."""
    page.hear(0.2)
    shape = re.compile(r'hx-target="(\[data-likes=[^"]+)"[^>]*>(\w+)<')
    return [
        f"{mark} {count}"
        for frame in page.frames
        for mark, count in shape.findall(frame["content"].replace("&#39;", "'"))
    ]
