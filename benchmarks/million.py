"""Filling a database with people and creations: 200 people, four in five creations published."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert, text

from app.accounts.models import User
from app.creations.models import Creation
from app.extensions import uuid7
from app.social.models import Like

PEOPLE = 200
CHUNK = 20_000
_START = datetime(2026, 1, 1, tzinfo=UTC)


def fill(engine: Engine, count: int) -> uuid.UUID:
    """Insert `count` creations; return the id of one person who likes some of them."""
    rng = random.Random(7)
    people = [uuid7() for _ in range(PEOPLE)]
    with engine.begin() as connection:
        connection.execute(
            insert(User), [{"id": i, "username": f"person_{n}", "email": None} for n, i in enumerate(people)]
        )
        liked: list[uuid.UUID] = []
        for rows in _chunks(people, count, rng):
            connection.execute(insert(Creation), rows)
            liked = [row["id"] for row in rows if row["state"] == "published"][-60:]
        connection.execute(insert(Like), [{"user_id": people[0], "creation_id": i} for i in liked[::3]])
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    return people[0]


def _chunks(people: list[uuid.UUID], count: int, rng: random.Random) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, count, CHUNK):
        yield [_row(n, people[rng.randrange(PEOPLE)], rng) for n in range(start, min(start + CHUNK, count))]


def _row(n: int, owner: uuid.UUID, rng: random.Random) -> dict[str, Any]:
    video = n % 3 == 0
    published = n % 5 != 0
    at = _START + timedelta(seconds=n * 20)
    name = f"{n:022d}"
    return {
        "id": uuid7(),
        "user_id": owner,
        "kind": "video" if video else "image",
        "state": "published" if published else "draft",
        "step": None,
        "prompt": f"Layered ridges at dusk, take {n}",
        "caption": f"Take {n}",
        "alt_text": "Ridges at dusk",
        "aspect_ratio": ("1:1", "16:9", "9:16")[n % 3],
        "resolution": "720p" if video else None,
        "duration": 6 if video else None,
        "provider": "local",
        "model": "kinora-local-video-1" if video else "kinora-local-image-1",
        "media_key": f"{'videos' if video else 'images'}/{name}.{'mp4' if video else 'png'}",
        "media_type": "video/mp4" if video else "image/png",
        "file_size_bytes": 1_000_000,
        "width": 1024,
        "height": 1024,
        "poster_key": f"posters/{name}.webp",
        "poster_small_key": f"posters/s{name}.webp",
        "hue": n % 12,
        "like_count": rng.randrange(500),
        "created_at": at,
        "published_at": at if published else None,
    }
