"""Reference images: taken in, re-made and kept private until they are used."""

from __future__ import annotations

import logging
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO

from sqlalchemy import delete, func, or_, select

from app.creations.models import Creation, ReferenceImage
from app.creations.states import PLAYABLE
from app.errors import Busy, Invalid, KinoraError, TooLarge, WrongType
from app.extensions import db, now, storage, transaction, uuid7
from app.media.uploads import Remade, UploadError, remake
from app.settings import store
from app.storage.base import StorageError
from app.storage.keys import new_key

log = logging.getLogger(__name__)

KEPT_PER_USER_BYTES = 200 * 1024 * 1024
UNUSED_KEPT = timedelta(hours=24)


def take(user_id: uuid.UUID, file: IO[bytes], name: str) -> ReferenceImage:
    """Re-make an uploaded picture and keep it for this person. Raises TooLarge, WrongType or Invalid with words."""
    limit = store.current().upload_max_mb * 1024 * 1024
    with _words_for_people(), tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "upload"
        _receive(file, source, limit)
        made = _remake(source, Path(folder), limit)
        key = new_key("reference", made.ending)
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


@dataclass(frozen=True)
class Picture:
    """A picture that may go along with a prompt: an upload, or a finished image. `id` names either."""

    id: uuid.UUID
    key: str
    media_type: str
    width: int
    height: int
    file_size_bytes: int
    name: str
    role: str = ""
    fresh: bool = False
    """An upload that no creation has yet; anything else is copied when it is used."""


def find(user_id: uuid.UUID, ids: Iterable[uuid.UUID]) -> list[Picture]:
    """The pictures among `ids` that this person may use, in that order: own uploads, own images, published images."""
    wanted = list(ids)
    uploads = db.session.scalars(
        select(ReferenceImage).where(ReferenceImage.id.in_(wanted), ReferenceImage.user_id == user_id)
    )
    found = {row.id: _upload(row) for row in uploads}
    images = db.session.scalars(
        select(Creation).where(
            Creation.id.in_(wanted),
            Creation.kind == "image",
            Creation.state.in_(PLAYABLE),
            Creation.deleted_at.is_(None),
            or_(Creation.user_id == user_id, Creation.state == "published"),
        )
    )
    found |= {row.id: _image(row, user_id) for row in images}
    return [found[i] for i in wanted if i in found]


def gather(user_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> list[ReferenceImage]:
    """Rows to tie to a new creation, one for each id: fresh uploads themselves, of all else a copy with its own file.

    Writes no row, so that the caller's transaction decides. Raises Invalid when one is not there (any more).
    """
    pictures = find(user_id, ids) if ids else []
    if len(pictures) != len(ids):
        raise Invalid({"reference": "That reference image is not there any more. Add it again."})
    return [_row(user_id, picture) for picture in pictures]


def discard(rows: Iterable[ReferenceImage], kept: Iterable[uuid.UUID]) -> None:
    """Remove the copies that `gather` made for a request that was then refused."""
    known = set(kept)
    for row in rows:
        if row.id not in known:
            try:
                storage().delete(row.key)
            except StorageError as error:
                # The nightly sweep finds what no row knows; the refusal itself is what has to be told.
                log.warning("a copy that is not needed could not be removed: %s", error)


def of(creation_id: uuid.UUID) -> list[ReferenceImage]:
    """The references that a creation was made with."""
    return list(
        db.session.scalars(
            select(ReferenceImage).where(ReferenceImage.creation_id == creation_id).order_by(ReferenceImage.position)
        )
    )


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


def _remake(source: Path, folder: Path, limit: int) -> Remade:
    try:
        return remake(source, folder, max_bytes=limit)
    except UploadError as error:
        raise _refusal(error) from error


def _refusal(error: UploadError) -> KinoraError:
    match error.status:
        case 413:
            return TooLarge(error.sentence)
        case 415:
            return WrongType(error.sentence)
        case 503:
            return Busy(error.sentence)
    return Invalid({"reference": error.sentence})


def _upload(row: ReferenceImage) -> Picture:
    return Picture(
        row.id,
        row.key,
        row.media_type,
        row.width,
        row.height,
        row.file_size_bytes,
        row.name,
        row.role,
        fresh=row.creation_id is None,
    )


def _image(row: Creation, user_id: uuid.UUID) -> Picture:
    name = "From your history" if row.user_id == user_id else "From Explore"
    return Picture(
        row.id, str(row.media_key), str(row.media_type), row.width or 0, row.height or 0, row.file_size_bytes or 0, name
    )


def _row(user_id: uuid.UUID, picture: Picture) -> ReferenceImage:
    facts = {n: getattr(picture, n) for n in ("name", "role", "media_type", "width", "height", "file_size_bytes")}
    if picture.fresh:
        return ReferenceImage(id=picture.id, user_id=user_id, key=picture.key, **facts)
    key = new_key("reference", picture.key.rpartition(".")[2])
    db.session.commit()
    with _words_for_people():
        there = storage().copy(picture.key, key)
    if not there:
        raise Invalid({"reference": "That reference image is not there any more. Add it again."})
    return ReferenceImage(id=uuid7(), user_id=user_id, key=key, **facts)


@contextmanager
def _words_for_people() -> Iterator[None]:
    """A store that is down or a full disk is no reason to lose what was typed: the form comes again, with words."""
    try:
        yield
    except (StorageError, OSError) as error:
        log.error("a reference image could not be kept: %s", error, extra={"event": "outage"})
        raise Busy("The picture could not be kept just now. Try again in a minute.") from error


def _receive(file: IO[bytes], target: Path, limit: int) -> None:
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
