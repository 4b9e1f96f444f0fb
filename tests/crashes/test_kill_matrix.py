"""Kill -9 of whoever holds a creation, at every point of its life, many times over."""

from __future__ import annotations

import itertools
import os
import random
import time
from collections import Counter

import pytest

from tests.crashes.killer import Killer
from tests.crashes.slow_google import SlowGoogle
from tests.journeys.caller import Caller
from tests.journeys.house import House, eventually

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
KILLS = 20
UNFINISHED = "SELECT count(*) AS n FROM creations WHERE step IS NOT NULL"


def test_every_creation_ends_once_whatever_is_killed(house: House, google: SlowGoogle) -> None:
    """Nothing is lost, refunded twice or submitted twice, and the house itself stays up (JOB-09, JOB-12, I2, I3)."""
    seed = int(os.environ.get("KILL_SEED") or time.time())
    killer = Killer(house, random.Random(seed), KILLS)
    ada = Caller(house.url, "ada_l").sign_up()
    house.give("ada_l", 20_000)
    google.video_seconds, google.slow = 6.0, {"get": 1.0, "download": 0.7}
    supervisor, begin, numbers = house.pid, time.monotonic(), itertools.count(1)
    while killer.missing:
        _keep_busy(killer, google, ada, numbers)
        killer.strike()
        assert time.monotonic() - begin < 240, f"seed {seed}: {killer.by_point}\n{house.words()}"
    google.slow, google.video_seconds = {}, 0.0
    took = time.monotonic() - begin
    eventually(lambda: not house.rows(UNFINISHED)[0]["n"], 90, what="the end of every creation")
    settled = time.monotonic() - begin - took
    ends = Counter(row["state"] for row in house.rows("SELECT state FROM creations"))
    print(f"\nseed {seed}: {dict(killer.by_point)} by {dict(killer.by_victim)} in {took:.0f} s,"  # noqa: T201
          f" {dict(ends)} {settled:.0f} s later")  # fmt: skip
    assert house.pid == supervisor
    assert house.answers()
    assert set(ends) == {"draft", "failed"}
    assert not google.violations
    _once(house, google)
    house.clean()
    house.stop()


def _keep_busy(killer: Killer, google: SlowGoogle, ada: Caller, numbers: itertools.count[int]) -> None:
    """Enough of everything for the points that still miss kills, and not so much that they have to wait for it."""
    missing = set(killer.missing)
    if "fetching" not in missing:
        google.slow.pop("download", None)
    if killer.count("queued") >= 6:
        return
    if {"waiting", "looking"} & missing and killer.count("waiting") < 6:
        assert ada.ask(f"Video {next(numbers)}", "video") == 303
    if "submitting" in missing:
        assert ada.ask(f"Picture {next(numbers)} [[slow:3]]") == 303
    if {"pending", "fetching", "stored"} & missing:
        for _ in range(3):
            assert ada.ask(f"Picture {next(numbers)}") == 303


def _once(house: House, google: SlowGoogle) -> None:
    """Each was sent to the provider at most once; the drafts exactly once; a failed one was refunded once."""
    assert max(google.submits.values()) == 1
    for row in house.rows("SELECT prompt, state, error_code FROM creations"):
        if row["state"] == "draft":
            assert google.submits[row["prompt"]] == 1, row["prompt"]
        else:
            assert row["error_code"] in {"unconfirmed", "timed_out"}, dict(row)
    refunds = house.rows("SELECT creation_id FROM ledger_entries WHERE type LIKE '%refund%'")
    failed = house.rows("SELECT id FROM creations WHERE state = 'failed'")
    assert Counter(row["creation_id"] for row in refunds) == Counter(row["id"] for row in failed)
