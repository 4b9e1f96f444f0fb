"""The worker program in a running house: its roles, its messages, and how it ends."""

from __future__ import annotations

import importlib
import signal
import sqlite3
import time
import uuid

import pytest

from app import queue
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


def test_a_step_that_takes_too_long_is_cut_off_and_refunded(house: House, google: SlowGoogle, ada: Caller) -> None:
    """The end does not wait for a provider that hangs; the doubt costs the house, not the person."""
    assert ada.ask("A step without end [[slow:25]]") == 303
    eventually(lambda: found(house, "A step without end [[slow:25]]")["step"] == "submitting", what="the step")
    assert stopped(house) < 10
    # Two rounds of the sweeper: one finds the dead lease, the next that nobody could confirm.
    assert ends(house, "A step without end [[slow:25]]", "failed", 75)["error_code"] == "unconfirmed"
    assert google.submits["A step without end [[slow:25]]"] == 1


def stopped(house: House) -> float:
    """Ask the worker to stop; the seconds until nothing of it is left."""
    pid = eventually(lambda: house.child("worker"), what="the worker")
    family = [pid, *processes.below(pid)]
    begin = time.monotonic()
    processes.kill(pid, signal.SIGTERM)
    eventually(lambda: not any(map(processes.is_alive, family)), worker.WARM_SECONDS + 5, what="the worker's end")
    return time.monotonic() - begin
