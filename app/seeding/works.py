"""Adding and removing sample works.

They are drawn by the same renderer and prepared by the same pipeline as people's own, under names that are marked as
samples; they cost nothing, so the ledger does not hear of them.
"""

from __future__ import annotations

import logging
import secrets
import tempfile
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, select, update

from app.accounts.models import User
from app.creations.models import Creation
from app.extensions import db, now, storage, transaction, uuid7
from app.generation.catalogue import registry
from app.media.pipeline import Expectations, Prepared, prepare
from app.providers.base import Brief, Kind, Model, Renderer
from app.providers.registry import LOCAL
from app.social.models import Like

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Work:
    """A sample: who is said to have made it, and from what."""

    author: str
    kind: str
    aspect_ratio: str
    prompt: str
    caption: str
    duration: int | None = None


WORKS = (
    Work(
        "maren",
        "video",
        "16:9",
        "Layered mountain ridges at sunset, glowing sun low behind the far ridge, slow pan",
        "Last light over seven ridges.",
        6,
    ),
    Work(
        "ilse",
        "video",
        "9:16",
        "Aurora borealis over a dark pine forest on a clear winter night, slow tilt up",
        "It hummed. I swear it hummed.",
        4,
    ),
    Work("obi", "image", "1:1", "Marbled ink in molten orange and deep violet, abstract fluid", "Poured, not painted."),
    Work(
        "juno",
        "image",
        "1:1",
        "Glossy spheres in coral, blue and green floating on a pink studio backdrop",
        "Four planets of candy.",
    ),
    Work(
        "tidepool",
        "video",
        "16:9",
        "Sun shafts through a kelp forest, underwater, drifting camera, silver fish",
        "Four minutes of breath, eight metres down.",
        6,
    ),
    Work(
        "hana", "image", "1:1", "Sumi-e mountains in mist with one red sun, wet paper texture", "One brush, one breath."
    ),
    Work(
        "north",
        "video",
        "16:9",
        "Full moon over a calm dark sea, rippled reflection, gentle dolly in",
        "The road the moon makes.",
        4,
    ),
    Work(
        "kaito",
        "image",
        "9:16",
        "Neon city skyline on a rainy night, violet and pink, glowing windows",
        "Two in the morning, still awake.",
    ),
    Work("maren", "image", "9:16", "A giant coral dahlia opening against a dark background", "Opened for the lamp."),
    Work(
        "eirik",
        "video",
        "9:16",
        "Cold fjord at night, stacked teal ridges, full moon, drifting mist, crane up",
        "Quiet enough to hear the water think.",
        4,
    ),
    Work(
        "hana", "image", "16:9", "Rolling desert dunes at golden hour, long shadows, a small caravan", "Heat, folded."
    ),
    Work("juno", "image", "16:9", "Hot air balloons over misty hills at dawn, pastel sky", "Up before the wind."),
)


def add(count: int) -> int:
    """Draw and publish sample works until there are `count`; return how many were added.

    Goes on where it was stopped. The first ones look oldest, so that the list reads as it stands.
    """
    model_of = {kind: registry().model(kind, LOCAL, "") for kind in ("image", "video")}
    there = set(db.session.scalars(select(Creation.prompt).where(Creation.is_sample)))
    db.session.commit()
    added = 0
    for number in range(count):
        work = WORKS[number % len(WORKS)]
        model = model_of[work.kind]
        prompt = work.prompt if number < len(WORKS) else f"{work.prompt}, take {number // len(WORKS) + 1}"
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
        session.execute(update(Creation).where(Creation.parent_id.in_(ids)).values(parent_id=None))
        session.execute(delete(Creation).where(Creation.id.in_(ids)))
        session.execute(delete(User).where(User.is_sample))
    for row in rows:
        for key in row[1:]:
            if key:
                storage().delete(key)
    return len(rows)


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
        columns = _store(work, prepared)
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


def _store(work: Work, prepared: Prepared) -> dict[str, object]:
    key = f"{work.kind}s/{secrets.token_urlsafe(16)}.{prepared.ending}"
    storage().put(key, prepared.path, prepared.media_type, public=True)
    columns: dict[str, object] = {
        "media_key": key,
        "media_type": prepared.media_type,
        "file_size_bytes": prepared.size,
        "media_sha256": prepared.sha256,
        "width": prepared.width,
        "height": prepared.height,
        "hue": prepared.hue,
    }
    for column, path in (("poster_key", prepared.poster), ("poster_small_key", prepared.poster_small)):
        if path is not None:
            columns[column] = f"posters/{secrets.token_urlsafe(16)}.webp"
            storage().put(str(columns[column]), path, "image/webp", public=True)
    return columns


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
