"""Entries to change and to add."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.catalogue.entries import Entry
from app.catalogue.listing import built_in
from app.extensions import db
from app.settings.models import AuditEntry

IMAGE = "google/gemini-3.1-flash-image"
VIDEO = "google/gemini-omni-1.2-flash"


def known(name: str = VIDEO, **changes: Any) -> Entry:
    """A built-in entry, with other facts in it."""
    found = next(one for one in built_in() if one.name == name)
    return Entry.model_validate(found.model_dump() | changes)


def fresh(**changes: Any) -> Entry:
    """An entry that is not built in."""
    facts = {"provider": "local", "id": "another", "label": "Another", "kind": "image", "aspect_ratios": ["1:1"]}
    return Entry.model_validate(facts | changes)


def audit() -> list[AuditEntry]:
    """What was written down, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
