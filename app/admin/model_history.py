"""The history of one model: who changed what, when and why, from the audit log (ADM-03)."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import User
from app.admin.model_shapes import Change, History
from app.catalogue.differing import differences
from app.catalogue.store import CHANGED, REVIVED
from app.extensions import db
from app.settings.models import TARGET_LENGTH, AuditEntry
from app.web.paging import PAGE_SIZE, decode_cursor, encode_cursor


def of(name: str, after: str = "") -> History:
    """A page of what was changed about "provider/id", newest first. Raises Invalid for a broken cursor."""
    query = (
        select(AuditEntry, User.username)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(AuditEntry.action.in_((CHANGED, REVIVED)), AuditEntry.target == name[:TARGET_LENGTH])
    )
    cursor = decode_cursor(after)
    if cursor:
        query = query.where(AuditEntry.id < cursor[1])
    rows = db.session.execute(query.order_by(AuditEntry.id.desc()).limit(PAGE_SIZE + 1)).all()
    shown = rows[:PAGE_SIZE]
    more = encode_cursor(shown[-1][0].created_at, shown[-1][0].id) if len(rows) > PAGE_SIZE else None
    return History(tuple(_change(entry, who or "") for entry, who in shown), more)


def _change(entry: AuditEntry, who: str) -> Change:
    before, after = entry.detail.get("from"), entry.detail.get("to")
    if entry.action == REVIVED:
        what = "Offered again"
    elif before is None:
        what = "Added"
    elif after is None:
        what = "Taken away"
    else:
        what = "Back to the built-in entry" if entry.detail.get("reset") else "Changed"
    told = differences(before, after) if before is not None and after is not None else ()
    return Change(entry.created_at, who, what, entry.reason, told)
