"""`kinora run` itself killed, ended and started again in the same folder."""

from __future__ import annotations

import time

import pytest

from tests.crashes.slow_google import SlowGoogle
from tests.journeys import processes
from tests.journeys.caller import Caller
from tests.journeys.house import House, eventually

pytestmark = pytest.mark.slow
STATES = "SELECT prompt, state, step FROM creations ORDER BY id"


def test_a_house_that_was_killed_starts_again_and_finishes_everything(house: House, google: SlowGoogle) -> None:
    """Kill -9 of the supervisor in the middle of work: no process is left, and the next run just goes on (I4)."""
    ada = Caller(house.url, "ada_l").sign_up()
    house.give("ada_l", 1_000)
    google.video_seconds, google.slow = 2.0, {"download": 1.0}
    for number in range(3):
        assert ada.ask(f"Video {number}", "video") == 303
    eventually(lambda: any(row["step"] == "waiting" for row in house.rows(STATES)), what="a video at the provider")
    for number in range(6):
        assert ada.ask(f"Picture {number}") == 303
    family = house.kill()
    assert len(family) > 8
    eventually(lambda: not any(map(processes.is_alive, family)), 5, what="the end of all its processes")
    house.start()
    eventually(lambda: all(row["step"] is None for row in house.rows(STATES)), 60, what="the end of what was begun")
    ends = {row["prompt"]: row["state"] for row in house.rows(STATES)}
    assert len(ends) == 9
    # One or two may have stood between the request and the answer: nobody can know, so they are refunded.
    lost = [prompt for prompt, state in ends.items() if state != "draft"]
    assert len(lost) <= 2
    assert max(google.submits.values()) == 1
    house.clean()
    house.stop()


def test_ctrl_c_in_the_middle_of_work_ends_every_child(house: House, google: SlowGoogle) -> None:
    """Within the grace, and nothing is left; what was begun is finished by the next run."""
    ada = Caller(house.url, "ada_l").sign_up()
    google.video_seconds = 3.0
    assert ada.ask("A video", "video") == 303
    assert ada.ask("A picture [[slow:2]]") == 303
    eventually(lambda: any(row["step"] == "submitting" for row in house.rows(STATES)), what="a submit")
    assert house.stop() < 11
    house.start()
    eventually(lambda: all(row["step"] is None for row in house.rows(STATES)), 40, what="the end of what was begun")
    assert {row["state"] for row in house.rows(STATES)} == {"draft"}
    assert set(google.submits.values()) == {1}
    house.clean()


def test_a_web_process_that_dies_comes_back_and_forgets_nothing(house: House) -> None:
    """Whoever was logged in still is: sessions and creations are rows (I4)."""
    ada = Caller(house.url, "ada_l").sign_up()
    assert ada.ask("A picture") == 303
    killed, began = house.child("web"), time.monotonic()
    processes.kill(killed)
    eventually(lambda: house.child("web") not in (0, killed) and house.answers(), 20, what="another web")
    assert time.monotonic() - began < 15
    assert "A picture" in ada.get("/drafts")[1]
