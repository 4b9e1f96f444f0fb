"""`kinora audit`: the invariants I1 to I3, recomputed from rows and files.

The rules of money are the ledger's; here are those of the engine: everything is settled in time, and what a row names
can be fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select

from app.creations.models import Creation, ReferenceImage
from app.creations.named_files import NamedFile, named_files, named_now
from app.creations.states import PLAYABLE, UNFINISHED
from app.credits import audit as ledger
from app.credits.audit import Check
from app.extensions import db, now, storage
from app.settings import store
from app.storage.base import StorageError, Stored
from app.storage.inventory import Inventory

PATIENCE = timedelta(minutes=2)


@dataclass(frozen=True)
class Outcome:
    """What an audit found: how many rows it looked at, over all checks, and how many break a rule."""

    rows: int
    violations: int


def checks() -> list[Check]:
    """Every check there is."""
    return [
        *ledger.checks(),
        Check("every unfinished creation is within its deadline", _count(_unfinished()), _late),
        Check("every draft and post, and every reference image, has its files", _owners, _unfetchable),
    ]


def run(tell: Callable[[str], None]) -> Outcome:
    """Run every check, say what each finds as it finds it, and end with a line that counts."""
    rows = violations = 0
    for check in checks():
        looked = check.rows()
        found = _report(check, looked, tell)
        rows, violations = rows + looked, violations + found
    tell(f"{violations} violations")
    return Outcome(rows, violations)


def _report(check: Check, looked: int, tell: Callable[[str], None]) -> int:
    found = 0
    for violation in check.violations():
        if not found:
            tell(f"BAD {check.name} ({looked} rows)")
        tell(f"    {violation}")
        found += 1
    if not found:
        tell(f"ok  {check.name} ({looked} rows)")
    return found


def _count(query: Select[*tuple[Any, ...]]) -> Callable[[], int]:
    return lambda: int(db.session.scalar(select(func.count()).select_from(query.subquery())) or 0)


def _unfinished() -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = select(Creation.id, Creation.state, Creation.step)
    return query.where(Creation.state.in_(UNFINISHED))


def _late() -> Iterator[str]:
    late = now() - PATIENCE
    for row in _ask(_unfinished().where(_overdue(late))):
        yield f"id {row.id}, {row.state}/{row.step}"


def _overdue(late: datetime) -> Any:
    queued = late - timedelta(seconds=store.current().queue_timeout_seconds)
    return or_(Creation.deadline_at < late, Creation.deadline_at.is_(None) & (Creation.created_at < queued))


def _owners() -> int:
    playable = select(Creation.id).where(Creation.state.in_(PLAYABLE), Creation.deleted_at.is_(None))
    return _count(playable)() + _count(select(ReferenceImage.id))()


def _unfetchable() -> Iterator[str]:
    try:
        inventory = Inventory(storage())
    except StorageError as error:
        yield f"the store cannot be listed: {error}"
        return
    with closing(inventory):
        for file in named_files(_ask):
            if not _fits(file, inventory.find(file.key)) and (wrong := _wrong(file)):
                yield f"id {file.row_id}, {file.key} {wrong}"


def _wrong(file: NamedFile) -> str | None:
    """What is wrong with a file, asked once more: the list may be older than the row, and the row older than now."""
    try:
        stored = storage().head(file.key)
    except StorageError as error:
        return f"cannot be looked at: {error}"
    if _fits(file, stored) or named_now(_ask, file) != file.key:
        return None
    return "has another size" if stored else "is missing"


def _fits(file: NamedFile, stored: Stored | None) -> bool:
    return stored is not None and stored.size > 0 and file.size in (None, stored.size)


def _ask(query: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    """Rows, and no transaction left open: what comes next may be a call over the network."""
    rows: Sequence[Any] = db.session.execute(query).all()
    db.session.commit()
    return rows
