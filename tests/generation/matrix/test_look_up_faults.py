"""What goes wrong while a video is being made: looked up again until its deadline, never asked for again."""

from datetime import timedelta

import pytest

from app.extensions import now
from app.generation import findings, looking, sweeping, watching
from tests.database.rows import change
from tests.engine import ask, make_due, row, settle, step

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
KELP = "Sun shafts through a kelp forest"


@pytest.fixture
def waiting(google, pushed, ada):
    """A video that Google is making."""
    creation = ask(ada.id, kind="video")
    step(row(creation))
    assert row(creation).step == "waiting"
    return creation


def look(creation) -> None:
    """One look-up, now."""
    make_due(creation)
    step(row(creation))


@pytest.mark.parametrize("fault", ["500", "503", "429", "lost", "reset", "unreadable", "html503", "401", "402"])
def test_a_look_up_that_fails_is_repeated(google, ada, waiting, drafted, fault):
    """Any error at look-up keeps looking up; a key or an account can be mended meanwhile."""
    google.script("get", fault, fault)
    for _ in range(2):
        look(waiting)
        assert row(waiting).step == "waiting"
    settle(waiting)
    drafted(waiting)
    assert google.submits == {KELP: 1}


@pytest.mark.parametrize(
    ("outcome", "code", "raw"),
    [("blocked", "blocked", "usage policy"), ("blocked-step", "blocked", "safety filters"), ("empty", "no_output", ""),
     ("failed", "provider_error", "Something broke"), ("cancelled", "provider_error", ""),
     ("incomplete", "provider_error", ""), ("requires_action", "provider_error", ""),
     ("budget_exceeded", "unavailable", "")],
)  # fmt: skip
def test_a_video_that_ended_without_a_file_is_refunded_and_never_begun_again(
    google, ada, waiting, failed, outcome, code, raw
):
    """JOB-10, PRC-12"""
    google.script("get", *[outcome] * 9)
    settle(waiting)
    failed(waiting, code, raw=raw)
    assert google.submits == {KELP: 1}


def test_three_look_ups_that_find_nothing_mean_that_it_is_lost(google, ada, waiting, failed):
    """JOB-09"""
    google.script("get", "404", "404", "404")
    for missing in (1, 2):
        look(waiting)
        at = row(waiting)
        assert (at.step, at.missing_count) == ("waiting", missing)
        assert 15 < (at.next_run_at - at.updated_at).total_seconds() < 25
    look(waiting)
    failed(waiting, "lost", raw="404")
    assert len(google.requests_to("get")) == 3


def test_two_look_ups_that_find_nothing_are_no_loss(google, waiting, drafted):
    google.script("get", "404", "404")
    settle(waiting)
    drafted(waiting, missing_count=2)


def test_past_its_deadline_a_video_is_refunded_and_the_provider_asked_to_stop(google, waiting, failed):
    """JOB-07"""
    google.script("get", *["in_progress"] * 9)
    look(waiting)
    change(waiting, deadline_at=now() - timedelta(seconds=1))
    look(waiting)
    failed(waiting, "timed_out")
    assert len(google.requests_to("cancel")) == 1
    assert google.submits == {KELP: 1}


def test_the_sweeper_leaves_a_video_past_its_deadline_to_the_look_up_for_a_while(google, waiting, failed):
    change(waiting, deadline_at=now() - timedelta(seconds=5))
    sweeping.sweep()
    assert row(waiting).step == "waiting"
    change(waiting, deadline_at=now() - timedelta(seconds=40))
    sweeping.sweep()
    failed(waiting, "timed_out")


def test_a_provider_that_wants_an_hour_s_rest_is_looked_at_by_the_deadline_at_the_latest(google, pushed, waiting):
    google.script("get", {"fault": "429", "seconds": 3600})
    look(waiting)
    at = row(waiting)
    assert at.next_run_at <= at.deadline_at + timedelta(seconds=1)


def test_a_video_that_takes_no_end_keeps_the_pace_of_its_look_ups(google, pushed, waiting):
    """JOB-06: 1 s doubling to 5 s, 10 s after the first minute."""
    google.script("get", *["in_progress"] * 9)
    pauses = []
    for _ in range(5):
        look(waiting)
        at = row(waiting)
        pauses.append((at.next_run_at - at.updated_at).total_seconds())
    change(waiting, submitted_at=now() - timedelta(seconds=61))
    look(waiting)
    at = row(waiting)
    pauses.append(round((at.next_run_at - at.updated_at).total_seconds()))
    for pause, allowed in zip(pauses, [1, 2, 4, 5, 5, 10], strict=True):
        assert 0.9 * allowed - 0.1 < pause < allowed + 0.1


def test_a_look_up_that_tells_nothing_new_pushes_nothing(google, pushed, waiting):
    google.script("get", "in_progress")
    before = row(waiting).version
    look(waiting)
    assert (row(waiting).version, row(waiting).lookups) == (before, 1)


def test_a_file_that_is_still_being_processed_is_waited_for(google, waiting, drafted):
    google.script("file", "processing", "processing")
    for _ in range(2):
        look(waiting)
        assert row(waiting).step == "waiting"
    settle(waiting)
    drafted(waiting)


def test_a_file_that_google_could_not_process_is_refunded(google, waiting, failed):
    google.script("file", "broken")
    settle(waiting)
    failed(waiting, "provider_error")


def test_an_address_on_another_host_is_never_asked(google, waiting, drafted):
    """I7: only the file's name is taken from the address."""
    google.script("get", "elsewhere")
    settle(waiting)
    drafted(waiting)
    assert {entry["endpoint"] for entry in google.requests} == {"create", "get", "file", "download"}


def test_one_round_takes_every_video_that_is_due_and_none_twice(google, pushed, ada):
    ada.give(60)
    videos = [ask(ada.id, kind="video") for _ in range(3)]
    for video in videos:
        step(row(video))
        make_due(video)
    claimed = watching.claim_due(50)
    assert {one.id for one in claimed} == set(videos)
    assert watching.claim_due(50) == []
    for one in claimed:
        findings.write([looking.look_up(one)])
    assert {row(video).step for video in videos} == {"fetching"}


def test_a_video_that_is_said_to_be_done_twice_is_fetched_once(google, pushed, waiting, drafted):
    """JOB-11: two look-ups of one claim, both answered."""
    make_due(waiting)
    (claimed,) = watching.claim_due(5)
    first, second = looking.look_up(claimed), looking.look_up(claimed)
    assert len(google.requests_to("get")) == 2
    findings.write([first])
    names = row(waiting).result["names"]
    findings.write([second])
    assert row(waiting).result["names"] == names
    settle(waiting)
    drafted(waiting)
    assert len(google.requests_to("download")) == 1
