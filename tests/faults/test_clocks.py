"""A machine whose clock is an hour off, and right again a moment later, either way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.freezer import FreezingGoogle
from tests.journeys.caller import Caller
from tests.journeys.house import ROOT, House, eventually, with_google

pytestmark = pytest.mark.slow
HOUR = 3600
CREATIONS = "SELECT id, prompt, state, step, error_code FROM creations"


class MovableHouse(House):
    """A house whose clock can be moved while it runs."""

    def __init__(self, folder: Path, template: Path, **environ: str) -> None:
        self.clock = folder / "clock"
        self.clock.write_text("0")
        path = f"{ROOT / 'tests' / 'faults' / 'clock'}"
        super().__init__(folder, template, PYTHONPATH=path, KINORA_TEST_CLOCK=str(self.clock), **environ)

    def move_clock(self, seconds: int) -> None:
        """From now on it is this many seconds off."""
        new = self.clock.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self.clock)


@pytest.fixture
def house(tmp_path: Path, sqlite_template: Path, google: FreezingGoogle) -> Iterator[MovableHouse]:
    """A house of this test's own."""
    house = MovableHouse(tmp_path, sqlite_template, **with_google(google))
    house.configure(lease_seconds=2, unconfirmed_seconds=2, sweep_seconds=2, video_concurrent_limit=1000)
    with house:
        yield house


def test_a_clock_that_is_an_hour_off_and_right_again_charges_refunds_and_sends_nothing_twice(
    house: MovableHouse, google: FreezingGoogle
) -> None:
    """It may end what was begun too early; afterwards leases and deadlines mean again what they say."""
    ada = Caller(house.url, "ada_l").sign_up()
    house.give("ada_l", 10_000)
    google.video_seconds = 3.0
    asked: list[str] = []
    for name, seconds in (("ahead", HOUR), ("right", 0), ("behind", -HOUR), ("right again", 0)):
        _ask(ada, asked, f"before it is {name}")
        eventually(lambda: _count(house, "step = 'waiting'"), 20, what="a video at the provider")
        house.move_clock(seconds)
        _ask(ada, asked, f"while it is {name}")
    eventually(
        lambda: not _count(house, "step IS NOT NULL"), 120, what=f"the end of all\n{_rows(house)}{house.words()}"
    )
    ends = Counter((row["state"], row["error_code"]) for row in house.rows(CREATIONS))
    print(f"\n{dict(ends)}")  # noqa: T201
    assert sum(ends.values()) == len(asked)
    # What each step is called when its deadline has passed.
    too_early = {("failed", code) for code in ("timed_out", "unconfirmed", "busy", "result_unavailable")}
    assert set(ends) <= {("draft", None), *too_early}
    assert max(google.submits.values()) == 1
    entries = house.rows("SELECT creation_id, amount < 0 AS debit FROM ledger_entries WHERE creation_id IS NOT NULL")
    assert max(Counter((row["creation_id"], row["debit"]) for row in entries).values()) == 1
    # The last ones were made by a clock that was right from their beginning to their end.
    assert {row["state"] for row in house.rows(CREATIONS) if "while it is right again" in row["prompt"]} == {"draft"}
    house.clean()


def _ask(ada: Caller, asked: list[str], when: str) -> None:
    for kind in ("image", "video"):
        asked.append(f"{kind} {when}")
        assert ada.ask(asked[-1], kind) == 303


def _count(house: House, where: str) -> int:
    return int(house.rows(f"SELECT count(*) AS n FROM creations WHERE {where}")[0]["n"])  # noqa: S608 - words of this file


def _rows(house: House) -> str:
    return "\n".join(str(dict(row)) for row in house.rows(CREATIONS))
