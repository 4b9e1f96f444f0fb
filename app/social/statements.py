"""The statements of the feeds: each is built once, because building one costs more than sending it.

They name columns of the tables rather than entities, and carry the viewer's own likes by a left join: with PostgreSQL
it is the number of queries that costs.
"""

from __future__ import annotations

import functools
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, literal_column, null, or_, select, tuple_, type_coerce
from sqlalchemy.types import NullType

from app.accounts.models import User
from app.creations.models import Creation
from app.social.models import Like
from app.web.paging import PAGE_SIZE

FEATURED = 5
SEARCHED = 10_000
"""A search reads so many works and no more at once; the link to more goes on from there."""
_creations, _users, _likes = Creation.__table__, User.__table__, Like.__table__
# Written out as in the partial indexes: neither database matches one to a parameter.
_IS_PUBLISHED = _creations.c.state == literal_column("'published'")
_place = tuple_(_creations.c.published_at, _creations.c.id)
_NEWEST_FIRST = (_creations.c.published_at.desc(), _creations.c.id.desc())


def _named(at: str, id: str) -> Any:
    """The place in the feed that two parameters name."""
    return tuple_(bindparam(at, type_=_creations.c.published_at.type), bindparam(id, type_=_creations.c.id.type))


_SHOWN = (
    "id",
    "kind",
    "caption",
    "prompt",
    "shows_prompt",
    "alt_text",
    "aspect_ratio",
    "duration",
    "resolution",
    "width",
    "height",
    "hue",
    "media_key",
    "poster_key",
    "poster_small_key",
    "published_at",
    "featured_at",
    "like_count",
    "provider",
    "model",
    "is_sample",
)


@functools.cache
def page(
    *,
    member: bool,
    kind: bool = False,
    owner: bool = False,
    words: bool = False,
    after: bool = False,
    until: bool = False,
) -> Select[Any]:
    """A page of published works, newest first: of each only what tells whether its tile has to be drawn anew.

    `changed` is the value of `updated_at`, which rises with every change of the row. All but `username` and `liked`
    (None for guests) are as the driver gives them. With `owner` each row also holds the top of that person's profile.
    Parameters: `viewer` of a member, `kind`, `owner` (a user name), `words` (a LIKE pattern escaped by "/") and `name`,
    `at` and `after_id`, `until_at` and `until_id`, each with its flag.
    """
    query = _of_authors(
        member,
        _raw("id"),
        _raw("updated_at").label("changed"),
        _users.c.username,
        _liked(member),
        _raw("featured_at"),
        _raw("published_at"),
    )
    if kind:
        query = query.where(_creations.c.kind == bindparam("kind"))
    if owner:
        query = query.add_columns(*_head()).where(_creations.c.user_id == _whose())
    if words:
        query = query.where(_says())
    if after:
        query = query.where(_place < _named("at", "after_id"))
    if until:
        query = query.where(_place >= _named("until_at", "until_id"))
    return query.order_by(*_NEWEST_FIRST).limit(PAGE_SIZE + 1)


@functools.cache
def head() -> Select[Any]:
    """The top of the profile of somebody who has nothing to show. Parameter: `owner`, a user name."""
    return select(*_head()).where(_users.c.id == _whose())


@functools.cache
def edge(*, kind: bool, after: bool) -> Select[Any]:
    """The last place that one search reads. Counted off on the index alone, so the OFFSET costs next to nothing."""
    query = select(_creations.c.published_at, _creations.c.id).where(_IS_PUBLISHED)
    if kind:
        query = query.where(_creations.c.kind == bindparam("kind"))
    if after:
        query = query.where(_place < _named("at", "after_id"))
    return query.order_by(*_NEWEST_FIRST).offset(SEARCHED - 1).limit(1)


def _tiles(member: bool) -> Select[Any]:
    return _of_authors(member, *(_creations.c[name] for name in _SHOWN), _users.c.username, _liked(member))


@functools.cache
def drawn(*, member: bool) -> Select[Any]:
    """All that the tiles of some works show, and `changed`. Parameters: `ids` as `page` gave them, `viewer`."""
    wanted = type_coerce(_creations.c.id, NullType()).in_(bindparam("ids", expanding=True, type_=NullType()))
    return _tiles(member).add_columns(_raw("id").label("raw_id"), _raw("updated_at").label("changed")).where(wanted)


@functools.cache
def post(*, member: bool) -> Select[Any]:
    """One published work, with the ids of the works before (`newer`) and after (`older`) it on Explore, for the arrows
    of the player. Parameters: `id`, `viewer`.
    """
    other = _creations.alias().c
    place = tuple_(other.published_at, other.id)
    beside = select(other.id).where(other.state == literal_column("'published'")).correlate(_creations).limit(1)
    newer = beside.where(place > _place).order_by(other.published_at, other.id)
    older = beside.where(place < _place).order_by(other.published_at.desc(), other.id.desc())
    columns = (newer.scalar_subquery().label("newer"), older.scalar_subquery().label("older"))
    return _tiles(member).add_columns(*columns).where(_creations.c.id == bindparam("id", type_=_creations.c.id.type))


@functools.cache
def newest(*, videos: bool, featured: bool) -> Select[Any]:
    """A few works for the landing page."""
    query = _tiles(member=False)
    if videos:
        query = query.where(_creations.c.kind == "video")
    if featured:
        return (
            query.where(_creations.c.featured_at.is_not(None)).order_by(_creations.c.featured_at.desc()).limit(FEATURED)
        )
    return query.order_by(*_NEWEST_FIRST).limit(FEATURED)


def _raw(column: str) -> Any:
    return type_coerce(_creations.c[column], NullType()).label(column)


def _whose() -> Any:
    """The id of a person who has a profile. Asked for first, so that their works are then read by it in order."""
    found = _users.alias().c
    here = (found.username == bindparam("owner"), found.deleted_at.is_(None), found.suspended_at.is_(None))
    return select(found.id).where(*here).scalar_subquery()


def _head() -> tuple[Any, ...]:
    shown = _creations.alias().c
    theirs = (shown.user_id == _whose(), shown.state == literal_column("'published'"))
    works = select(func.count()).where(*theirs).scalar_subquery()
    likes = select(func.coalesce(func.sum(shown.like_count), 0)).where(*theirs).scalar_subquery()
    return (
        _users.c.id.label("owner_id"),
        _users.c.username.label("owner_name"),
        _users.c.bio,
        _users.c.created_at.label("joined_at"),
        works.label("works"),
        likes.label("likes"),
    )


def _liked(member: bool) -> Any:
    return (_likes.c.user_id.is_not(None) if member else null()).label("liked")


def _of_authors(member: bool, *columns: Any) -> Select[Any]:
    works = _creations.join(_users, _creations.c.user_id == _users.c.id)
    if member:
        viewer = bindparam("viewer", type_=_likes.c.user_id.type)
        works = works.outerjoin(_likes, and_(_likes.c.creation_id == _creations.c.id, _likes.c.user_id == viewer))
    return select(*columns).select_from(works).where(_IS_PUBLISHED)


def _says() -> Any:
    def like(column: Any, name: str) -> Any:
        return column.ilike(bindparam(name), escape="/")

    return or_(
        like(_creations.c.caption, "words"),
        and_(_creations.c.shows_prompt, like(_creations.c.prompt, "words")),
        like(_users.c.username, "name"),
    )
