"""The processes of a running worker, and which creation each of them holds."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from redis import RedisError
from rq import Worker

from app import queue
from tests.journeys import processes
from tests.journeys.house import House


@dataclass(frozen=True)
class Role:
    """One process of the worker, and the creation that its fork is busy with."""

    pid: int
    queue: str
    creation_id: str

    @property
    def horse(self) -> int:
        """The fork that does its current job, 0 when there is none."""
        return next(iter(processes.children(self.pid)), 0)


def roles(house: House, name: str = "") -> list[Role]:
    """The living roles of a house's worker, of one queue or of all: RQ's own register says who is who."""
    alive = set(processes.children(house.child("worker")))
    found = []
    with suppress(RedisError), house.redis() as redis:
        for worker in Worker.all(connection=redis):
            # A worker that was killed or has just begun may stand in the register without its queues.
            listens = next(iter(worker.queue_names()), "")
            if worker.pid in alive and name in ("", listens):
                found.append(Role(worker.pid, listens, _creation(worker.get_current_job_id())))
    return found


def watcher(house: House) -> int:
    """The process of the watch loop, 0 when there is none just now."""
    found = roles(house, queue.WATCH_QUEUE)
    return found[0].pid if found else 0


def by_threads(house: House) -> tuple[int, list[int]]:
    """The process of the watch loop, 0 when there is none, and those that fork for each job.

    Without RQ's register, which is gone when Redis was wiped: the loop looks up in threads, the others have RQ's one.
    """
    found = sorted(processes.children(house.child("worker")), key=processes.threads)
    if not found or processes.threads(found[-1]) < 3:
        return 0, found
    return found[-1], found[:-1]


def stored(house: House, creation_id: str) -> bool:
    """Whether the creation's file lies in the data folder under its final name."""
    row = house.row(creation_id)
    name = row["result"].partition('"media": "')[2].partition('"')[0] if row["result"] else ""
    return bool(name) and any(Path(house.data).glob(f"*/{row['kind']}s/{name}.*"))


def _creation(job_id: str | None) -> str:
    """The creation in a job's name: `submit-<id>-<random>`."""
    part = (job_id or "").partition("-")[2][:36]
    with suppress(ValueError):
        return str(uuid.UUID(part))
    return ""
