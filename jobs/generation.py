"""The three steps of a generation that are jobs. Each may run twice without harm, and none sleeps."""

from __future__ import annotations

import uuid

from app.generation import fetching, rendering, submitting
from jobs.application import in_app


@in_app
def submit(creation_id: str) -> None:
    """Send the creation that is next in line to its provider: this one waits, and so somebody does."""
    submitting.submit()


@in_app
def fetch(creation_id: str) -> None:
    """Fetch, verify and store a finished result."""
    fetching.fetch(uuid.UUID(creation_id))


@in_app
def render(creation_id: str) -> None:
    """Draw the creation of an in-house provider that is next in line, and store it."""
    rendering.render()
