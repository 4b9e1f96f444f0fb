"""When an operation is looked up (JOB-06), told from how long such operations took."""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from app.extensions import db, now
from app.generation import durations, pace
from app.generation.durations import Durations
from app.providers.google.provider import GoogleProvider
from tests.database.rows import drafted
from tests.engine import ask, row, step
from tests.people import Person
from tests.standins.google import KEY, GoogleStandIn

VIDEO = {"kind": "video", "provider": "google", "model": "gemini-omni-1.2-flash", "duration": 4, "resolution": "720p"}
OPTIONS = ("google", "gemini-omni-1.2-flash", 4, "720p")
UNKNOWN = Durations(60.0)
KNOWN = Durations(75.0, 40.0, (50.0, 80.0))
GOOGLE = GoogleProvider(KEY, "", frozenset())

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def google() -> Iterator[GoogleStandIn]:
    with GoogleStandIn() as standin:
        yield standin


@pytest.fixture
def environ(google: GoogleStandIn) -> dict[str, str]:
    return {"GOOGLE_AI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": google.url, "VIDEO_PROVIDER": "google"}


def made(person: Person, seconds: float, *, fetching: float = 3.0) -> None:
    """A video that was done at the provider after `seconds`, and stored a while later."""
    begun = now() - timedelta(minutes=5)
    times = {"submitted_at": begun, "fetching_at": begun + timedelta(seconds=seconds)}
    drafted(person.id, generation_seconds=seconds + fetching, **VIDEO, **times)


def first_looks(known: Durations, next_after: float = 5.0, **options: float) -> list[float]:
    return [pace.first_look(GOOGLE, next_after, known, **options) for _ in range(300)]


@on_sqlite
def test_the_first_look_comes_when_the_first_of_its_like_were_done(app: Flask, ada: Person) -> None:
    """By the 20th percentile of what the provider needed, whatever storing added."""
    with app.app_context():
        durations._seen.clear()
        for seconds in (20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120):
            made(ada, seconds, fetching=400.0)
        known = durations.recent(*OPTIONS)
        assert known == Durations(470.0, 40.0, (45.0, 95.0))
        looks = first_looks(known)
        assert 31.9 < min(looks) < 34
        assert 38 < max(looks) < 40.1
        db.session.remove()


@on_sqlite
def test_an_accepted_video_waits_for_that_look(app: Flask, ada: Person) -> None:
    with app.app_context():
        durations._seen.clear()
        for _ in range(5):
            made(ada, 30.0)
        video = ask(ada.id, kind="video")
        step(row(video))
        at = row(video)
        assert at.step == "waiting"
        assert 23 < (at.next_run_at - at.submitted_at).total_seconds() < 31
        db.session.remove()


@on_sqlite
def test_what_nobody_knows_is_seen_when_the_provider_says(app: Flask, ada: Person) -> None:
    """A short image, a new model."""
    with app.app_context():
        durations._seen.clear()
        for _ in range(4):
            made(ada, 40.0)
        assert durations.recent(*OPTIONS) == UNKNOWN
        assert all(4 <= wait <= 5 for wait in first_looks(UNKNOWN))
        db.session.remove()


def test_a_first_look_leaves_time_for_another_and_for_a_refund_within_a_minute() -> None:
    assert max(first_looks(Durations(300.0, 200.0, (250.0, 300.0)))) <= 45
    assert max(first_looks(KNOWN, left=20.0)) == 10
    assert set(first_looks(KNOWN, running=100.0)) == {pace.SHORTEST_FIRST}


@pytest.mark.parametrize(
    ("known", "kind", "running", "longest"),
    [
        (UNKNOWN, "video", 59, [1, 2, 4, 5, 5]),
        (UNKNOWN, "video", 61, [1, 2, 4, 8, 10]),
        (UNKNOWN, "image", 61, [1, 2, 4, 5, 5]),
        (KNOWN, "video", 75, [1, 2, 4, 5, 5]),
        (KNOWN, "video", 90, [1, 2, 4, 8, 10]),
        (KNOWN, "video", 20, [5, 5, 5, 5, 5]),
    ],
)
def test_pauses_grow_to_what_is_allowed_and_are_never_longer(
    known: Durations, kind: str, running: float, longest: list[float]
) -> None:
    """JOB-06: 5 s, 10 s for a video after its first minute, 5 s where most of its like are done."""
    for lookups, allowed in enumerate(longest):
        pauses = [pace.pause(kind, lookups, running, known) for _ in range(200)]
        assert 0.9 * allowed <= min(pauses) < 0.92 * allowed
        assert 0.98 * allowed < max(pauses) <= allowed


def test_a_burst_does_not_stay_in_step() -> None:
    pauses = [pace.pause("video", 9, 120.0, UNKNOWN) for _ in range(100)]
    assert statistics.stdev(pauses) > 0.2


def test_figures_that_come_from_looking_do_not_creep_away() -> None:
    """What is done before it is looked at for the first time counts as if it had taken until then."""
    dice = random.Random(7)
    google_takes = [max(5.0, dice.gauss(30, 5)) for _ in range(1000)]
    seen = google_takes[:20]
    for takes in google_takes[20:]:
        known = durations._of(seen, seen)
        at, lookups = pace.first_look(GOOGLE, 5.0, known), 0
        while at < takes:
            at += pace.pause("video", lookups, at, known) + 0.3
            lookups += 1
        seen = [*seen[1:], at + 0.3]
    truly = statistics.quantiles(google_takes, n=5)[0]
    assert known.early is not None
    assert abs(known.early - truly) < 8
