"""What the public pages' templates are given."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup


@dataclass(frozen=True)
class Tile:
    """A published creation as others see it, on Explore, on a profile and on its own page."""

    id: uuid.UUID
    kind: str
    username: str
    caption: str
    prompt: str | None
    """None when its author keeps it to themselves."""
    alt_text: str
    aspect_ratio: str
    duration: int | None
    resolution: str | None
    width: int
    height: int
    hue: int
    poster_url: str
    poster_small_url: str
    media_url: str
    download_url: str
    published_at: datetime
    like_count: int
    liked: bool
    model_label: str
    is_local: bool
    is_sample: bool = False
    featured: bool = False

    @property
    def is_video(self) -> bool:
        return self.kind == "video"

    @property
    def shape(self) -> str:
        """The tile's box in the mosaic: "square", "wide" or "tall"."""
        return {"16:9": "wide", "9:16": "tall"}.get(self.aspect_ratio, "square")


@dataclass(frozen=True)
class Feed:
    """One page of tiles, drawn. `after` is the cursor of the next, None at the end."""

    tiles: Markup
    count: int
    after: str | None
    page: int = 1
    """Which page of automatic loading this is; after five the link stays a button."""


@dataclass(frozen=True)
class ProfileHead:
    """The top of a profile."""

    username: str
    bio: str
    joined_at: datetime
    works: int
    likes: int
    is_me: bool
