"""Reference images: taken in, re-made and kept private until they are used."""

from __future__ import annotations

import tempfile
import uuid
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import delete, func, select

from app.creations.models import Creation, ReferenceImage
from app.errors import Invalid, NotFound, TooLarge
from app.extensions import db, now, storage, transaction, uuid7
from app.media.uploads import remake
from app.settings import store
from app.storage.keys import new_key

KEPT_PER_USER_BYTES = 200 * 1024 * 1024
UNUSED_KEPT = timedelta(hours=24)
_ENDING = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


def take(user_id: uuid.UUID, file: BinaryIO, name: str) -> ReferenceImage:
    """Re-make an uploaded picture and keep it for this person. Raises TooLarge, WrongType or Invalid with words."""
    limit = store.current().upload_max_mb * 1024 * 1024
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "upload"
        _receive(file, source, limit)
        made = remake(source, Path(folder))
        key = new_key("reference", _ENDING[made.media_type])
        _check_room(user_id, made.size)
        storage().put(key, made.path, made.media_type)
    row = ReferenceImage(
        id=uuid7(),
        user_id=user_id,
        name=name[:120],
        key=key,
        media_type=made.media_type,
        width=made.width,
        height=made.height,
        file_size_bytes=made.size,
    )
    with transaction() as session:
        session.add(row)
    return row


def borrow(user_id: uuid.UUID, creation_id: uuid.UUID) -> ReferenceImage:
    """A copy of one of the person's own images, or of a published one, as a reference. Raises NotFound or Invalid."""
    creation = db.session.scalar(select(Creation).where(Creation.id == creation_id, Creation.deleted_at.is_(None)))
    if creation is None or (creation.user_id != user_id and creation.state != "published"):
        raise NotFound
    if creation.kind != "image" or not creation.is_playable:
        raise Invalid({"reference": "Only a finished image can be a reference."})
    key = new_key("reference", str(creation.media_key).rpartition(".")[2])
    db.session.commit()
    if not storage().copy(str(creation.media_key), key):
        raise NotFound
    row = ReferenceImage(
        id=uuid7(),
        user_id=user_id,
        name="from your history" if creation.user_id == user_id else "from Explore",
        key=key,
        media_type=creation.media_type,
        width=creation.width,
        height=creation.height,
        file_size_bytes=creation.file_size_bytes,
    )
    with transaction() as session:
        session.add(row)
    return row


def unused(user_id: uuid.UUID, ids: list[uuid.UUID]) -> list[ReferenceImage]:
    """The person's own references among `ids` that no creation has yet, in that order."""
    rows = db.session.scalars(
        select(ReferenceImage).where(
            ReferenceImage.id.in_(ids), ReferenceImage.user_id == user_id, ReferenceImage.creation_id.is_(None)
        )
    ).all()
    by_id = {row.id: row for row in rows}
    return [by_id[i] for i in ids if i in by_id]


def of(creation_id: uuid.UUID) -> list[ReferenceImage]:
    """The references that a creation was made with."""
    return list(
        db.session.scalars(
            select(ReferenceImage).where(ReferenceImage.creation_id == creation_id).order_by(ReferenceImage.position)
        )
    )


def again(user_id: uuid.UUID, creation_id: uuid.UUID) -> list[ReferenceImage]:
    """Fresh copies of the references of an earlier creation of the same person, for another try."""
    copies = []
    for old in of(creation_id):
        if old.user_id != user_id:
            continue
        key = new_key("reference", old.key.rpartition(".")[2])
        db.session.commit()
        if not storage().copy(old.key, key):
            continue
        facts = {n: getattr(old, n) for n in ("name", "role", "media_type", "width", "height", "file_size_bytes")}
        copies.append(ReferenceImage(id=uuid7(), user_id=user_id, key=key, **facts))
    if copies:
        with transaction() as session:
            session.add_all(copies)
    return copies


def drop_unused() -> int:
    """Remove uploads that nobody used within a day; return how many."""
    with transaction() as session:
        keys = session.scalars(
            delete(ReferenceImage)
            .where(ReferenceImage.creation_id.is_(None), ReferenceImage.created_at < now() - UNUSED_KEPT)
            .returning(ReferenceImage.key)
        ).all()
    for key in keys:
        storage().delete(key)
    return len(keys)


def _receive(file: BinaryIO, target: Path, limit: int) -> None:
    """Copy what is sent to a file, counting; the declared size is not believed."""
    size = 0
    with target.open("wb") as out:
        while chunk := file.read(64 * 1024):
            size += len(chunk)
            if size > limit:
                raise TooLarge(f"That file is larger than {limit // (1024 * 1024)} MB.")
            out.write(chunk)
    if size == 0:
        raise Invalid({"reference": "That file is empty."})


def _check_room(user_id: uuid.UUID, size: int) -> None:
    kept = db.session.scalar(
        select(func.coalesce(func.sum(ReferenceImage.file_size_bytes), 0)).where(ReferenceImage.user_id == user_id)
    )
    db.session.commit()
    if kept + size > KEPT_PER_USER_BYTES:
        raise TooLarge("Your reference images fill their room. Delete creations that used one.")
