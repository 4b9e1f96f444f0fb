"""Who dies, and when: a plan drawn by seed, carried out while work goes on."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from redis import RedisError

from tests.crashes import workplace
from tests.journeys import processes
from tests.journeys.house import eventually
from tests.soak.place import SETTINGS, Place

KILLS = {
    "work horse": 40, "watch role": 18, "submit or media role": 24, "web process": 12, "whole worker": 10,
    "whole web": 8, "Redis": 8, "supervisor": 5,
}  # fmt: skip
"""What is killed with -9, and how often in proportion."""
OTHERS = {"horse frozen past its lease": 4, "watch frozen past its lease": 3, "Redis wiped": 6, "provider away": 3}
"""What happens besides, once for every four kills."""
AWAY_SECONDS = 2.0
FROZEN_SECONDS = float(SETTINGS["lease_seconds"]) + 2.0


class Trouble:
    """Carries the plan out, one after the other, each when enough has been asked for."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.done: Counter[str] = Counter()
        self.lost: list[int] = []
        """Processes that outlived a killed supervisor."""
        wish = place.wish
        self._dice = random.Random(f"{wish.seed}/trouble")
        plan = _shares(KILLS, wish.kills) + _shares(OTHERS, wish.kills // 4)
        self._dice.shuffle(plan)
        self._plan = plan
        self._total = len(plan)
        self._frozen: list[tuple[float, int]] = []
        self._acts: dict[str, Callable[[], bool]] = {
            "work horse": lambda: self._kill(self._horse()),
            "watch role": lambda: self._kill(self._one(self._roles(watch=True))),
            "submit or media role": lambda: self._kill(self._one(self._roles(watch=False))),
            "web process": lambda: self._kill(self._one(processes.children(place.house.child("web")))),
            "whole worker": lambda: self._kill(place.house.child("worker")),
            "whole web": lambda: self._kill(place.house.child("web")),
            "Redis": lambda: self._kill(place.house.child("redis")),
            "supervisor": self._everything,
            "horse frozen past its lease": lambda: self._freeze(self._horse()),
            "watch frozen past its lease": lambda: self._freeze(self._one(self._roles(watch=True))),
            "Redis wiped": self._wipe,
            "provider away": self._send_away,
        }

    @property
    def missing(self) -> int:
        """How much of the plan is still to come."""
        return len(self._plan)

    def step(self, part: float) -> None:
        """Do what is due when `part` of the work (0 to 1) has been asked for; what cannot be done now comes later."""
        self.thaw()
        if not self.behind(part):
            return
        word = self._plan.pop()
        if self._acts[word]():
            self.done[word] += 1
        else:
            self._plan.insert(0, word)

    def behind(self, part: float) -> bool:
        """Whether less has happened than should have by now."""
        return bool(self._plan) and self._total - len(self._plan) < part * self._total

    def thaw(self, *, all: bool = False) -> None:
        """Let those go on whose lease is over by now."""
        due = [one for one in self._frozen if all or one[0] <= time.monotonic()]
        for one in due:
            self._frozen.remove(one)
            if self._is_ours(one[1]):
                processes.kill(one[1], signal.SIGCONT)

    def _kill(self, pid: int) -> bool:
        return self._is_ours(pid) and processes.kill(pid)

    def _freeze(self, pid: int) -> bool:
        if not self._is_ours(pid) or not processes.kill(pid, signal.SIGSTOP):
            return False
        self._frozen.append((time.monotonic() + FROZEN_SECONDS, pid))
        return True

    def _is_ours(self, pid: int) -> bool:
        """Numbers are given out again: only what stands below our supervisor now is touched."""
        return pid > 1 and pid in processes.below(self.place.house.pid)

    def _horse(self) -> int:
        """A fork that has a job."""
        until = time.monotonic() + 2.0
        while time.monotonic() < until:
            horses = [horse for role in self._roles(watch=False) for horse in processes.children(role)]
            if horses:
                return self._one(horses)
        return 0

    def _roles(self, *, watch: bool) -> list[int]:
        """The worker's roles, or the one that watches."""
        found, others = workplace.by_threads(self.place.house)
        if watch:
            return [found] if found else []
        return others

    def _one(self, pids: list[int]) -> int:
        return self._dice.choice(pids) if pids else 0

    def _everything(self) -> bool:
        """Kill -9 of the supervisor: nothing of it may be left, and the next one goes on where it was."""
        house = self.place.house
        family = house.kill()
        with suppress(AssertionError):
            eventually(lambda: not any(map(processes.is_alive, family)), 10)
        self.lost += [pid for pid in family if processes.is_alive(pid)]
        self._frozen.clear()
        house.start()
        return True

    def _wipe(self) -> bool:
        with suppress(RedisError), self.place.house.redis() as redis:
            redis.flushall()
            return True
        return False

    def _send_away(self) -> bool:
        return bool(self.place.ask_provider("/_control/away", {"seconds": AWAY_SECONDS}))


def _shares(weights: dict[str, int], number: int) -> list[str]:
    """`number` words in proportion to their weights, by largest remainder, so that even short plans are mixed."""
    total = sum(weights.values())
    exact = {word: number * weight / total for word, weight in weights.items()}
    plan = [word for word, share in exact.items() for _ in range(int(share))]
    rest = sorted(exact, key=lambda word: exact[word] % 1, reverse=True)
    return plan + rest[: number - len(plan)]
