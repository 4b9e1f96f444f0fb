"""Idempotency keys: a request that is sent again is carried out once. Each is kept for two days with what it made."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import delete

from app.creations.models import IdempotencyKey
from app.errors import Invalid
from app.extensions import now, transaction

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
"""The header of an answer that was given before."""
KEPT = timedelta(hours=48)
_SYNTAX = re.compile(r"[ -~]{8,255}")


def checked(key: str) -> str:
    """The key, when it is 8 to 255 printable ASCII characters. Raises Invalid."""
    if not _SYNTAX.fullmatch(key):
        raise Invalid({"": "This form was damaged on its way. Press Generate again."})
    return key


def forget_old() -> int:
    """Drop the keys that are past their time; return how many."""
    with transaction() as session:
        done = session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now() - KEPT))
    return int(done.rowcount)
