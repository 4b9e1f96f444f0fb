"""What a worker's processes do: one watches, some submit, some fetch and render."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

from redis import Redis, RedisError
from rq import Queue, SimpleWorker, Worker
from sqlalchemy.exc import SQLAlchemyError

from app import queue
from app.extensions import config, db
from app.generation import stopping
from app.supervising.leash import die_with_parent
from jobs import upkeep, watching
from jobs.application import application

WITHOUT_REDIS_SECONDS = 5.0
IMPATIENCE = 2.0
"""Seconds after which a Redis that says nothing counts as away."""
LISTEN_SECONDS = 30
"""How long RQ lets a worker wait for a message in one go, and a little: so much later does one that waits for a Redis
whose machine has vanished begin anew."""
ONE_CTRL_C = 1.0
"""Seconds within which two signals are one: a terminal sends it to all, and the worker hands it on."""
log = logging.getLogger(__name__)


class ForkWorker(Worker):
    """RQ's worker that forks for each job; the fork ends with it, so that nothing works on unseen."""

    _asked_at = 0.0
    max_connection_wait_time = 5.0
    """Between two looks for a Redis that is away: RQ's own minute would be added to every outage."""

    def main_work_horse(self, *args: Any, **kwargs: Any) -> None:
        die_with_parent(signal.SIGKILL, parent=self.pid)
        with application().app_context():
            # Connections do not survive a fork; the parent has none, this makes sure of it.
            db.engine.dispose(close=False)
        super().main_work_horse(*args, **kwargs)

    def setup_work_horse_signals(self) -> None:
        super().setup_work_horse_signals()  # type: ignore[no-untyped-call]
        stopping.listen()

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Asked to stop: so is the fork, which has its grace and then gives its step back."""
        self._asked_at = time.monotonic()
        self._tell_fork()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def request_force_stop(self, signum: int, frame: FrameType | None) -> None:
        """Asked again: the fork shall leave its step now. RQ would kill it, and its lease would have to run out."""
        if not self.horse_pid:
            super().request_force_stop(signum, frame)
        elif time.monotonic() - self._asked_at > ONE_CTRL_C:
            self._tell_fork()

    def _tell_fork(self) -> None:
        if self.horse_pid:
            with suppress(ProcessLookupError):
                os.kill(self.horse_pid, signal.SIGTERM)


class WatchWorker(SimpleWorker):
    """RQ's worker without forks, whose one job also ends when the process is asked to stop."""

    connection_timeout = IMPATIENCE  # type: ignore[assignment]
    """It never waits for a message, so a Redis that says nothing is away."""

    def request_stop(self, signum: Any, frame: Any) -> None:
        watching.STOP.set()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]


def work(name: str) -> None:
    """Take jobs from one queue until asked to stop."""
    worker = ForkWorker([name], connection=_connection(), worker_ttl=LISTEN_SECONDS, job_monitoring_interval=5)
    worker.work(logging_level="WARNING")


def watch() -> None:
    """Keep the watch loop running, by RQ while Redis is there and without it while it is not."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: watching.STOP.set())
    tidied = time.monotonic()
    while not watching.STOP.is_set():
        try:
            jobs = Queue(queue.WATCH.queue, connection=_connection(socket_timeout=IMPATIENCE))
            if not jobs.count:
                jobs.enqueue_call(queue.WATCH.name, timeout=queue.WATCH.timeout, result_ttl=0, failure_ttl=3600)
            WatchWorker([jobs], connection=jobs.connection).work(burst=True, logging_level="WARNING")
        except RedisError as error:
            log.warning("Redis is away (%s): watching without it", type(error).__name__)
            watching.watch(WITHOUT_REDIS_SECONDS)
        if time.monotonic() - tidied > upkeep.EVERY_SECONDS:
            tidied = time.monotonic()
            _try(upkeep.tidy)
        _try(upkeep.ring_at_night)


def _try(work: Callable[[], None]) -> None:
    try:
        work()
    except SQLAlchemyError as error:
        log.warning("%s left for later: %s", work.__name__, type(error).__name__)


def _connection(**options: Any) -> Redis:
    """A connection that may wait for work as long as it takes; requests use another, impatient one."""
    with application().app_context():
        return Redis.from_url(config().redis_url or "redis://127.0.0.1:6379/0", health_check_interval=30, **options)


def exit_code(status: int) -> int:
    """The exit code in a wait status, negative for a signal."""
    return os.waitstatus_to_exitcode(status)
