"""One run from the first request to the verdict."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.soak.member import Member
from tests.soak.place import Place, Wish, opened
from tests.soak.trouble import Trouble
from tests.soak.verdict import LONGEST_LIST, Verdict

MEMBERS = 8
BACKLOG = 40
"""So many unfinished creations are enough; the others wait to be asked for, so that queues do not grow old."""
SETTLE_SECONDS = 300.0
"""At the end nothing is killed any more: after this long everything has to be settled, whatever happened to it."""
PROGRESS_SECONDS = 15.0
BREAKER_SECONDS = 1.0
"""For how long a model may rest. Left alone it would rest for most of the time, and a run take all day."""
LOCAL_EVERY, LOCAL_FOR = 500, 12
"""Of so many creations so many are drawn by the renderer in this house."""
OK, BROKEN, LATE = 0, 1, 2
Say = Callable[[str], None]


class Soak:
    """The people, the trouble, and the clock."""

    def __init__(self, place: Place, say: Say) -> None:
        self.place = place
        self.say = say
        self.begun = time.monotonic()
        self._count = itertools.count(1)
        self._asked = 0
        self._clear = threading.Event()
        self._over = threading.Event()
        self._said = float("-inf")
        self._maker = "google"
        self._closed = time.monotonic()
        self._breakers = 0
        self.members = [Member(place, f"member_{number}", self._next, self._clear) for number in range(MEMBERS)]
        self.trouble = Trouble(place)
        self._threads = [threading.Thread(target=member.live, daemon=True) for member in self.members]

    def run(self) -> int:
        """Do it all, and print the table; the exit code."""
        for member in self.members:
            member.join()
        self.begun = time.monotonic()
        for thread in self._threads:
            thread.start()
        in_time = self._work()
        settled = self._settle()
        took = time.monotonic() - self.begun
        verdict = Verdict(self.place, self.members)
        violations = verdict.reach() if settled else [one for member in self.members for one in member.wrong]
        if self.trouble.lost:
            violations.append(f"{len(self.trouble.lost)} processes outlived their supervisor")
        self._table(verdict, took)
        for words in violations[:LONGEST_LIST]:
            self.say(f"VIOLATION {words}")
        self.say(f"{len(violations)} violations, seed {self.place.wish.seed}{'' if in_time else ', the time was over'}")
        return BROKEN if violations else OK if in_time and settled else LATE

    def _work(self) -> bool:
        """Until everything was asked for and all trouble is over; False when the time was."""
        in_time = True
        while any(thread.is_alive() for thread in self._threads) or (in_time and self.trouble.missing):
            self._look()
            in_time = in_time and not self._time_over()
            if in_time:
                self.trouble.step(self._part)
            else:
                self.trouble.thaw(all=True)
            time.sleep(0.2)
        self.trouble.thaw(all=True)
        return in_time

    def _settle(self) -> bool:
        until = time.monotonic() + SETTLE_SECONDS
        while self._look():
            if time.monotonic() > until:
                return False
            time.sleep(0.2)
        return True

    def _time_over(self) -> bool:
        over = time.monotonic() - self.begun > self.place.wish.minutes * 60
        if over:
            self._over.set()
        return over

    @property
    def _part(self) -> float:
        return min(1.0, self._asked / self.place.wish.generations)

    def _look(self) -> int:
        """How many creations are unfinished; whoever waits to ask for more is told whether to."""
        counts = self.place.counts()
        unfinished = sum(counts.get(step, 0) for step in ("queued", "submitting", "waiting", "unknown", "fetching"))
        # Trouble that is behind waits for work to meddle with; work that is ahead waits for it.
        if self._over.is_set() or unfinished < (BACKLOG // 4 if self.trouble.behind(self._part) else BACKLOG):
            self._clear.set()
        else:
            self._clear.clear()
        maker = "local" if self._asked % LOCAL_EVERY >= LOCAL_EVERY - LOCAL_FOR else "google"
        if maker != self._maker:
            self._maker = maker
            self.place.choose(maker)
        if time.monotonic() - self._closed > BREAKER_SECONDS:
            self._closed = time.monotonic()
            self._breakers += self.place.close_breakers()
        if time.monotonic() - self._said > PROGRESS_SECONDS:
            self._said = time.monotonic()
            self.say(f"{time.monotonic() - self.begun:5.0f} s: {self._asked} asked, {_listed(counts)}, "
                     f"{sum(self.trouble.done.values())} troubles")  # fmt: skip
        return unfinished

    def _next(self) -> int | None:
        number = next(self._count)
        # A kill needs somebody at work: the last ones are asked for until all of it has happened.
        enough = number > self.place.wish.generations and not self.trouble.missing
        if enough or self._over.is_set():
            return None
        self._asked = max(self._asked, number)
        return number

    def _table(self, verdict: Verdict, took: float) -> None:
        wish, report, ends = self.place.wish, verdict.report, verdict.ends()
        calls, mishaps = sum(report["calls"].values()), sum(report["mishaps"].values())
        failed = sum(row.state == "failed" for row in verdict.rows.values())
        statuses = sum((member.statuses for member in self.members), Counter())
        for name, words in (
            ("generations", f"{len(verdict.rows)} of {wish.generations} on {wish.database}"),
            ("time", f"{took:.0f} s, {len(verdict.rows) / took:.2f} a second"),
            ("provider calls", f"{calls}, {mishaps} of them faulty ({mishaps / max(1, calls):.0%})"),
            ("faults", _listed(report["mishaps"])),
            ("kills and other trouble", f"{sum(self.trouble.done.values())}: {_listed(self.trouble.done)}"),
            ("breakers found open", str(self._breakers)),
            ("answers", f"{_listed(statuses)}; {sum(one.resent for one in self.members)} times none"),
            ("ends", _listed(ends)),
            ("refunds", str(failed)),
            ("orphans", f"{verdict.orphans()} accepted by the provider, never shown, refunded"),
            ("said to be done again", str(report["done_again"])),
            ("longest until settled", f"{verdict.longest():.0f} s"),
        ):
            self.say(f"{name:24} {words}")


def soak(folder: Path, wish: Wish, say: Say) -> int:
    """Run in a folder of its own; 0 when all held, 1 for a violation, 2 when the time was over."""
    plan = f"{wish.generations} generations, {wish.kills} kills, {wish.faults:.0%} faults, {wish.database}"
    say(f"seed {wish.seed}: {plan}")
    with opened(folder, wish) as place:
        return Soak(place, say).run()


def _listed(counts: dict[str, int] | Counter[str]) -> str:
    return ", ".join(f"{number} {word}" for word, number in sorted(counts.items(), key=lambda one: -one[1])) or "none"
