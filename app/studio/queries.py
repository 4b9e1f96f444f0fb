"""The owner's lists: drafts, records and ledger, a page at a time by cursor."""

from __future__ import annotations

import functools
import uuid
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, or_, select

from app.accounts.models import User
from app.creations.models import Creation, IdempotencyKey
from app.creations.states import PLAYABLE, UNFINISHED, State
from app.credits.models import EntryType, LedgerEntry
from app.extensions import db
from app.studio.shapes import LedgerLine
from app.web.paging import PAGE_SIZE, decode_cursor, encode_cursor

_WHAT = {
    EntryType.SIGNUP_GRANT: "Welcome",
    EntryType.IMAGE_GENERATION: "Image",
    EntryType.IMAGE_REFUND: "Image, returned",
    EntryType.VIDEO_GENERATION: "Video",
    EntryType.VIDEO_REFUND: "Video, returned",
    EntryType.ADMIN_GRANT: "From the team",
    EntryType.ADMIN_REFUND: "Returned by the team",
    EntryType.PURCHASE: "Bought",
}
_SHOWN = (
    "id",
    "kind",
    "state",
    "step",
    "turn",
    "version",
    "settled_version",
    "prompt",
    "negative_prompt",
    "aspect_ratio",
    "resolution",
    "duration",
    "parent_id",
    "relation",
    "provider",
    "model",
    "asked_model",
    "deadline_at",
    "progress",
    "credit_cost",
    "media_key",
    "width",
    "height",
    "poster_key",
    "poster_small_key",
    "hue",
    "caption",
    "alt_text",
    "like_count",
    "error_code",
    "refusal",
    "created_at",
    "submitted_at",
    "fetching_at",
    "completed_at",
    "deleted_at",
)
"""All that a card is made from."""
_creations, _users = Creation.__table__, User.__table__
_REFUNDS = (EntryType.IMAGE_REFUND, EntryType.VIDEO_REFUND, EntryType.ADMIN_REFUND)


def drafts(user_id: uuid.UUID, kind: str, after: str) -> tuple[list[Creation], str | None]:
    """A page of unpublished creations, newest first, and the cursor of the next page."""
    query = _own(user_id).where(Creation.state != State.PUBLISHED)
    return _page(_of_kind(query, kind), after)


def records(user_id: uuid.UUID, *, kind: str, state: str, text: str, after: str) -> tuple[list[Creation], str | None]:
    """A page of everything a person asked for (PRO-02). `state` is empty, unfinished, or a state."""
    query = _of_kind(_own(user_id), kind)
    if state == "unfinished":
        query = query.where(Creation.state.in_(UNFINISHED))
    elif state:
        query = query.where(Creation.state == state)
    if text:
        query = query.where(Creation.prompt.icontains(text, autoescape=True))
    return _page(query, after)


def recent_images(user_id: uuid.UUID, count: int) -> list[Creation]:
    """The newest finished images, to start from."""
    return list(db.session.scalars(_images(user_id).order_by(Creation.id.desc()).limit(count)))


def images(user_id: uuid.UUID, text: str, after: str) -> tuple[list[Creation], str | None]:
    """A page of finished images, newest first, whose prompt holds `text`."""
    query = _images(user_id)
    return _page(query.where(Creation.prompt.icontains(text, autoescape=True)) if text else query, after)


def origin(user_id: uuid.UUID, text: str) -> Creation | None:
    """What a new creation may start from: one's own, or a published one; None for anything else."""
    try:
        wanted = uuid.UUID(text)
    except ValueError:
        return None
    found: Creation | None = db.session.scalar(
        select(Creation).where(
            Creation.id == wanted,
            Creation.deleted_at.is_(None),
            or_(Creation.user_id == user_id, Creation.state == State.PUBLISHED),
        )
    )
    return found


def made_with(user_id: uuid.UUID, key: str) -> Creation | None:
    """The creation that a form with this key has already made."""
    found: Creation | None = db.session.scalar(
        select(Creation)
        .join(IdempotencyKey, IdempotencyKey.creation_id == Creation.id)
        .where(IdempotencyKey.user_id == user_id, IdempotencyKey.endpoint == "create", IdempotencyKey.key == key)
    )
    return found


@functools.cache
def _changes() -> Select[Any]:
    """Built once and of plain columns: that costs less than half of building it, and its entities, for every push.

    Parameters: `owner`, `since`, `most`.
    """
    mine = and_(_creations.c.user_id == _users.c.id, _creations.c.version > bindparam("since"))
    return (
        select(_users.c.version.label("reached"), _users.c.balance, *(_creations.c[name] for name in _SHOWN))
        .select_from(_users.outerjoin(_creations, mine))
        .where(_users.c.id == bindparam("owner", type_=_users.c.id.type))
        .order_by(_creations.c.version.desc())
        .limit(bindparam("most"))
    )


def changed(user_id: uuid.UUID, since: int, limit: int) -> tuple[int, int, list[Row[Any]]]:
    """A person's version and balance, and what changed after a version: oldest change first, deleted ones included.

    One statement, because two could see a change between them: it would be shown, and shown again with the next push.
    """
    with db.engine.connect() as connection:
        found = connection.execute(_changes(), {"owner": user_id, "since": since, "most": limit}).all()
    return found[0].reached, found[0].balance, [row for row in found[::-1] if row.id]


def ledger(user_id: uuid.UUID, after: str) -> tuple[list[LedgerLine], str | None]:
    """A page of the ledger, newest first, refunds naming the creation of their charge (PRC-14)."""
    query = select(LedgerEntry).where(LedgerEntry.user_id == user_id)
    cursor = decode_cursor(after)
    if cursor:
        query = query.where(LedgerEntry.id < cursor[1])
    entries = list(db.session.scalars(query.order_by(LedgerEntry.id.desc()).limit(PAGE_SIZE + 1)))
    more = encode_cursor(entries[PAGE_SIZE - 1].created_at, entries[PAGE_SIZE - 1].id) if _is_more(entries) else None
    return [_line(entry) for entry in entries[:PAGE_SIZE]], more


def _line(entry: LedgerEntry) -> LedgerLine:
    return LedgerLine(
        at=entry.created_at,
        what=_WHAT[EntryType(entry.type)],
        amount=entry.amount,
        balance_after=entry.balance_after,
        creation_id=entry.creation_id,
        note=entry.note,
        refund=entry.type in _REFUNDS,
    )


def _images(user_id: uuid.UUID) -> Any:
    return _own(user_id).where(Creation.kind == "image", Creation.state.in_(PLAYABLE))


def _own(user_id: uuid.UUID) -> Any:
    return select(Creation).where(Creation.user_id == user_id, Creation.deleted_at.is_(None))


def _of_kind(query: Any, kind: str) -> Any:
    return query.where(Creation.kind == kind) if kind in ("image", "video") else query


def _page(query: Any, after: str) -> tuple[list[Creation], str | None]:
    """Ids are made in the order of time, so the id alone is the cursor."""
    cursor = decode_cursor(after)
    if cursor:
        query = query.where(Creation.id < cursor[1])
    rows = list(db.session.scalars(query.order_by(Creation.id.desc()).limit(PAGE_SIZE + 1)))
    more = encode_cursor(rows[PAGE_SIZE - 1].created_at, rows[PAGE_SIZE - 1].id) if _is_more(rows) else None
    return rows[:PAGE_SIZE], more


def _is_more(rows: list[Any]) -> bool:
    return len(rows) > PAGE_SIZE
