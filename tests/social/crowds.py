"""Published works by the hundred, and the statements that a page sends to the database."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import event, insert

from app.creations.models import Creation
from app.extensions import db, now, transaction, uuid7
from app.storage.keys import new_key
from tests.people import Person
from tests.studio.works import inside


def publish_many(owner: Person, count: int, **columns: Any) -> list[uuid.UUID]:
    """So many published works, a second apart, by turns images and videos; their ids, newest first."""
    newest = columns.pop("published_at", None) or now()
    rows = [_row(owner.id, number, newest - timedelta(seconds=number), columns) for number in range(count)]

    def write() -> None:
        with transaction() as session:
            session.execute(insert(Creation), rows)

    inside(owner.app, write)
    return [row["id"] for row in rows]


@contextmanager
def statements(app: Flask) -> Iterator[list[tuple[str, Any]]]:
    """Every statement sent to the database meanwhile, with its parameters; BEGIN and the like are not counted."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append((statement, parameters))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _row(owner_id: uuid.UUID, number: int, published_at: datetime, columns: dict[str, Any]) -> dict[str, Any]:
    kind = "video" if number % 2 else "image"
    return {
        "id": uuid7(),
        "user_id": owner_id,
        "kind": kind,
        "state": "published",
        "prompt": f"Work number {number}",
        "aspect_ratio": "16:9",
        "provider": "local",
        "model": f"kinora-local-{kind}-1",
        "media_key": new_key(kind, "mp4" if number % 2 else "png"),
        "media_type": "video/mp4" if number % 2 else "image/png",
        "width": 1280,
        "height": 720,
        "published_at": published_at,
        **columns,
    }
