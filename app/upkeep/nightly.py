"""The night's work: the audit, whose violations are alarms, the sweep of the store, and a look at the models."""

from __future__ import annotations

import logging

from app.extensions import db
from app.generation import audit
from app.storage.base import StorageError
from app.upkeep import clock, probing, sweeping
from app.upkeep.models import NightlyRun

WORK = "nightly"
_SHOWN = 20
log = logging.getLogger(__name__)


def is_due() -> bool:
    """Whether the night's work is still to be done."""
    return clock.is_due(WORK)


def last() -> NightlyRun | None:
    """The last night's work, for the dashboard."""
    return clock.last(WORK)


def run() -> bool:
    """Do the night's work, once a night over all workers; False when it is not ours to do."""
    begun = clock.claim(WORK)
    if begun is None:
        return False
    alarms = _Alarms()
    outcome = audit.run(alarms.hear)
    db.session.commit()
    try:
        swept = sweeping.sweep()
        log.info(
            "sweep: %d old files looked at, %d without a row deleted, %d unfinished ones deleted",
            swept.looked_at,
            swept.deleted,
            swept.parts,
        )
    except StorageError as error:
        alarms.sound(f"the sweep of the store: {error}")
    for words in probing.probe():
        alarms.sound(words)
    clock.finish(WORK, begun, rows=outcome.rows, alarms=alarms.count, words=alarms.first)
    log.info("audit: %d violations in %d rows", outcome.violations, outcome.rows)
    return True


class _Alarms:
    """What must be looked at by a person: all of it goes to the log, the first of it to the dashboard."""

    def __init__(self) -> None:
        self.count = 0
        self.first: list[str] = []
        self._check = ""

    def hear(self, line: str) -> None:
        """A line of the audit's report."""
        if line.startswith("BAD "):
            self._check = line[4:].rpartition(" (")[0]
        elif line.startswith(" "):
            self.sound(f"not so: {self._check}: {line.strip()}")

    def sound(self, words: str) -> None:
        log.error("alarm: %s", words)
        self.count += 1
        if len(self.first) < _SHOWN:
            self.first.append(words)
