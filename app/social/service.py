"""Liking, and the counts that open pages hear of."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable

from markupsafe import Markup
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.creations.models import IS_PUBLISHED, Creation
from app.errors import NotFound
from app.extensions import db, now, transaction
from app.realtime import bus
from app.social.models import Like
from app.web.words import compact

_COUNT = Markup('<hx-partial hx-target="[data-likes=\'{id}\']" hx-swap="innerHTML">{count}</hx-partial>')


def like(user_id: uuid.UUID, creation_id: uuid.UUID, *, liked: bool) -> int:
    """Set whether a person likes a published creation; return the exact count. Doing it twice changes nothing.

    Raises NotFound when there is no such post.
    """
    with transaction() as session:
        # The creation's row is locked first, so that the count is taken after everyone else's like.
        found = session.scalar(select(Creation.id).where(Creation.id == creation_id, IS_PUBLISHED).with_for_update())
        if found is None:
            raise NotFound
        if _set(user_id, creation_id, liked=liked):
            count = session.scalar(
                update(Creation)
                .where(Creation.id == creation_id)
                .values(like_count=select(func.count()).where(Like.creation_id == creation_id).scalar_subquery())
                .returning(Creation.like_count)
                .execution_options(synchronize_session=False)
            )
            changed = True
        else:
            count = session.scalar(select(Creation.like_count).where(Creation.id == creation_id))
            changed = False
    if changed:
        bus.publish_likes(creation_id)
    return int(count)


def likes_frame(creation_ids: Iterable[uuid.UUID]) -> str | None:
    """One public frame with the counts of these posts, the same for everybody; None when none is published."""
    rows = db.session.execute(
        select(Creation.id, Creation.like_count).where(Creation.id.in_(list(creation_ids)), IS_PUBLISHED)
    ).all()
    db.session.commit()
    if not rows:
        return None
    return json.dumps({"content": "".join(_COUNT.format(id=row.id, count=compact(row.like_count)) for row in rows)})


def _set(user_id: uuid.UUID, creation_id: uuid.UUID, *, liked: bool) -> bool:
    if not liked:
        done = db.session.execute(delete(Like).where(Like.user_id == user_id, Like.creation_id == creation_id))
        return bool(done.rowcount)
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    done = db.session.execute(
        insert(Like).values(user_id=user_id, creation_id=creation_id, created_at=now()).on_conflict_do_nothing()
    )
    return bool(done.rowcount)
