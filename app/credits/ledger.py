"""Every movement of credits, and the only code that changes a balance.

Nothing here commits: a movement joins the transaction of the use case that causes it. The balance changes by one
guarded UPDATE (read, subtract in Python and write back loses money as soon as two do it at once), and the entry's
unique key decides that nothing is charged, refunded or granted twice.
"""

from __future__ import annotations

import uuid

from sqlalchemy import Integer, Uuid, bindparam, column, select, table, update
from sqlalchemy.exc import IntegrityError

from app.credits.models import EntryType, LedgerEntry
from app.errors import Conflict, NotEnoughCredits
from app.extensions import db

# Credits know people by id alone: the room that owns them stands a floor above.
_users = table("users", column("id", Uuid), column("balance"), column("version"))

_PAY = (
    update(_users)
    .where(_users.c.id == bindparam("user"), _users.c.balance + bindparam("change", type_=Integer()) >= 0)
    .values(balance=_users.c.balance + bindparam("change", type_=Integer()), version=_users.c.version + 1)
    .returning(_users.c.balance)
)
_CHARGE = {"image": EntryType.IMAGE_GENERATION, "video": EntryType.VIDEO_GENERATION}
_REFUND = {"image": EntryType.IMAGE_REFUND, "video": EntryType.VIDEO_REFUND}


def charge(user_id: uuid.UUID, amount: int, *, kind: str, creation_id: uuid.UUID) -> None:
    """Take the price of a creation. A price of 0 writes nothing (PRC-02).

    Raises NotEnoughCredits, and then nothing has happened.
    """
    if amount:
        _move(user_id, -amount, type=_CHARGE[kind], key=f"debit:{creation_id}", creation_id=creation_id)


def refund(user_id: uuid.UUID, *, kind: str, creation_id: uuid.UUID) -> int:
    """Give back exactly what a creation cost, once; return how many credits came back.

    Its one caller is the transition to failed, in that transaction. A second call finds the first one's entry.
    """
    paid = _amount(f"debit:{creation_id}")
    if not paid or _amount(f"refund:{creation_id}"):
        return 0
    _move(user_id, -paid, type=_REFUND[kind], key=f"refund:{creation_id}", creation_id=creation_id)
    return -paid


def grant(
    user_id: uuid.UUID,
    amount: int,
    *,
    type: EntryType,
    key: str,
    note: str = "",
    actor_id: uuid.UUID | None = None,
) -> None:
    """Give credits (or, by an admin, take some: a negative amount). Raises Conflict when `key` was used before."""
    if not amount:
        return
    if _amount(key):
        raise Conflict("That was already done.")
    _move(user_id, amount, type=type, key=key, note=note, actor_id=actor_id)


def balance(user_id: uuid.UUID) -> int:
    """The credits a person has now."""
    return int(db.session.scalar(select(_users.c.balance).where(_users.c.id == user_id)) or 0)


def _amount(key: str) -> int:
    return int(db.session.scalar(select(LedgerEntry.amount).where(LedgerEntry.key == key)) or 0)


def _move(
    user_id: uuid.UUID,
    amount: int,
    *,
    type: EntryType,
    key: str,
    creation_id: uuid.UUID | None = None,
    note: str = "",
    actor_id: uuid.UUID | None = None,
) -> None:
    after = db.session.scalar(_PAY, {"user": user_id, "change": amount})
    if after is None:
        raise NotEnoughCredits(have=balance(user_id), need=-amount)
    db.session.add(
        LedgerEntry(
            user_id=user_id,
            creation_id=creation_id,
            actor_id=actor_id,
            amount=amount,
            type=type,
            key=key,
            balance_after=after,
            note=note,
        )
    )
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict("That was already done.") from error
