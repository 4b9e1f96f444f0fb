"""Explore, a profile's works, one post: narrow keyset queries, never OFFSET, one query a feed page.

The statements name their columns rather than load entities, and carry the viewer's own likes by a left join: with
PostgreSQL it is the number of queries that costs.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import Select, and_, false, literal, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import User
from app.creations.models import IS_PUBLISHED, Creation
from app.extensions import db
from app.generation import catalogue
from app.social.models import Like
from app.social.shapes import Feed, Tile
from app.web.paging import PAGE_SIZE, decode_cursor, encode_cursor

FEATURED = 5
_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    Creation.id,
    Creation.kind,
    Creation.caption,
    Creation.prompt,
    Creation.shows_prompt,
    Creation.alt_text,
    Creation.aspect_ratio,
    Creation.duration,
    Creation.resolution,
    Creation.width,
    Creation.height,
    Creation.hue,
    Creation.media_key,
    Creation.poster_key,
    Creation.poster_small_key,
    Creation.published_at,
    Creation.featured_at,
    Creation.like_count,
    Creation.provider,
    Creation.model,
    Creation.is_sample,
    User.username,
)


def explore(viewer: uuid.UUID | None, *, kind: str = "all", text: str = "", after: str = "", page: int = 1) -> Feed:
    """A page of Explore, newest first. `text` looks in captions, shown prompts and user names."""
    query = _published(viewer)
    if kind in ("image", "video"):
        query = query.where(Creation.kind == kind)
    if text:
        query = query.where(_says(text))
    return _feed(query, after, page)


def profile(viewer: uuid.UUID | None, user_id: uuid.UUID, *, after: str = "", page: int = 1) -> Feed:
    """A page of one person's published works."""
    return _feed(_published(viewer).where(Creation.user_id == user_id), after, page)


def post(viewer: uuid.UUID | None, creation_id: uuid.UUID) -> Tile | None:
    """One published work."""
    row = db.session.execute(_published(viewer).where(Creation.id == creation_id)).one_or_none()
    return _tile(row) if row else None


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
    videos = _published(None).where(Creation.kind == "video")
    rows = db.session.execute(
        videos.where(Creation.featured_at.is_not(None)).order_by(Creation.featured_at.desc()).limit(FEATURED)
    ).all()
    for query in (videos, _published(None)):
        if not rows:
            newest = query.order_by(Creation.published_at.desc(), Creation.id.desc()).limit(FEATURED)
            rows = db.session.execute(newest).all()
    return tuple(_tile(row) for row in rows)


def _published(viewer: uuid.UUID | None) -> Select[Any]:
    author = Creation.user_id == User.id
    if viewer is None:
        return select(*_COLUMNS, false().label("liked")).join(User, author).where(IS_PUBLISHED)
    mine = and_(Like.creation_id == Creation.id, Like.user_id == viewer)
    return (
        select(*_COLUMNS, Like.user_id.is_not(None).label("liked"))
        .join(User, author)
        .outerjoin(Like, mine)
        .where(IS_PUBLISHED)
    )


def _says(text: str) -> Any:
    return or_(
        Creation.caption.icontains(text, autoescape=True),
        and_(Creation.shows_prompt, Creation.prompt.icontains(text, autoescape=True)),
        User.username.icontains(text.removeprefix("@"), autoescape=True),
    )


def _feed(query: Select[Any], after: str, page: int) -> Feed:
    cursor = decode_cursor(after)
    if cursor:
        here = tuple_(literal(cursor[0], Creation.published_at.type), literal(cursor[1], Creation.id.type))
        query = query.where(tuple_(Creation.published_at, Creation.id) < here)
    query = query.order_by(Creation.published_at.desc(), Creation.id.desc()).limit(PAGE_SIZE + 1)
    rows = db.session.execute(query).all()
    more = len(rows) > PAGE_SIZE
    shown = rows[:PAGE_SIZE]
    return Feed(
        tiles=tuple(_tile(row) for row in shown),
        after=encode_cursor(shown[-1].published_at, shown[-1].id) if more else None,
        page=page,
    )


def _tile(row: Any) -> Tile:
    media = url_for("media.file", key=row.media_key)
    # An image whose poster could not be made stands for itself.
    poster = url_for("media.file", key=row.poster_key or row.media_key)
    return Tile(
        id=row.id,
        kind=row.kind,
        username=row.username or "someone",
        caption=row.caption,
        prompt=row.prompt if row.shows_prompt else None,
        alt_text=row.alt_text,
        aspect_ratio=row.aspect_ratio,
        duration=row.duration,
        resolution=row.resolution,
        width=row.width,
        height=row.height,
        hue=row.hue,
        poster_url=poster,
        poster_small_url=url_for("media.file", key=row.poster_small_key) if row.poster_small_key else poster,
        media_url=media,
        download_url=f"{media}?download=1",
        published_at=row.published_at,
        like_count=row.like_count,
        liked=bool(row.liked),
        model_label=catalogue.model_label(row.provider, row.model),
        is_local=catalogue.is_local(row.provider),
        is_sample=row.is_sample,
        featured=row.featured_at is not None,
    )
