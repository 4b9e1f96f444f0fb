"""The worker program in a running house: its roles, its messages, and how it ends."""

from __future__ import annotations

import importlib
import signal
import sqlite3
import time
import uuid

import pytest

from app import queue
from app.settings import store
from jobs import worker
from tests.crashes import workplace
from tests.crashes.slow_google import SlowGoogle
from tests.journeys import processes
from tests.journeys.caller import Caller
from tests.journeys.house import House, eventually


def found(house: House, prompt: str) -> sqlite3.Row:
    """The creation with this prompt."""
    return house.rows("SELECT * FROM creations WHERE prompt = ?", prompt)[0]


def ends(house: House, prompt: str, state: str, seconds: float = 60) -> sqlite3.Row:
    """Wait until the creation has settled; it must have ended like this."""
    eventually(lambda: found(house, prompt)["step"] is None, seconds, what=f"the end of {prompt}")
    assert found(house, prompt)["state"] == state
    return found(house, prompt)


@pytest.mark.parametrize("job", queue.JOBS, ids=lambda job: job.name)
def test_every_message_names_a_function(job: queue.Job) -> None:
    """`app` knows jobs by name only; here the name is followed."""
    module, _, name = job.name.rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))


def test_a_worker_watches_submits_and_fetches_in_processes_of_their_own(house: House) -> None:
    """So that none waits for another."""
    wanted = {queue.WATCH_QUEUE: 1, queue.SUBMIT_QUEUE: 2, queue.MEDIA_QUEUE: 2}
    eventually(lambda: len(workplace.roles(house)) == 5, what="five roles")
    assert {name: len(workplace.roles(house, name)) for name in wanted} == wanted


def test_messages_that_come_three_times_and_in_disorder_do_no_harm(
    house: House, google: SlowGoogle, ada: Caller
) -> None:
    """A message is a hint: the row decides (I5)."""
    assert ada.ask("Thrice [[slow:1]]") == 303
    creation_id = uuid.UUID(found(house, "Thrice [[slow:1]]")["id"])
    queue.connect(house.redis_url)
    for job in (queue.FETCH, queue.SUBMIT, queue.RENDER, queue.SUBMIT, queue.FETCH):
        queue.enqueue(job, creation_id)
    ends(house, "Thrice [[slow:1]]", "draft")
    assert google.submits["Thrice [[slow:1]]"] == 1


def test_a_wiped_redis_delays_and_loses_nothing(house: House, google: SlowGoogle, ada: Caller) -> None:
    """FLUSHALL with work at every step (I5)."""
    google.video_seconds = 2.0
    prompts = [f"Before the flood {number}" for number in range(4)]
    assert ada.ask("A video before the flood", "video") == 303
    for prompt in prompts:
        assert ada.ask(prompt) == 303
    with house.redis() as redis:
        redis.flushall()
    for prompt in ("A video before the flood", *prompts):
        ends(house, prompt, "draft")
        assert google.submits[prompt] == 1


def test_a_killed_redis_delays_and_loses_nothing(house: House, ada: Caller) -> None:
    """The supervisor brings it back, the worker finds it again."""
    assert ada.ask("A picture, then no Redis") == 303
    killed = house.child("redis")
    processes.kill(killed)
    ends(house, "A picture, then no Redis", "draft")
    eventually(lambda: house.child("redis") not in (0, killed), what="another Redis")


def test_a_worker_that_is_asked_to_stop_finishes_its_step(house: House, google: SlowGoogle, ada: Caller) -> None:
    """SIGTERM: no new work, the current step is finished, the end within 10 s."""
    assert ada.ask("A step in hand [[slow:2]]") == 303
    eventually(lambda: found(house, "A step in hand [[slow:2]]")["step"] == "submitting", what="the step")
    assert stopped(house) < 10
    ends(house, "A step in hand [[slow:2]]", "draft")
    assert google.submits["A step in hand [[slow:2]]"] == 1


def held(house: House, prompt: str, step: str) -> bool:
    """Whether a worker is busy with this step of a creation."""
    row = found(house, prompt)
    return row["step"] == step and row["lease_token"] is not None


def test_what_takes_too_long_is_cut_off_at_the_end_and_none_of_it_is_lost_or_sent_twice(
    house: House, google: SlowGoogle, ada: Caller
) -> None:
    """The end waits neither for a provider that hangs, nor for a download that trickles, nor for a long drawing."""
    submit, download, drawing = "A step without end [[slow:25]]", "A trickle", "A harbour at dusk"
    google.video_seconds = 0.0
    google.script("download", {"fault": "drip", "seconds": 0.2})
    assert ada.ask(download, "video") == 303
    eventually(lambda: held(house, download, "fetching") and google.requests_to("download"), what="the download")
    # Leases from now on are of two minutes, which would be waited for longer than this test waits.
    house.configure(video_provider='"local"', video_model='""', lease_seconds=120)
    time.sleep(store.FRESH_SECONDS)
    assert ada.ask(submit) == 303
    assert ada.ask(drawing, "video", duration="6") == 303
    # What is claimed and was not sent yet would be sent by the next worker.
    eventually(lambda: google.submits[submit] and held(house, drawing, "waiting"), what="both steps")
    assert stopped(house) < 10
    left = {prompt: found(house, prompt) for prompt in (submit, download, drawing)}
    # The next worker finds it in the row, and by then every process has read it.
    house.configure(video_provider='""', lease_seconds=3)
    _is_doubted_and_refunded(house, submit, left[submit])
    _is_given_back_and_made(house, download, left[download])
    _is_given_back_and_made(house, drawing, left[drawing])
    assert (google.submits[submit], google.submits[download], google.submits[drawing]) == (1, 1, 0)


def _is_doubted_and_refunded(house: House, prompt: str, left: sqlite3.Row) -> None:
    """The doubt costs the house, not the person."""
    # Its worker has said so itself: no dead lease has to be found first.
    assert left["step"] == "unknown"
    assert ends(house, prompt, "failed")["error_code"] == "unconfirmed"


def _is_given_back_and_made(house: House, prompt: str, left: sqlite3.Row) -> None:
    """Its lease need not run out, and nothing half made is kept. A quick machine may have drawn it within the grace."""
    free = {("waiting", None, 0), ("fetching", None, 0)}
    assert left["state"] == "draft" or (left["step"], left["lease_token"], left["fetch_tries"]) in free
    ends(house, prompt, "draft", 90)


def test_each_role_ends_in_time_when_it_alone_is_asked_to(house: House, google: SlowGoogle, ada: Caller) -> None:
    """Also while a provider hangs; the worker starts it again."""
    google.slow = {"get": 20.0, "image": 25.0}
    assert ada.ask("A look-up without end", "video") == 303
    eventually(lambda: held(house, "A look-up without end", "waiting"), what="the look-up")
    assert ada.ask("A submit without end") == 303
    eventually(lambda: google.submits["A submit without end"], what="the submit")
    eventually(lambda: len(workplace.roles(house)) == 5, what="five roles")
    asked = {role.pid: role.queue for role in workplace.roles(house)}
    for pid in asked:
        processes.kill(pid, signal.SIGTERM)
    begin = time.monotonic()
    eventually(lambda: not any(map(processes.is_alive, asked)), 20, what="the end of the roles")
    assert time.monotonic() - begin < 10
    google.slow = {}
    ends(house, "A look-up without end", "draft")
    assert ends(house, "A submit without end", "failed")["error_code"] == "unconfirmed"
    assert max(google.submits.values()) == 1
    eventually(lambda: len(workplace.roles(house)) == 5, what="five roles again")


def stopped(house: House) -> float:
    """Ask the worker to stop; the seconds until nothing of it is left."""
    pid = eventually(lambda: house.child("worker"), what="the worker")
    family = [pid, *processes.below(pid)]
    begin = time.monotonic()
    processes.kill(pid, signal.SIGTERM)
    eventually(lambda: not any(map(processes.is_alive, family)), worker.WARM_SECONDS + 5, what="the worker's end")
    return time.monotonic() - begin
