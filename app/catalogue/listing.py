"""The list of models as it is now: the built-in one, with what admins changed and what was noticed laid over it."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import select

from app.catalogue.entries import Entry
from app.catalogue.models import ModelEntry
from app.extensions import db, now
from app.providers.model import Model

BUILT_IN = Path(__file__).parent / "built_in.json"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Listing:
    """One model of the list, with what is known about it beside its entry."""

    model: Model
    built_in: bool
    """It came along with Kinora."""
    changed: bool = False
    """An admin changed or added it."""
    listed: bool | None = None
    """Whether the provider names it in its list; None where it does not tell or was not asked yet."""
    probed_at: datetime | None = None
    retired_at: datetime | None = None
    retired_because: str = ""

    @property
    def version(self) -> str:
        """See `Entry.version`."""
        return Entry.of(self.model).version

    @property
    def is_gone(self) -> bool:
        """The provider said so, or its day has come."""
        over = self.model.retires_on is not None and self.model.retires_on <= now().date()
        return over or self.retired_at is not None


_EVERYTHING = select(ModelEntry).execution_options(populate_existing=True)


@cache
def built_in() -> tuple[Entry, ...]:
    """The list that came along with Kinora."""
    return tuple(Entry.model_validate(row) for row in json.loads(BUILT_IN.read_text()))


def everything() -> tuple[Listing, ...]:
    """Every model as the database has it now: see `store.listings`."""
    rows = {(row.provider, row.id): row for row in db.session.scalars(_EVERYTHING)}
    found = [_laid_over(entry, rows.pop((entry.provider, entry.id), None)) for entry in built_in()]
    added = sorted(rows.values(), key=lambda row: (row.position or 0, row.provider, row.id))
    return tuple(found + [one for row in added if (one := _added(row)) is not None])


def _laid_over(entry: Entry, row: ModelEntry | None) -> Listing:
    if row is None:
        return Listing(entry.model(), built_in=True)
    changed = _entry(row)
    return _seen(row, changed or entry, built_in=True, changed=changed is not None)


def _added(row: ModelEntry) -> Listing | None:
    entry = _entry(row)
    return _seen(row, entry, built_in=False, changed=True) if entry else None


def _seen(row: ModelEntry, entry: Entry, *, built_in: bool, changed: bool) -> Listing:
    return Listing(
        entry.model(), built_in, changed, row.listed, row.probed_at, row.retired_at, row.retired_because or ""
    )


def _entry(row: ModelEntry) -> Entry | None:
    if row.facts is None:
        return None
    try:
        return Entry.model_validate(row.facts)
    except ValidationError as error:
        # An entry of before its rules were narrowed must not stop every page.
        log.error("the stored entry of %s/%s does not fit any more: %s", row.provider, row.id, error.error_count())
        return None
