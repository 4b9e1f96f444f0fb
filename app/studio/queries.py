"""The owner's lists: drafts, records and ledger, a page at a time by cursor."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import and_, or_, select

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


def changed(user_id: uuid.UUID, since: int, limit: int) -> tuple[int, int, list[Creation]]:
    """A person's version and balance, and what changed after a version: oldest change first, deleted ones included.

    One statement, because two could see a change between them: it would be shown, and shown again with the next push.
    """
    found = db.session.execute(
        select(User.version, User.balance, Creation)
        .outerjoin(Creation, and_(Creation.user_id == User.id, Creation.version > since))
        .where(User.id == user_id)
        .order_by(Creation.version.desc())
        .limit(limit)
        .execution_options(populate_existing=True)
    ).all()
    return found[0].version, found[0].balance, [row.Creation for row in found[::-1] if row.Creation]


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
