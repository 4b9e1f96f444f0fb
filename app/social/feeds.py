"""Explore, a profile's works, one post: narrow keyset queries, never OFFSET, one query a feed page."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.creations.models import Creation
from app.extensions import db
from app.social import statements, tiles
from app.social.shapes import Feed, ProfileHead, Tile
from app.web.paging import PAGE_SIZE, decode_cursor, encode_cursor


def explore(viewer: uuid.UUID | None, *, kind: str = "all", text: str = "", after: str = "", page: int = 1) -> Feed:
    """A page of Explore, newest first. `text` looks in captions, shown prompts and user names."""
    wanted: dict[str, Any] = {}
    if kind in ("image", "video"):
        wanted["kind"] = kind
    if text:
        wanted["words"], wanted["name"] = _pattern(text), _pattern(text.removeprefix("@"))
    return _read_feed(viewer, wanted, after, page)[0]


def profile(
    viewer: uuid.UUID | None, username: str, *, after: str = "", page: int = 1
) -> tuple[ProfileHead, Feed] | None:
    """The top of somebody's profile and a page of their published works; None when there is nobody of that name."""
    feed, rows = _read_feed(viewer, {"owner": username}, after, page)
    top = rows[0] if rows else db.session.execute(statements.head(), {"owner": username}).one_or_none()
    if top is None:
        return None
    head = ProfileHead(
        username=top.owner_name,
        bio=top.bio,
        joined_at=top.joined_at,
        works=top.works,
        likes=top.likes,
        is_me=top.owner_id == viewer,
    )
    return head, feed


def post(viewer: uuid.UUID | None, creation_id: uuid.UUID) -> tuple[Tile, uuid.UUID | None, uuid.UUID | None] | None:
    """One published work, and the ids of the newer and the older one beside it on Explore."""
    query = statements.post(member=viewer is not None)
    row = db.session.execute(query, {"id": creation_id, "viewer": viewer}).one_or_none()
    return (tiles.tile(row), row.newer, row.older) if row else None


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


def _read_feed(viewer: uuid.UUID | None, wanted: dict[str, Any], after: str, page: int) -> tuple[Feed, Sequence[Any]]:
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
    feed = Feed(tiles=tiles.draw(shown, viewer, first=page == 1), count=len(shown), after=rest, page=page)
    return feed, shown


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
