"""Adding and removing sample works.

They are drawn by the same renderer and prepared by the same pipeline as people's own, under names that are marked as
samples; they cost nothing, so the ledger does not hear of them.
"""

from __future__ import annotations

import logging
import tempfile
import uuid
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, select, update

from app.accounts.models import User
from app.catalogue import store as models
from app.catalogue.choosing import registry
from app.creations import keeping
from app.creations.models import Creation
from app.extensions import db, now, storage, transaction, uuid7
from app.media.pipeline import Expectations, prepare
from app.providers.base import Brief, Kind, Renderer
from app.providers.model import Model
from app.providers.registry import LOCAL
from app.seeding.samples import WORKS, Work
from app.social.models import Like

log = logging.getLogger(__name__)


def add(count: int) -> int:
    """Draw and publish sample works until there are `count`; return how many were added.

    Images before videos, so that Explore fills within seconds; the age of each comes from its place in the list, of
    which the first looks newest. Goes on where it was stopped.
    """
    model_of = {one.model.kind.value: one.model for one in models.listings() if one.model.provider == LOCAL}
    there = set(db.session.scalars(select(Creation.prompt).where(Creation.is_sample)))
    db.session.commit()
    added = 0
    for number in sorted(range(count), key=lambda number: _take(number)[0].kind):
        work, prompt = _take(number)
        model = model_of.get(work.kind)
        if model is None or prompt in there:
            continue
        _publish(work, prompt, model, age=timedelta(hours=7 * number + 1))
        added += 1
    return added


def remove() -> int:
    """Take all sample works and their authors away; return how many works."""
    with transaction() as session:
        rows = session.execute(
            select(Creation.id, Creation.media_key, Creation.poster_key, Creation.poster_small_key).where(
                Creation.is_sample
            )
        ).all()
        ids = [row.id for row in rows]
        session.execute(delete(Like).where(Like.creation_id.in_(ids)))
        # Somebody may have remixed a sample; their own work stays and only forgets where it came from.
        session.execute(update(Creation).where(Creation.parent_id.in_(ids)).values(parent_id=None, relation=None))
        session.execute(delete(Creation).where(Creation.id.in_(ids)))
        session.execute(delete(User).where(User.is_sample))
    for row in rows:
        for key in row[1:]:
            if key:
                storage().delete(key)
    return len(rows)


def _take(number: int) -> tuple[Work, str]:
    """The work at a place of the list, and its prompt; when the list is over it begins again with another take."""
    again, place = divmod(number, len(WORKS))
    work = WORKS[place]
    return work, f"{work.prompt}, take {again + 1}" if again else work.prompt


def _publish(work: Work, prompt: str, model: Model, *, age: timedelta) -> None:
    id = uuid7()
    resolution = model.resolutions[0] if work.duration else None
    renderer = registry().provider(LOCAL)
    if not isinstance(renderer, Renderer):
        raise TypeError("the local provider does not render")
    brief = Brief(Kind(work.kind), model.id, prompt, work.aspect_ratio, "", work.duration, resolution, seed=1)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        renderer.render(brief, str(id), source, lambda _progress: None)
        prepared = prepare(
            source,
            work.kind,
            Expectations(seconds=work.duration, aspect_ratio=work.aspect_ratio, resolution=resolution),
            source_type=model.source_type,
            model_label=model.label,
            workdir=Path(folder),
        )
        columns = keeping.keep(prepared, work.kind, keeping.new_names(), public=True)
    at = now() - age
    with transaction() as session:
        session.add(
            Creation(
                id=id,
                user_id=_author(work.author),
                kind=work.kind,
                state="published",
                step=None,
                prompt=prompt,
                caption=work.caption,
                alt_text=prompt,
                aspect_ratio=work.aspect_ratio,
                resolution=resolution,
                duration=work.duration,
                provider=model.provider,
                model=model.id,
                is_sample=True,
                created_at=at,
                completed_at=at,
                published_at=at,
                **columns,
            )
        )
    log.info("sample work drawn: %s", work.caption)


def _author(name: str) -> uuid.UUID:
    """The account that a sample is shown under; nobody can log in to it, and real people come before it."""
    username = f"{name}_sample"
    found: uuid.UUID | None = db.session.scalar(select(User.id).where(User.username == username))
    if found is None:
        user = User(username=username, is_sample=True)
        db.session.add(user)
        db.session.flush()
        found = user.id
    return found
