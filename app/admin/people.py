"""The people table: who they are, what they have, what they spent."""

from __future__ import annotations

import uuid

from sqlalchemy import case, func, or_, select

from app.accounts.models import User
from app.admin.shapes import People, Person
from app.creations.models import Creation
from app.creations.states import State
from app.credits import ledger
from app.credits.models import EntryType, LedgerEntry
from app.errors import Invalid, NotEnoughCredits, NotFound
from app.extensions import db, transaction
from app.realtime import bus
from app.settings.models import AuditEntry
from app.web.paging import PAGE_SIZE, decode_cursor, encode_cursor

GRANT_MOST = 100_000


def people(query: str, after: str) -> People:
    """A page of people, newest first. `query` looks in names and addresses."""
    statement = select(User).where(User.deleted_at.is_(None), User.is_sample.is_(False))
    if query:
        statement = statement.where(
            or_(User.username.icontains(query, autoescape=True), User.email.icontains(query, autoescape=True))
        )
    cursor = decode_cursor(after)
    if cursor:
        statement = statement.where(User.id < cursor[1])
    rows = list(db.session.scalars(statement.order_by(User.id.desc()).limit(PAGE_SIZE + 1)))
    shown = rows[:PAGE_SIZE]
    counts = _counts([user.id for user in shown])
    return People(
        people=tuple(_person(user, *counts.get(user.id, (0, 0, 0))) for user in shown),
        query=query,
        after=encode_cursor(shown[-1].created_at, shown[-1].id) if len(rows) > PAGE_SIZE else None,
    )


def grant(actor_id: uuid.UUID | None, user_id: uuid.UUID, credits: int, why: str, *, key: str) -> int:
    """Give credits by hand (PRC-15), with an audit entry; return the new balance. A negative amount takes some back.

    `key` names the form that was sent, so that sending it twice grants once. Raises Invalid, NotFound, Conflict.
    """
    errors = {}
    if not credits or abs(credits) > GRANT_MOST:
        errors["credits"] = f"Grant from 1 to {GRANT_MOST:,} credits; a negative number takes them back."
    if not why:
        errors["why"] = "Say why: it is kept in the ledger."
    if errors:
        raise Invalid(errors)
    with transaction() as session:
        user = session.get(User, user_id)
        # Samples are removed with all that is theirs, and the ledger forgets nothing.
        if user is None or user.is_sample or user.deleted_at is not None:
            raise NotFound
        try:
            ledger.grant(
                user_id, credits, type=EntryType.ADMIN_GRANT, key=f"admin:{key}", note=why[:300], actor_id=actor_id
            )
        except NotEnoughCredits as error:
            raise Invalid({"credits": f"There are only {error.have:,} credits to take back."}) from None
        session.add(
            AuditEntry(actor_id=actor_id, action="grant", target=str(user_id), reason=why, detail={"credits": credits})
        )
    bus.publish(user_id)
    return ledger.balance(user_id)


def _counts(ids: list[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int, int]]:
    """Creations, failures and credits spent (less what came back), by person."""
    made = {
        row.user_id: (row.count, row.failed)
        for row in db.session.execute(
            select(
                Creation.user_id,
                func.count().label("count"),
                func.sum(case((Creation.state == State.FAILED, 1), else_=0)).label("failed"),
            )
            .where(Creation.user_id.in_(ids))
            .group_by(Creation.user_id)
        )
    }
    spent = dict(
        db.session.execute(
            select(LedgerEntry.user_id, -func.sum(LedgerEntry.amount))
            .where(LedgerEntry.user_id.in_(ids), LedgerEntry.creation_id.is_not(None))
            .group_by(LedgerEntry.user_id)
        ).all()
    )
    return {i: (*map(int, made.get(i, (0, 0))), int(spent.get(i, 0))) for i in ids}  # type: ignore[misc]


def _person(user: User, creations: int, failed: int, spent: int) -> Person:
    return Person(
        id=user.id,
        username=user.username or "",
        email=user.email or "",
        role=user.role,
        balance=user.balance,
        creations=creations,
        failed=failed,
        spent=spent,
        joined_at=user.created_at,
        last_seen_at=user.last_seen_at,
    )
