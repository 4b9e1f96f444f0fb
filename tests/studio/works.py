"""Creations by hand, with files: as the engine leaves them, without waiting for it."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import select, update

from app.catalogue import store as models
from app.catalogue.entries import Entry
from app.creations.models import Creation, ReferenceImage
from app.creations.transitions import show
from app.extensions import db, now, storage, transaction, uuid7
from app.settings import store
from app.storage.keys import new_key
from tests.people import Person

T = TypeVar("T")

_STEP = {"pending": "queued", "processing": "waiting", "downloading": "fetching"}
MEDIA = bytes(range(256)) * 40
"""What every media file holds: 10,240 bytes of which each tells its place."""


def inside(app: Flask, do: Callable[[], T]) -> T:
    """Do something as the application would, and let the database go."""
    with app.app_context():
        try:
            return do()
        finally:
            db.session.remove()


def put(owner: Person, state: str = "draft", **columns: Any) -> uuid.UUID:
    """One creation of somebody's, an image unless `kind` says otherwise."""
    return inside(owner.app, lambda: _put(owner.id, state, columns))


def row(app: Flask, creation_id: uuid.UUID) -> Creation:
    """A creation as the database has it."""
    found: Creation = inside(app, lambda: db.session.get_one(Creation, creation_id))
    return found


def newest(owner: Person) -> Creation:
    """The last thing somebody asked for."""
    query = select(Creation).where(Creation.user_id == owner.id).order_by(Creation.id.desc()).limit(1)
    found: Creation = inside(owner.app, lambda: db.session.scalars(query).one())
    return found


def count(app: Flask, model: type[Any] = Creation) -> int:
    """How many rows there are."""
    return len(inside(app, lambda: db.session.scalars(select(model)).all()))


def reference(owner: Person, name: str = "me.png") -> tuple[uuid.UUID, str]:
    """An upload that no creation has yet; its id and key."""

    def make() -> tuple[uuid.UUID, str]:
        row = ReferenceImage(
            id=uuid7(),
            user_id=owner.id,
            name=name,
            key=_stored("reference", "webp"),
            media_type="image/webp",
            width=64,
            height=64,
            file_size_bytes=len(MEDIA),
        )
        with transaction() as session:
            session.add(row)
        return row.id, row.key

    return inside(owner.app, make)


def change(app: Flask, creation_id: uuid.UUID, **columns: Any) -> None:
    """Set columns past all rules."""

    def set_them() -> None:
        with transaction() as session:
            session.execute(update(Creation).where(Creation.id == creation_id).values(**columns))

    inside(app, set_them)


def configure(app: Flask, **values: str) -> None:
    """Change run-time settings."""
    inside(app, lambda: store.change(values, actor_id=None, reason="a test"))


def offer(app: Flask, *entries: Entry) -> None:
    """Add models, or change those of the list."""
    inside(app, lambda: models.put(entries, actor_id=None))


def _put(owner_id: uuid.UUID, state: str, columns: dict[str, Any]) -> uuid.UUID:
    video = columns.get("kind") == "video"
    facts: dict[str, Any] = {
        "kind": "image",
        "prompt": "A lighthouse at dusk",
        "aspect_ratio": "16:9" if video else "1:1",
        "resolution": "720p" if video else None,
        "duration": 6 if video else None,
        "provider": "local",
        "model": f"kinora-local-{'video' if video else 'image'}-1",
    }
    if state == "processing":
        # Somebody is drawing it.
        facts |= {"deadline_at": now() + timedelta(minutes=7)}
    if state in ("draft", "published"):
        facts |= _files(video)
    if state == "published":
        facts |= {"published_at": columns.pop("published_at", None) or now()}
    if state == "failed":
        facts |= {"error_code": "provider_error", "completed_at": now()}
    creation = Creation(id=uuid7(), user_id=owner_id, state=state, step=_STEP.get(state), **(facts | columns))
    with transaction() as session:
        session.add(creation)
        session.flush()
        show(creation.id, owner_id)
    return creation.id


def _files(video: bool) -> dict[str, Any]:
    return {
        "media_key": _stored("video" if video else "image", "mp4" if video else "png"),
        "media_type": "video/mp4" if video else "image/png",
        "file_size_bytes": len(MEDIA),
        "width": 1280 if video else 1024,
        "height": 720 if video else 1024,
        "poster_key": _stored("poster", "webp"),
        "poster_small_key": _stored("poster", "webp"),
        "completed_at": now(),
        "downloaded_at": now() - timedelta(seconds=1),
    }


def _stored(kind: str, ending: str) -> str:
    key = new_key(kind, ending)
    with tempfile.NamedTemporaryFile() as file:
        file.write(MEDIA)
        file.flush()
        storage().put(key, Path(file.name), "application/octet-stream")
    return key
