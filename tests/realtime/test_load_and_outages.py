"""Many pages at once, likes by the dozen, and a Redis that dies."""

from __future__ import annotations

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from app.realtime.rounds import CHECK_SECONDS, LIKES_SECONDS
from tests.realtime.people import Member, Page
from tests.servers.process import ServerProcess
from tests.servers.redis import RunningRedis


def test_fifty_open_pages_and_pages_are_still_answered(app: object, ada: Member, bob: Member) -> None:
    """A page that is open costs nobody else anything."""
    eve = Member(ada.app, ada.url, "eve")
    pages = [person.page(person.version()) for person in (ada, bob, eve) for _ in range(17)]
    began = time.monotonic()
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: ada.get("/drafts")[0], range(30)))
    assert answers == [200] * 30
    assert time.monotonic() - began < 10
    for person in (ada, bob, eve):
        person.asks()
    for place, page in enumerate(pages):
        page.hear_until((ada, bob, eve)[place // 17].version())
        page.close()


def test_likes_come_to_all_pages_at_most_once_a_second(ada: Member, bob: Member) -> None:
    """However many there are, each page gets one frame with the newest count (RT-02)."""
    post = ada.likes(0)
    pages = [ada.page(ada.version()), bob.page(bob.version())]
    for page in pages:
        assert page.silent(0.2)
    fans = [Member(ada.app, ada.url, "fan") for _ in range(6)]
    began = time.monotonic()
    for liked in (1, 0, 1):
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda fan, liked=liked: fan.post(f"/p/{post}/like", {"liked": liked}), fans))
    counts = [_counts(page, str(post), "6") for page in pages]
    took = time.monotonic() - began
    for one in counts:
        assert one[-1] == "6"
        assert len(one) <= took / LIKES_SECONDS + 1
    assert not [page.versions for page in pages if page.versions]
    for page in pages:
        page.close()


def test_a_redis_that_is_away_delays_pushes_and_loses_none(ada: Member, own_redis: RunningRedis) -> None:
    """By version within seconds while it is down; at once again when it is back (RT-04)."""
    creation_id = ada.asks()
    page = ada.page(ada.version())
    assert page.silent(0.3)
    own_redis.kill()
    try:
        ada.moves(creation_id)
        page.hear_until(ada.version(), CHECK_SECONDS + 4)
        ada.moves(creation_id)
        page.hear_until(ada.version(), CHECK_SECONDS + 4)
        newcomer = ada.page(0).hear_until(ada.version(), 3)
        assert newcomer.cards == ada.rows()
    finally:
        own_redis.start()
    assert _at_once(ada, page), "the channel is not back"
    for one in (page, newcomer):
        one.close()


def test_a_server_that_stops_tells_its_pages_to_come_back(ada: Member, server: ServerProcess) -> None:
    """With 1012, which is what browsers reconnect after; and it does not wait for them."""
    pages = [ada.page(0) for _ in range(5)]
    codes: list[int] = []
    listening = [threading.Thread(target=lambda page=page: codes.append(page.closed())) for page in pages]
    for thread in listening:
        thread.start()
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 7
    for thread in listening:
        thread.join()
    server.start(lambda: _answers(ada))
    assert codes == [1012] * 5
    ada.page(0).close()


def _counts(page: Page, post: str, last: str) -> list[str]:
    """Every count of a post that came, until the last one."""
    found: list[str] = []
    until = time.monotonic() + 10
    while last not in found[-1:] or not page.silent(1.5 * LIKES_SECONDS):
        assert time.monotonic() < until, found
        page.hear(0.2)
        told = [re.search(rf"\[data-likes='{post}'\][^>]*>(\w+)<", frame["content"]) for frame in page.frames]
        found = [one[1] for one in told if one]
    return found


def _at_once(member: Member, page: Page) -> bool:
    """Whether doorbells are heard again: a push comes sooner than any look at the versions could bring it, thrice."""
    for _ in range(20):
        quick = 0
        for _ in range(3):
            began = time.monotonic()
            member.asks()
            page.hear_until(member.version())
            quick += time.monotonic() - began < 0.5
        if quick == 3:
            return True
    return False


def _answers(member: Member) -> bool:
    try:
        return member.get("/healthz")[0] == 200
    except OSError:
        return False
