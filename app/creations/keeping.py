"""Putting a prepared work into the store, under names that were chosen before."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from app.extensions import storage
from app.media.pipeline import Prepared


def new_names() -> dict[str, str]:
    """Unguessable names (128 random bits each) of a work and its posters: fixed before the first byte is stored."""
    return {part: secrets.token_urlsafe(16) for part in ("media", "poster", "small")}


def keep(prepared: Prepared, kind: str, names: Mapping[str, str], *, public: bool = False) -> dict[str, Any]:
    """Store a work and its posters; return the columns that say where and what they are. Raises StorageError.

    Doing it again with the same names writes the same objects.
    """
    key = f"{kind}s/{names['media']}.{prepared.ending}"
    storage().put(key, prepared.path, prepared.media_type, public=public)
    columns: dict[str, Any] = {
        "media_key": key,
        "media_type": prepared.media_type,
        "file_size_bytes": prepared.size,
        "media_sha256": prepared.sha256,
        "width": prepared.width,
        "height": prepared.height,
        "hue": prepared.hue,
    }
    for column, path, name in (
        ("poster_key", prepared.poster, names["poster"]),
        ("poster_small_key", prepared.poster_small, names["small"]),
    ):
        if path is not None:
            columns[column] = f"posters/{name}.webp"
            storage().put(columns[column], path, "image/webp", public=public)
    return columns
