"""How a creation ends: as a draft, or failed and refunded. Each is one transaction."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.creations.models import Creation
from app.creations.transitions import FAILED, QUEUED, Place, move
from app.credits import ledger
from app.errors import NotFound
from app.extensions import db, now, transaction
from app.realtime import bus

log = logging.getLogger(__name__)


def fail(
    creation_id: uuid.UUID,
    old: Place,
    code: str,
    message: str = "",
    *,
    lease: str | None = None,
    where: tuple[Any, ...] = (),
    refusal: Mapping[str, str] | None = None,
) -> bool:
    """End a creation as failed and give its price back, in one transaction; False when it had moved on.

    `code` is ours and stable; `message` is the provider's text, for admins only (ERR-03). Without one, what was noted
    before stays. `refusal` is what its owner may know of why a provider declined (`refusals.refusal_of`).
    """
    said: dict[str, Any] = {"error_message": message[:2000]} if message else {}
    if refusal is not None:
        said["refusal"] = dict(refusal)
    with transaction():
        owner = move(
            creation_id,
            old,
            FAILED,
            lease=lease,
            where=where,
            error_code=code,
            lease_token=None,
            lease_until=None,
            next_run_at=None,
            progress=None,
            completed_at=now(),
            **said,
        )
        if owner is None:
            return False
        kind = db.session.scalar(select(Creation.kind).where(Creation.id == creation_id))
        returned = ledger.refund(owner, kind=kind, creation_id=creation_id)
    log.info("creation %s failed: %s, %d credits returned", creation_id, code, returned)
    bus.publish(owner)
    return True


def cancel(user_id: uuid.UUID, creation_id: uuid.UUID) -> bool:
    """Take a creation back while it still waits in the queue; False when it is too late. Raises NotFound."""
    owner = db.session.scalar(select(Creation.user_id).where(Creation.id == creation_id, Creation.deleted_at.is_(None)))
    if owner != user_id:
        raise NotFound
    return fail(creation_id, QUEUED, "cancelled", where=(Creation.user_id == user_id,))
