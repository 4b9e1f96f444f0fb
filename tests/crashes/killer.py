"""Kill -9 at observed points: a process is frozen, the database says where its creation is, then it is killed."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Callable

from app import queue
from tests.crashes import workplace
from tests.journeys import processes
from tests.journeys.house import House

POINTS = ("pending", "submitting", "waiting", "looking", "fetching", "stored")
WHOLE_WORKER = 10
"""Which kill of a point takes the whole worker with it."""


class Killer:
    """Kills whichever process holds a creation, until each point has had its kills."""

    def __init__(self, house: House, dice: random.Random, kills: int) -> None:
        self.house = house
        self.dice = dice
        self.kills = kills
        self.by_point: Counter[str] = Counter()
        self.by_victim: Counter[str] = Counter()
        self._strikes: dict[str, Callable[[], bool]] = {
            "pending": self._pending,
            "submitting": self._submitting,
            "waiting": lambda: self._watched("waiting", "lease_token IS NULL"),
            "looking": lambda: self._watched("looking", "lease_token IS NOT NULL"),
            "fetching": self._fetching,
            "stored": self._stored,
        }

    @property
    def missing(self) -> list[str]:
        """The points that have not had all their kills."""
        return [point for point in POINTS if self.by_point[point] < self.kills]

    def strike(self) -> bool:
        """Try the points that still miss kills, in random order; whether one could be done."""
        struck = [self._strikes[point]() for point in self.dice.sample(self.missing, len(self.missing))]
        return any(struck)

    def count(self, state: str, where: str = "1") -> int:
        """How many creations are in a step now."""
        return int(self.house.rows(f"SELECT count(*) AS n FROM creations WHERE step = ? AND {where}", state)[0]["n"])  # noqa: S608 - words of this file

    def _pending(self) -> bool:
        """A fork has its job's message and has not claimed the row (between T0 and T1)."""
        return self._catch("pending", queue.SUBMIT_QUEUE, lambda row, _: row["step"] == "queued", spin=0.3)

    def _submitting(self) -> bool:
        """The provider has the request; nobody knows its answer (between T1 and T2)."""
        return self._catch("submitting", queue.SUBMIT_QUEUE, lambda row, _: row["step"] == "submitting")

    def _fetching(self) -> bool:
        """On the way to us or being verified (between T6 and the file)."""
        time.sleep(self.dice.uniform(0, 0.1))
        return self._catch("fetching", queue.MEDIA_QUEUE, lambda row, there: row["step"] == "fetching" and not there)

    def _stored(self) -> bool:
        """The file is in the data folder, the row does not say so yet (before T7)."""
        for role in workplace.roles(self.house, queue.MEDIA_QUEUE):
            until = time.monotonic() + 1.0
            while role.creation_id and role.horse and time.monotonic() < until:
                if workplace.stored(self.house, role.creation_id):
                    return self._catch(
                        "stored", queue.MEDIA_QUEUE, lambda row, there: row["step"] == "fetching" and there
                    )
        return False

    def _watched(self, point: str, where: str) -> bool:
        """The provider has accepted; the watch loop is between two look-ups, or in one."""
        pid = workplace.watcher(self.house)
        if not pid or not self.count("waiting", where):
            return False
        return self._kill(point, [pid], {0: "watch role"})

    def _catch(self, point: str, name: str, at_point: Callable[..., bool], spin: float = 0.0) -> bool:
        """Freeze the forks of a queue one after the other; kill the first that is at the point."""
        until = time.monotonic() + spin
        while True:
            for role in workplace.roles(self.house, name):
                if role.horse and self._frozen_at(point, role, at_point):
                    return True
            if time.monotonic() >= until:
                return False

    def _frozen_at(self, point: str, role: workplace.Role, at_point: Callable[..., bool]) -> bool:
        horse = role.horse
        if not horse or not processes.kill(horse, signal.SIGSTOP):
            return False
        # Only now, while it stands still, does it count what the job is and where its creation stands.
        held = next((one for one in workplace.roles(self.house, role.queue) if one.pid == role.pid), role)
        if held.creation_id and held.horse == horse:
            row = self.house.row(held.creation_id)
            if at_point(row, workplace.stored(self.house, held.creation_id)):
                return self._kill(point, [horse, role.pid], {0: "work horse", 1: "its RQ parent"})
        processes.kill(horse, signal.SIGCONT)
        return False

    def _kill(self, point: str, pids: list[int], names: dict[int, str]) -> bool:
        """Every fourth time the parent of the one that was found, once the whole worker; False when it had gone."""
        number = self.by_point[point] + 1
        place = 1 if number % 4 == 0 and len(pids) > 1 else 0
        pid, victim = pids[place], names[place]
        if number == WHOLE_WORKER:
            pid, victim = self.house.child("worker"), "whole worker"
        if not pid or not processes.kill(pid):
            processes.kill(pids[0], signal.SIGCONT)
            return False
        self.by_point[point] = number
        self.by_victim[victim] += 1
        return True
