"""Every file that the database names, page by page: what the audit looks for, a backup copies and the sweep keeps."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from app.creations.models import Creation, ReferenceImage
from app.creations.states import PLAYABLE, State

POSTER_TYPE = "image/webp"
_PAGE = 1000
_CREATIONS: Select[*tuple[Any, ...]] = (
    select(
        Creation.id,
        Creation.state,
        Creation.media_key,
        Creation.media_type,
        Creation.file_size_bytes,
        Creation.poster_key,
        Creation.poster_small_key,
    )
    .where(Creation.state.in_(PLAYABLE), Creation.deleted_at.is_(None))
    .order_by(Creation.id)
    .limit(_PAGE)
)
_REFERENCES: Select[*tuple[Any, ...]] = (
    select(ReferenceImage.id, ReferenceImage.key, ReferenceImage.media_type, ReferenceImage.file_size_bytes)
    .order_by(ReferenceImage.id)
    .limit(_PAGE)
)

Ask = Callable[[Select[*tuple[Any, ...]]], Sequence[Any]]
"""Carry out a query and give its rows; whoever asks decides on which connection, and when a transaction ends."""


@dataclass(frozen=True)
class NamedFile:
    """A file that a row names: `column` of the creation or the reference image `row_id`."""

    row_id: uuid.UUID
    column: str
    key: str
    media_type: str
    size: int | None
    """Bytes; None where the row does not keep it."""
    public: bool


def named_files(ask: Ask) -> Iterator[NamedFile]:
    """The files of all drafts and posts, then those of all reference images; a thousand rows in memory at most."""
    for row in _paged(ask, _CREATIONS, Creation.id):
        yield from _of_creation(row)
    for row in _paged(ask, _REFERENCES, ReferenceImage.id):
        yield NamedFile(row.id, "key", row.key, row.media_type, row.file_size_bytes, public=False)


def named_now(ask: Ask, file: NamedFile) -> str | None:
    """The key under which the row has this file now: publishing may give it another. None when it has none any more."""
    if file.column == "key":
        found = ask(select(ReferenceImage.key).where(ReferenceImage.id == file.row_id))
    else:
        column = getattr(Creation, file.column)
        found = ask(select(column).where(Creation.id == file.row_id, Creation.deleted_at.is_(None)))
    return found[0][0] if found else None


def _of_creation(row: Any) -> Iterator[NamedFile]:
    public = row.state == State.PUBLISHED
    if row.media_key:
        yield NamedFile(row.id, "media_key", row.media_key, row.media_type or "", row.file_size_bytes, public)
    for column in ("poster_key", "poster_small_key"):
        if key := getattr(row, column):
            yield NamedFile(row.id, column, key, POSTER_TYPE, None, public)


def _paged(ask: Ask, query: Select[*tuple[Any, ...]], by: Any) -> Iterator[Any]:
    rows = ask(query)
    while rows:
        yield from rows
        rows = ask(query.where(by > rows[-1].id)) if len(rows) == _PAGE else []
