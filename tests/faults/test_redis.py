"""A Redis that forgets everything, goes away or stands still; messages that are lost, repeated and out of order."""

from __future__ import annotations

import random
import signal
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import select

from app import queue
from app.creations.models import Creation
from app.creations.states import State
from app.extensions import db
from app.generation import sweeping
from tests import engine
from tests.database.books import entries
from tests.database.rows import drafted
from tests.faults.freezer import FreezingGoogle
from tests.faults.place import Place, Told, Visitor, at_once
from tests.journeys import processes
from tests.journeys.house import eventually
from tests.realtime.people import Member

pytestmark = pytest.mark.slow
PROMISED_SECONDS = 60.0
"""Within which work moves again when Redis is back."""
OUTAGE_SECONDS = 4.0


def test_whatever_becomes_of_the_messages_every_creation_is_made_once(
    app: Flask, place: Place, google: FreezingGoogle, ada: Member
) -> None:
    """Tripled, reversed, for the wrong step, or gone with all of Redis; two workers, and two more sweepers (JOB-11)."""
    google.video_seconds = 1.0
    asked = [
        engine.ask(ada.id, prompt=f"Made once {number}", kind=("image", "video")[number % 2]) for number in range(8)
    ]
    with ThreadPoolExecutor(2) as pool, place.redis() as redis:
        sweepers = [pool.submit(_sweep_until_settled, app, asked) for _ in range(2)]
        messages = [(job, one) for job in (queue.FETCH, queue.RENDER, queue.SUBMIT) for one in reversed(asked)] * 3
        for number, (job, one) in enumerate(messages):
            queue.enqueue(job, one)
            if number % 24 == 23:
                time.sleep(0.3)
                redis.flushall()
        for sweeper in sweepers:
            sweeper.result(timeout=PROMISED_SECONDS)
    _made_once(google, asked)


@pytest.mark.parametrize("how", ["down", "standing still"])
def test_while_redis_is_away_pages_work_and_what_cannot_be_queued_is_refunded_at_once(
    app: Flask, place: Place, google: FreezingGoogle, ada: Member, bob: Visitor, how: str
) -> None:
    """And what waits goes on by itself within a minute of its return (PRC-06, I5)."""
    google.video_seconds = 2.0
    liked = str(drafted(ada.id, state=State.PUBLISHED))
    asked = [engine.ask(ada.id, prompt=f"{how} {number}", kind=("image", "video")[number % 2]) for number in range(4)]
    rounds = []
    with {"down": _down, "standing still": _still}[how](place):
        ends = time.monotonic() + OUTAGE_SECONDS
        while time.monotonic() < ends:
            rounds.append(at_once(*_everything(bob, liked, how)))
            # Who logs in hundreds of times loses their oldest session.
            time.sleep(0.5)
    back = time.monotonic()
    eventually(lambda: bob.post("/create", {"kind": "image", "prompt": "After it"})[0] == 303, 20, what="work")
    accepted = time.monotonic() - back
    eventually(lambda: all(engine.row(one).step is None for one in asked), PROMISED_SECONDS, what="the end of all")
    print(f"\nRedis {how}: {len(rounds)} rounds, slowest {max(one.seconds for some in rounds for one in some):.1f} s,"  # noqa: T201
          f" accepted after {accepted:.1f} s, all made after {time.monotonic() - back:.1f} s")  # fmt: skip
    _judge([one for some in rounds for one in some])
    _made_once(google, asked)
    during = db.session.scalars(select(Creation).where(Creation.prompt == f"During it, {how}")).all()
    refused = [one for one in during if one.error_code == "not_queued"]
    assert refused
    assert {tuple(kind for kind, _ in entries(one.id)) for one in refused} == {("image_generation", "image_refund")}
    # A worker that was busy when Redis went away may have taken one more: then that one was not refused.
    taken = [one for one in during if one not in refused]
    assert {one.state for one in taken} <= {"draft"}
    assert len(taken) == sum(one.what == "POST /create" and one.status == 303 for some in rounds for one in some)


def _everything(bob: Visitor, liked: str, how: str) -> list[Callable[[], Told]]:
    pages = [partial(bob.asks_for, path) for path in ("/", "/explore", "/drafts", "/create", "/healthz", "/readyz")]
    return [
        *pages,
        partial(bob.asks_for, "/create", {"kind": "image", "prompt": f"During it, {how}"}),
        partial(bob.asks_for, f"/p/{liked}/like", {"liked": "1"}),
        bob.logs_in,
    ]


def _judge(told: list[Told]) -> None:
    """Only what needs Redis to keep its promise is refused."""
    for one in told:
        if one.what == "POST /create":
            assert one.status == 303 or "Your credits are back" in one.text, one
            assert one.status in (303, 503), one
        elif one.what == "GET /readyz":
            assert one.status == 503, one
        else:
            assert one.status in {200, 303}, one


def _sweep_until_settled(app: Flask, asked: list[uuid.UUID]) -> None:
    """One more sweeper, in this process."""
    with app.app_context():
        while True:
            sweeping.sweep()
            sweeping.ring_for_due()
            if all(engine.row(one).step is None for one in asked):
                db.session.remove()
                return
            time.sleep(random.uniform(0.05, 0.3))


def _made_once(google: FreezingGoogle, asked: list[uuid.UUID]) -> None:
    for one in asked:
        row = engine.row(one)
        assert (row.state, row.error_code) == ("draft", None)
        assert len(entries(one)) == 1
        assert google.submits[row.prompt] == 1


@contextmanager
def _down(place: Place) -> Iterator[None]:
    place.broker.kill()
    try:
        yield
    finally:
        place.broker.start()


@contextmanager
def _still(place: Place) -> Iterator[None]:
    """It keeps its connections and says nothing."""
    with Redis.from_url(place.redis_url) as redis:
        pid = int(redis.info()["process_id"])
    assert processes.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        processes.kill(pid, signal.SIGCONT)
