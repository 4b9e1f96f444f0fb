"""The watch loop: many look-ups at a time, each provider its share, and an end in order."""

from __future__ import annotations

import itertools
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.catalogue.choosing import registry
from app.creations.models import Creation
from app.extensions import db, now
from app.generation import budgets, findings, looking, watching
from app.generation.budgets import Budget
from app.generation.watching import WatchLoop
from app.providers.google.provider import GoogleProvider
from app.providers.registry import _ADAPTERS
from app.settings import store
from tests.crashes.slow_google import SlowGoogle
from tests.database.rows import change, left
from tests.engine import row
from tests.journeys.house import eventually
from tests.people import Person
from tests.standins.google import KEY
from tests.standins.google_jobs import Job

OPTIONS = {"kind": "video", "model": "gemini-omni-1.2-flash", "duration": 4, "resolution": "720p"}
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
numbers = itertools.count()


@pytest.fixture
def google() -> Iterator[SlowGoogle]:
    with SlowGoogle() as standin:
        yield standin


@pytest.fixture
def other() -> Iterator[SlowGoogle]:
    """Another provider, which speaks as Google does."""
    with SlowGoogle() as standin:
        yield standin


@pytest.fixture
def environ(google: SlowGoogle, other: SlowGoogle, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setitem(_ADAPTERS, "other", lambda _: GoogleProvider(KEY, other.url, frozenset()))
    return {"GOOGLE_AI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": google.url, "VIDEO_PROVIDER": "google"}


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        # As a worker does before its first look-up: without it that one takes seconds on a busy machine.
        registry().preload()
        yield
        db.session.remove()


def waiting(person: Person, standin: SlowGoogle, provider: str = "google", **columns: Any) -> uuid.UUID:
    """A video that is being made at a stand-in, and whose look-up is due."""
    body = {"model": OPTIONS["model"], "response_format": {"type": "video", "delivery": "uri", "duration": "4s"}}
    job = Job(f"Video {next(numbers)}", body, standin.video_seconds)
    standin.jobs[job.id] = standin.files[job.file] = job
    times = {"submitted_at": now(), "next_run_at": now(), "deadline_at": now() + timedelta(minutes=7)}
    found = {**times, "operation_id": job.id, "operation": {"id": job.id}, **columns}
    return left(person.id, price=0, step="waiting", provider=provider, **OPTIONS, **found)


@contextmanager
def watched(app: Flask, threads: int = 8) -> Iterator[Callable[[], float]]:
    """The loop, running beside the test; the value stops it and says how long that took."""
    stop = threading.Event()
    running = threading.Thread(target=WatchLoop(app, stop, threads).run, args=(60,))
    running.start()

    def end() -> float:
        begin = time.monotonic()
        stop.set()
        running.join()
        return time.monotonic() - begin

    try:
        yield end
    finally:
        end()


def steps(*creations: uuid.UUID) -> set[str | None]:
    return {row(one).step for one in creations}


def claimed() -> int:
    """How many creations somebody holds at this moment."""
    db.session.rollback()
    count = db.session.scalar(select(func.count()).where(Creation.lease_token.is_not(None)))
    db.session.rollback()
    return int(count or 0)


@on_sqlite
def test_a_provider_that_hangs_does_not_delay_another_s_look_ups(
    app: Flask, ada: Person, google: SlowGoogle, other: SlowGoogle
) -> None:
    """Its look-ups hold their share of the threads, and nothing else."""
    google.slow = {"get": 14.0}
    hanging = [waiting(ada, google) for _ in range(20)]
    with watched(app, threads=8):
        eventually(lambda: claimed() == 8, what="a share of claims")
        quick = [waiting(ada, other, "other") for _ in range(20)]
        eventually(lambda: steps(*quick) == {"fetching"}, what="the look-ups of the other")
        assert steps(*hanging) == {"waiting"}


@on_sqlite
def test_a_lone_provider_has_all_its_videos_looked_up_side_by_side(app: Flask, ada: Person, google: SlowGoogle) -> None:
    """Half of the threads work for it, and what is claimed is never more than they and as many to go on with."""
    google.slow = {"get": 0.2, "file": 0.0}
    videos = [waiting(ada, google) for _ in range(60)]
    most = 0
    with watched(app, threads=16):
        while steps(*videos) != {"fetching"}:
            most = max(most, claimed())
    assert 1 < most <= 2 * 16
    assert len(google.requests_to("get")) == 60


@on_sqlite
def test_look_ups_keep_to_the_budget_and_wait_without_a_lease(app: Flask, ada: Person, google: SlowGoogle) -> None:
    """Another one in ten seconds; until the budget is raised."""
    store.change({"look_ups_per_second": "0.1", "look_ups_at_once": "3"}, actor_id=None)
    videos = [waiting(ada, google) for _ in range(20)]
    with watched(app):
        eventually(lambda: [row(one).step for one in videos].count("fetching") == 3, what="the first three")
        assert len(google.requests_to("get")) == 3
        assert claimed() == 0
        store.change({"look_ups_per_second": "100"}, actor_id=None)
        eventually(lambda: steps(*videos) == {"fetching"}, what="all look-ups")


@on_sqlite
def test_a_refusal_rests_the_provider_and_fails_no_creation(
    app: Flask, ada: Person, google: SlowGoogle, other: SlowGoogle
) -> None:
    """429 with Retry-After: nobody asks it meanwhile; others are asked as ever."""
    google.script("get", {"fault": "429", "seconds": 100})
    first = waiting(ada, google)
    with watched(app):
        eventually(lambda: row(first).lookups == 1, what="the refusal")
        more = [waiting(ada, google) for _ in range(5)]
        quick = [waiting(ada, other, "other") for _ in range(5)]
        eventually(lambda: steps(*quick) == {"fetching"}, what="the look-ups of the other")
    assert len(google.requests_to("get")) == 1
    assert {(row(one).step, row(one).lookups, row(one).lease_token) for one in more} == {("waiting", 0, None)}
    assert (row(first).step, row(first).lease_token) == ("waiting", None)
    assert now() + timedelta(seconds=60) < row(first).next_run_at < now() + timedelta(seconds=106)


@on_sqlite
def test_after_its_rest_a_provider_is_asked_again(app: Flask, ada: Person, google: SlowGoogle) -> None:
    google.script("get", {"fault": "429", "seconds": 1})
    first = waiting(ada, google)
    with watched(app):
        eventually(lambda: row(first).lookups == 1, what="the refusal")
        more = [waiting(ada, google) for _ in range(5)]
        eventually(lambda: steps(*more) == {"fetching"}, what="the look-ups")
    refused, *later = [entry["at"] for entry in google.requests_to("get")]
    assert min(later) - refused > 0.95


@on_sqlite
def test_at_its_deadline_a_video_is_given_up_however_long_the_provider_rests(
    app: Flask, ada: Person, google: SlowGoogle
) -> None:
    """JOB-07: and the provider is asked to stop."""
    google.video_seconds = 600.0
    google.script("get", {"fault": "429", "seconds": 3600})
    video = waiting(ada, google, deadline_at=now() + timedelta(seconds=3))
    with watched(app):
        eventually(lambda: row(video).step is None, what="the end of the video")
    assert (row(video).state, row(video).error_code) == ("failed", "timed_out")
    assert (len(google.requests_to("get")), len(google.requests_to("cancel"))) == (1, 1)


@on_sqlite
def test_the_loop_looks_up_what_becomes_due_while_it_sleeps(app: Flask, ada: Person, google: SlowGoogle) -> None:
    """The bound is for a busy machine; how long it sleeps is the next test's."""
    with watched(app):
        video = waiting(ada, google, next_run_at=now() + timedelta(seconds=0.8))
        due = row(video).next_run_at
        eventually(lambda: row(video).step == "fetching", what="the look-up")
    assert google.requests_to("get")[0]["at"] >= due.timestamp() - 0.01
    assert now() - due < timedelta(seconds=4)


def test_the_loop_sleeps_until_the_first_one_that_it_may_look_up_is_due(ada: Person, google: SlowGoogle) -> None:
    assert watching.next_due(("google",)) == watching.TICK_SECONDS
    waiting(ada, google, next_run_at=now() + timedelta(seconds=90))
    waiting(ada, google, next_run_at=now() + timedelta(seconds=60))
    waiting(ada, google, "other", next_run_at=now() + timedelta(seconds=30))
    held = {"lease_token": "another", "lease_until": now() + timedelta(seconds=30)}
    waiting(ada, google, next_run_at=now() + timedelta(seconds=20), **held)
    assert 50 < watching.next_due(("google",)) <= 60
    assert 20 < watching.next_due(("google", "other")) <= 30
    waiting(ada, google, next_run_at=now() - timedelta(seconds=5))
    assert watching.next_due(("google",)) < -4.9


@on_sqlite
def test_a_loop_that_is_told_to_stop_gives_back_what_it_has_not_finished(
    app: Flask, ada: Person, google: SlowGoogle
) -> None:
    """Another worker goes on at once; what was under way ends within the grace, or is anybody's as well."""
    google.slow = {"get": 14.0}
    videos = [waiting(ada, google) for _ in range(12)]
    with watched(app, threads=8) as end:
        eventually(lambda: claimed() == 8, what="claims")
        # Without the end of the grace it would be fourteen.
        assert end() < watching.GRACE_SECONDS + 6
        for video in videos:
            at = row(video)
            assert (at.step, at.lease_token, at.lease_until, at.lookups) == ("waiting", None, None, 0)
            assert at.next_run_at <= now()
    assert len(watching.claim_due(50)) == 12


@on_sqlite
def test_a_look_up_that_ends_within_the_grace_is_written(app: Flask, ada: Person, google: SlowGoogle) -> None:
    """The current step is finished."""
    google.slow = {"get": 1.0}
    video = waiting(ada, google)
    with watched(app) as end:
        # What was claimed and not begun would be given back.
        eventually(lambda: google.requests_to("get"), what="the look-up")
        end()
    assert row(video).step == "fetching"


@on_sqlite
def test_a_look_up_that_takes_longer_than_its_lease_is_not_made_twice(
    app: Flask, ada: Person, google: SlowGoogle
) -> None:
    store.change({"lease_seconds": "1.5"}, actor_id=None)
    google.slow = {"get": 3.0}
    video = waiting(ada, google)
    with watched(app):
        eventually(lambda: row(video).step == "fetching", what="the look-up")
    assert len(google.requests_to("get")) == 1


def test_of_many_findings_those_whose_lease_was_lost_write_nothing(ada: Person, google: SlowGoogle) -> None:
    google.video_seconds = 600.0
    pending = [waiting(ada, google) for _ in range(3)]
    google.video_seconds = 0.0
    finished = [waiting(ada, google) for _ in range(3)]
    found = [looking.look_up(one) for one in watching.claim_due(9)]
    for lost in (pending[1], finished[1]):
        change(lost, lease_token="another")
    findings.write(found)
    findings.write(found)
    assert [row(one).lookups for one in pending] == [1, 0, 1]
    assert [row(one).step for one in finished] == ["fetching", "waiting", "fetching"]
    assert {row(one).lease_token for one in (pending[1], finished[1])} == {"another"}
    assert {row(one).lease_token for one in (pending[0], finished[2])} == {None}
    assert len({row(one).version for one in finished}) == 3


def test_a_pause_counts_from_the_answer_however_late_it_is_written(ada: Person, google: SlowGoogle) -> None:
    google.video_seconds = 600.0
    times = {"submitted_at": now() - timedelta(minutes=2), "lookups": 9}
    prompt, late = (waiting(ada, google, **times) for _ in range(2))
    found = {finding.row.id: finding for finding in map(looking.look_up, watching.claim_due(9))}
    findings.write([found[prompt], replace(found[late], answered_at=time.monotonic() - 6.0)])
    # Each pause is 9 to 10 s by chance, and the second answer comes after the first.
    assert 3 < (row(prompt).next_run_at - row(late).next_run_at).total_seconds() < 7.1
    assert row(prompt).next_run_at <= now() + timedelta(seconds=10)


def test_loops_in_two_processes_claim_no_row_twice(ada: Person, google: SlowGoogle, hands: Any) -> None:
    """PostgreSQL skips what another has locked, SQLite lets one write at a time."""
    videos = [waiting(ada, google) for _ in range(60)]
    claims = hands("claim", 5, times=16, threads=2)
    claimed = [one for answer in claims for one in answer.split()]
    assert sorted(claimed) == sorted(map(str, videos))


def test_leases_are_held_and_given_back_together_but_only_by_their_holder(ada: Person, google: SlowGoogle) -> None:
    mine, taken = waiting(ada, google), waiting(ada, google)
    rows = watching.claim_due(2)
    change(mine, lease_until=now())
    change(taken, lease_token="another", lease_until=now())
    watching.leases.renew_all(rows)
    assert row(mine).lease_until > now() + timedelta(seconds=20)
    assert row(taken).lease_until <= now()
    watching.leases.release_all(rows)
    assert (row(mine).lease_token, row(taken).lease_token) == (None, "another")


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_budget_fills_with_time_up_to_its_burst() -> None:
    clock = Clock()
    budget = Budget(10.0, 5.0, clock)
    assert budget.left() == 5
    budget.spend(5)
    assert (budget.left(), round(budget.wait(), 3)) == (0, 0.1)
    clock.now += 0.25
    assert budget.left() == 2
    clock.now += 60
    assert budget.left() == 5


def test_a_budget_that_rests_begins_again_without_a_burst() -> None:
    clock = Clock()
    budget = Budget(10.0, 5.0, clock)
    budget.rest(3.0)
    budget.rest(1.0)
    assert (budget.left(), round(budget.wait(), 3)) == (0, 3.1)
    clock.now += 2.9
    assert budget.left() == 0
    clock.now += 0.2
    assert budget.left() == 1
    budget.rest(86_400.0)
    assert budget.wait() <= budgets.LONGEST_REST + 1
