"""The sweep of the store: files that no row names, and unfinished ones, are deleted."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from sqlalchemy import select

from app.creations.models import Creation, ReferenceImage
from app.extensions import db, now, storage
from app.storage.base import StorageError, Stored

GRACE = timedelta(hours=24)
"""How old a file must be, by the store's own clock: a row is written minutes after its file, never a day."""
PART_GRACE = timedelta(hours=1)
MOST_DELETED = 10_000
"""Files a run deletes; the next night goes on."""
_BATCH = 500
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Swept:
    """What a sweep did."""

    looked_at: int
    deleted: int
    parts: int
    """Unfinished files and uploads that a killed process left behind."""
    failed: int
    """Files that the store would not delete; they are tried again the next night."""


def sweep(most: int = MOST_DELETED) -> Swept:
    """Delete what no row names and nobody is about to record. Memory is bounded. Raises StorageError."""
    parts = storage().tidy(PART_GRACE)
    looked_at = deleted = failed = 0
    for batch in _batches(storage().keys("")):
        looked_at += len(batch)
        for key in _unnamed(batch)[: most - deleted]:
            gone = _delete(key)
            deleted, failed = deleted + gone, failed + (not gone)
        if deleted >= most:
            log.warning("sweep: %d files without rows deleted, the rest will be in the next night", deleted)
            break
    return Swept(looked_at, deleted, parts, failed)


def _batches(files: Iterator[Stored]) -> Iterator[list[str]]:
    oldest = now() - GRACE
    while batch := list(islice(files, _BATCH)):
        yield [stored.key for stored in batch if stored.modified_at < oldest]


def _unnamed(keys: Sequence[str]) -> list[str]:
    if not keys:
        return []
    # First the names that unfinished creations hold: what leaves them meanwhile stands in its row already.
    held = _held()
    named = _named(keys)
    return [key for key in keys if key not in named and _name(key) not in held]


def _named(keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for column in (Creation.media_key, Creation.poster_key, Creation.poster_small_key, ReferenceImage.key):
        found.update(db.session.scalars(select(column).where(column.in_(keys))))
    db.session.commit()
    return found


def _held() -> set[str]:
    """The names under which unfinished creations will store their files: fixed before the first byte is."""
    results = db.session.scalars(
        select(Creation.result).where(Creation.step.is_not(None), Creation.result.is_not(None))
    ).all()
    db.session.commit()
    return {name for result in results for name in result.get("names", {}).values()}


def _name(key: str) -> str:
    return key.rpartition("/")[2].partition(".")[0]


def _delete(key: str) -> bool:
    try:
        storage().delete(key)
    except StorageError as error:
        log.warning("sweep: %s stays: %s", key, error)
        return False
    log.info("sweep: %s deleted, no row names it", key)
    return True
