"""Rows as they are left behind: creations in any step, by hand."""

from __future__ import annotations

import tempfile
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update

from app.creations.models import Creation
from app.creations.states import State, Step
from app.credits import ledger
from app.extensions import now, storage, transaction, uuid7
from app.storage.keys import new_key
from tests.standins import media

HOUR = timedelta(hours=1)
STATE_OF = {
    Step.QUEUED: State.PENDING,
    Step.SUBMITTING: State.PROCESSING,
    Step.WAITING: State.PROCESSING,
    Step.UNKNOWN: State.PROCESSING,
    Step.FETCHING: State.DOWNLOADING,
}


def creation(user_id: uuid.UUID, **columns: Any) -> Creation:
    """A creation that is not in the database yet: an image in the queue, unless the columns say otherwise."""
    step = columns.setdefault("step", Step.QUEUED)
    return Creation(
        id=uuid7(),
        user_id=user_id,
        **{
            "kind": "image",
            "state": STATE_OF.get(step),
            "prompt": "A lighthouse at dusk",
            "aspect_ratio": "1:1",
            "provider": "local",
            "model": "kinora-local-image-1",
            **columns,
        },
    )


def left(user_id: uuid.UUID, *, price: int = 5, **columns: Any) -> uuid.UUID:
    """A paid creation in the database, in the state that a crash left it in."""
    row = creation(user_id, credit_cost=price, **columns)
    with transaction() as session:
        session.add(row)
        session.flush()
        ledger.charge(user_id, price, kind=row.kind, creation_id=row.id)
    return row.id


def drafted(user_id: uuid.UUID, *, price: int = 0, state: State = State.DRAFT, **columns: Any) -> uuid.UUID:
    """A finished image with its files, as the engine leaves it."""
    data = media.jpeg("1:1")
    keys = {"media_key": new_key("image", "jpg"), "poster_key": new_key("poster", "webp")}
    keys["poster_small_key"] = new_key("poster", "webp")
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(data)
        for key in keys.values():
            storage().put(key, Path(file.name), "image/jpeg", public=state is State.PUBLISHED)
    facts = {"media_type": "image/jpeg", "file_size_bytes": len(data), "width": 1024, "height": 1024}
    shown = {"published_at": now()} if state is State.PUBLISHED else {}
    return left(user_id, price=price, step=None, state=state, **{**keys, **facts, **shown, **columns})


def change(creation_id: uuid.UUID, **columns: Any) -> None:
    """Set columns past all rules."""
    with transaction() as session:
        session.execute(
            update(Creation)
            .where(Creation.id == creation_id)
            .values(**columns)
            .execution_options(synchronize_session=False)
        )


def dead_lease() -> dict[str, Any]:
    """The columns of a row whose worker died a while ago."""
    past = now() - timedelta(minutes=2)
    return {"lease_token": "gone", "lease_until": past, "next_run_at": past}
