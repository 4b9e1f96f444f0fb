"""The three steps of a generation that are jobs. Each may run twice without harm, and none sleeps."""

from __future__ import annotations

import uuid

from app.generation import fetching, rendering, submitting
from jobs.application import in_app


@in_app
def submit(creation_id: str) -> None:
    """Send a waiting creation to its provider."""
    submitting.submit(uuid.UUID(creation_id))


@in_app
def fetch(creation_id: str) -> None:
    """Fetch, verify and store a finished result."""
    fetching.fetch(uuid.UUID(creation_id))


@in_app
def render(creation_id: str) -> None:
    """Draw a creation of an in-house provider, and store it."""
    rendering.render(uuid.UUID(creation_id))
