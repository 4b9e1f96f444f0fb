"""What the floors above lend to the push channel, and the plain values that pass between them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a page: a person, by one of their sessions."""

    user_id: UUID
    session_id: str


@dataclass(frozen=True)
class Push:
    """What an open page should see now: partials, and the version up to which they bring it."""

    version: int
    content: str

    def message(self) -> str:
        """The message as htmx's websocket extension reads it."""
        return json.dumps({"version": self.version, "content": self.content})


@dataclass(frozen=True)
class Hooks:
    """Each may be called from any thread, and leaves no connection to the database behind."""

    viewer: Callable[[], Viewer | None]
    """Who makes this request; None for a stranger. The only one that needs a request."""
    changes: Callable[[Viewer, int], Push | None]
    """Everything of a person's newer than a version; None when nothing is."""
    versions: Callable[[Collection[UUID]], Mapping[UUID, int]]
    """The versions that people have reached."""
    living: Callable[[Collection[str]], Collection[str]]
    """Which of these sessions still count."""
    likes: Callable[[Collection[UUID]], str | None]
    """The message that shows the like counts of these creations; None when there is nothing to show."""
