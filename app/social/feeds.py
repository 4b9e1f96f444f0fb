"""Explore, a profile's works, one post: narrow keyset queries, never OFFSET, one query a feed page."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import literal, select, tuple_

from app.creations.models import IS_PUBLISHED, Creation
from app.extensions import db
from app.social import statements, tiles
from app.social.shapes import Feed, Tile
from app.web.paging import PAGE_SIZE, decode_cursor, encode_cursor


def explore(viewer: uuid.UUID | None, *, kind: str = "all", text: str = "", after: str = "", page: int = 1) -> Feed:
    """A page of Explore, newest first. `text` looks in captions, shown prompts and user names."""
    wanted: dict[str, Any] = {}
    if kind in ("image", "video"):
        wanted["kind"] = kind
    if text:
        wanted["words"], wanted["name"] = _pattern(text), _pattern(text.removeprefix("@"))
    return _feed(viewer, wanted, after, page)


def profile(viewer: uuid.UUID | None, user_id: uuid.UUID, *, after: str = "", page: int = 1) -> Feed:
    """A page of one person's published works."""
    return _feed(viewer, {"owner": user_id}, after, page)


def post(viewer: uuid.UUID | None, creation_id: uuid.UUID) -> Tile | None:
    """One published work."""
    query = statements.post(member=viewer is not None)
    row = db.session.execute(query, {"id": creation_id, "viewer": viewer}).one_or_none()
    return tiles.tile(row) if row else None


def neighbours(published_at: datetime, creation_id: uuid.UUID) -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """The works before (newer) and after (older) one on Explore, for the arrows of the player."""
    place = tuple_(Creation.published_at, Creation.id)
    here = tuple_(literal(published_at, Creation.published_at.type), literal(creation_id, Creation.id.type))
    shown = select(Creation.id).where(IS_PUBLISHED)
    newer = shown.where(place > here).order_by(Creation.published_at, Creation.id).limit(1)
    older = shown.where(place < here).order_by(Creation.published_at.desc(), Creation.id.desc()).limit(1)
    return db.session.scalar(newer), db.session.scalar(older)


def featured() -> tuple[Tile, ...]:
    """Works for the landing page: featured videos, else the newest videos, else the newest of anything."""
    for videos, chosen in ((True, True), (True, False), (False, False)):
        rows = db.session.execute(statements.newest(videos=videos, featured=chosen)).all()
        if rows:
            return tuple(tiles.tile(row) for row in rows)
    return ()


def _pattern(text: str) -> str:
    """A LIKE pattern that finds a text anywhere, whatever signs are in it."""
    for sign in "/%_":
        text = text.replace(sign, f"/{sign}")
    return f"%{text}%"


def _feed(viewer: uuid.UUID | None, wanted: dict[str, Any], after: str, page: int) -> Feed:
    cursor = decode_cursor(after)
    if cursor:
        wanted["at"], wanted["after_id"] = cursor
    edge = _edge(wanted) if "words" in wanted else None
    if edge:
        wanted["until_at"], wanted["until_id"] = edge
    flags = {"kind": "kind", "owner": "owner", "words": "words", "after": "at", "until": "until_at"}
    query = statements.page(
        member=viewer is not None, **{flag: parameter in wanted for flag, parameter in flags.items()}
    )
    rows = db.session.execute(query, {"viewer": viewer, **wanted}).all()
    shown = rows[:PAGE_SIZE]
    rest = encode_cursor(*edge) if edge else None
    if len(rows) > PAGE_SIZE:
        rest = encode_cursor(_read("published_at", shown[-1].published_at), _read("id", shown[-1].id))
    return Feed(tiles=tiles.draw(shown, viewer, first=page == 1), count=len(shown), after=rest, page=page)


def _edge(wanted: dict[str, Any]) -> tuple[datetime, uuid.UUID] | None:
    """Where a search stops for now; None when it comes to the end of everything."""
    query = statements.edge(kind="kind" in wanted, after="at" in wanted)
    row = db.session.execute(query, wanted).one_or_none()
    return tuple(row) if row else None


def _read(column: str, value: Any) -> Any:
    """A value as the driver gave it, as its column would have given it."""
    dialect = db.engine.dialect
    convert = Creation.__table__.c[column].type.dialect_impl(dialect).result_processor(dialect, None)
    return convert(value) if convert else value
