"""Turning a creation into what a provider is asked for."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sqlalchemy import select

from app.catalogue import store as models
from app.creations.models import Creation, ReferenceImage
from app.extensions import db, storage
from app.providers.base import Brief, Kind, Reference
from app.storage.base import StorageError


def brief_of(creation: Creation) -> Brief:
    """The brief of a creation, its reference images read from the store. Raises StorageError."""
    rows = db.session.execute(
        select(ReferenceImage.key, ReferenceImage.media_type, ReferenceImage.role)
        .where(ReferenceImage.creation_id == creation.id)
        .order_by(ReferenceImage.position)
    ).all()
    # The store may be a bucket: no transaction stays open across the network.
    db.session.commit()
    model = models.find(creation.provider, creation.model)
    return Brief(
        kind=Kind(creation.kind),
        model=creation.model,
        prompt=creation.prompt,
        aspect_ratio=creation.aspect_ratio,
        negative_prompt=creation.negative_prompt,
        duration=creation.duration,
        resolution=creation.resolution,
        seed=creation.seed,
        sound=creation.sound,
        recipe=model.recipe if model else {},
        references=tuple(Reference(_bytes(row.key), row.media_type, row.role) for row in rows),
    )


def _bytes(key: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "reference"
        if not storage().fetch(key, target):
            raise StorageError(f"the reference image {key} is gone")
        return target.read_bytes()
