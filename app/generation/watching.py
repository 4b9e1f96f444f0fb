"""The watch loop: looks up what providers are making, thousands at a time, from rows alone.

Waiting is never a job per video. The loop claims as many due rows as its threads can take, the threads ask the
providers, and the loop writes what they found, many in one transaction. So a provider that hangs holds its own share of
the threads and nothing else. A crash costs one lease.
"""

from __future__ import annotations

import logging
import threading
import time
from queue import Empty, SimpleQueue
from typing import Any

from flask import Flask
from redis import RedisError
from sqlalchemy import func, select, update
from sqlalchemy.exc import SQLAlchemyError

from app.catalogue import choosing
from app.creations.clock import from_now
from app.creations.models import Creation
from app.creations.states import Step
from app.extensions import OUTAGES, db, transaction
from app.generation import findings, leases, looking, positions, sweeping
from app.generation.budgets import REST_SECONDS, Budget
from app.generation.crew import Crew
from app.generation.looking import Finding, StillWaiting
from app.settings import store

BEAT_SECONDS = 0.1
"""Between two rounds, so that what is found meanwhile is written together."""
TICK_SECONDS = 0.5
"""The longest sleep: what becomes due meanwhile was perhaps put there by another process."""
GRACE_SECONDS = 4.0
"""What look-ups that are under way may take to end when the process is asked to stop."""
THREADS = 192
"""A provider has half of them at most, and 96 look-ups of 150 ms at a time are 640 in a second. They are started when
they are needed, and an idle one costs next to nothing."""
BATCH = 200
log = logging.getLogger(__name__)


class WatchLoop:
    """The watch loop of a process; `run` it again and again. Look-ups go on between two runs."""

    def __init__(self, app: Flask, stop: threading.Event, threads: int = THREADS) -> None:
        """`stop` ends it for good: what was not begun is given back."""
        self._app = app
        self._stop = stop
        self._crew = Crew(threads, self._look_up)
        self._found: SimpleQueue[Finding] = SimpleQueue()
        self._unheard: list[Finding] = []
        self._unwritten: list[Finding] = []
        self._budgets: dict[str, Budget] = {}
        self._renewed_at = self._overdue_at = time.monotonic()

    def run(self, seconds: float) -> None:
        """Look up and sweep until the time is over. A database or Redis that is down delays it, no more."""
        ends = time.monotonic() + seconds
        over = threading.Event()
        sweeper = threading.Thread(target=self._sweep, args=(over,), name="sweeper", daemon=True)
        sweeper.start()
        try:
            while time.monotonic() < ends and not self._stop.is_set():
                self._rest(self._round())
        finally:
            over.set()
            if self._stop.is_set():
                self._give_back()
            sweeper.join(1.0)

    def _round(self) -> float:
        """Write, renew, claim; the seconds until there is something to claim."""
        try:
            with self._app.app_context():
                self._write()
                self._renew()
                return self._claim()
        except (SQLAlchemyError, RedisError) as error:
            log.warning("watch loop waits for a dependency: %s", type(error).__name__)
            self._stop.wait(1.0)
            return 0.0

    def _rest(self, seconds: float) -> None:
        """Sleep until the next round: until something is due or found, a beat at least and a tick at most."""
        self._stop.wait(BEAT_SECONDS)
        try:
            self._unheard.append(self._found.get(timeout=max(0.0, min(seconds, TICK_SECONDS) - BEAT_SECONDS)))
        except Empty:
            return

    def _look_up(self, row: Any) -> None:
        """In a thread of the crew."""
        try:
            with self._app.app_context():
                finding = looking.look_up(row)
        except Exception:
            # One creation must not stop the loop for all others.
            log.exception("look-up of %s failed", row.id)
            finding = StillWaiting(row)
        self._found.put(finding)

    def _hear(self) -> None:
        while not self._found.empty():
            self._unheard.append(self._found.get())
        while self._unheard:
            finding = self._unheard.pop()
            if isinstance(finding, StillWaiting) and finding.rest is not None:
                self._budget(finding.row.provider).rest(finding.rest or REST_SECONDS)
            self._unwritten.append(finding)

    def _write(self) -> None:
        self._hear()
        while batch := self._unwritten[:BATCH]:
            try:
                findings.write(batch)
            except OUTAGES:
                # The database is away or busy: they are kept, and written while their leases hold.
                raise
            except Exception:
                log.exception("what was found could not be written together, so one by one")
                self._write_singly(batch)
            del self._unwritten[: len(batch)]

    def _write_singly(self, batch: list[Finding]) -> None:
        for finding in batch:
            try:
                findings.write([finding])
            except OUTAGES:
                raise
            except Exception:
                # Its lease runs out and it is looked up again.
                log.exception("what was found of %s could not be written", finding.row.id)

    def _renew(self) -> None:
        """A provider may take longer than a lease lasts."""
        if time.monotonic() - self._renewed_at > store.current().lease_seconds / 3:
            leases.renew_all([*self._crew.held(), *(finding.row for finding in self._unwritten)])
            self._renewed_at = time.monotonic()

    def _claim(self) -> float:
        rooms, waits = {}, [TICK_SECONDS]
        for name in choosing.registry().names():
            in_house = choosing.is_local(name)
            if room := BATCH if in_house else min(self._crew.room(name), self._budget(name).left()):
                rooms[name] = room
            else:
                waits.append(self._budget(name).wait())
                self._claim_overdue(name)
        due_in = next_due(tuple(rooms))
        for name, room in rooms.items() if due_in <= 0 else ():
            self._take(name, claim_due(room, of(name)))
        return min(due_in, *waits)

    def _claim_overdue(self, name: str) -> None:
        """However long a provider wants to be left alone: at a creation's deadline it is asked to stop."""
        if time.monotonic() - self._overdue_at > TICK_SECONDS and (room := self._crew.room(name)) > 0:
            self._overdue_at = time.monotonic()
            self._take(name, claim_due(room, of(name), Creation.deadline_at < from_now()))

    def _take(self, name: str, rows: list[Any]) -> None:
        if choosing.is_local(name):
            # Nobody is asked, so no thread is needed.
            self._unwritten += [looking.look_up(row) for row in rows]
        else:
            self._budget(name).spend(len(rows))
            self._crew.take(rows)

    def _budget(self, name: str) -> Budget:
        settings = store.current()
        rate, burst = settings.look_ups_per_second, settings.look_ups_at_once
        budget = self._budgets.setdefault(name, Budget(rate, burst))
        budget.rate, budget.burst = rate, burst
        return budget

    def _give_back(self) -> None:
        """What was not begun is anybody's at once; what is under way may end; after that it is anybody's too."""
        ends = time.monotonic() + GRACE_SECONDS
        try:
            with self._app.app_context():
                leases.release_all(self._crew.give_back())
                self._write()
                while self._crew.held() and time.monotonic() < ends:
                    time.sleep(BEAT_SECONDS / 2)
                    self._write()
                leases.release_all([*self._crew.held(), *(finding.row for finding in self._unwritten)])
        except (SQLAlchemyError, RedisError) as error:
            log.warning("leases are not given back, they run out: %s", type(error).__name__)

    def _sweep(self, over: threading.Event) -> None:
        """In a thread of its own: look-ups do not wait for it, nor it for them."""
        next_sweep = next_tell = 0.0
        while not over.is_set():
            try:
                with self._app.app_context():
                    if time.monotonic() >= next_sweep:
                        next_sweep = time.monotonic() + store.current().sweep_seconds
                        sweeping.sweep()
                    sweeping.ring_for_due()
                    if time.monotonic() >= next_tell:
                        next_tell = time.monotonic() + positions.EVERY_SECONDS
                        positions.tell()
            except (SQLAlchemyError, RedisError) as error:
                log.warning("the sweeper waits for a dependency: %s", type(error).__name__)
                over.wait(1.0)
            over.wait(TICK_SECONDS)


def of(provider: str) -> Any:
    """The condition that a creation is at this provider.

    Not the bare column: SQLite would find them all by the index of operation ids and sort them, instead of taking the
    first ones from the index of what is due.
    """
    return func.coalesce(Creation.provider, "") == provider


def next_due(providers: tuple[str, ...]) -> float:
    """Seconds until the next look-up at one of these is due, by the database's clock; negative when it is overdue."""
    row = db.session.execute(
        select(Creation.next_run_at, from_now().label("now"))
        .where(Creation.step == Step.WAITING, func.coalesce(Creation.provider, "").in_(providers), leases.free())
        .order_by(Creation.next_run_at)
        .limit(1)
    ).first()
    db.session.commit()
    return (row.next_run_at - row.now).total_seconds() if row and row.next_run_at else TICK_SECONDS


def claim_due(limit: int, *where: Any) -> list[Any]:
    """Take the lease of operations whose look-up is due, oldest first, in one statement."""
    token = leases.new_token()
    seconds = store.current().lease_seconds
    due = (
        select(Creation.id)
        .where(Creation.step == Step.WAITING, Creation.next_run_at <= from_now(), leases.free(), *where)
        .order_by(Creation.next_run_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with transaction() as session:
        rows = session.execute(
            update(Creation)
            .where(Creation.id.in_(due))
            .values(lease_token=token, lease_until=from_now(seconds), next_run_at=from_now(seconds))
            .returning(*looking.COLUMNS)
            .execution_options(synchronize_session=False)
        ).all()
    return list(rows)
