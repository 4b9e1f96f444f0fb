"""From a creation's row to the card that its owner sees."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

from app.catalogue import choosing
from app.creations import failures
from app.creations.states import UNFINISHED, State, Step
from app.generation import estimates
from app.studio.shapes import Card, StepMark
from app.web.paths import url_for

Made: TypeAlias = Any
"""A creation, or a row with those of its columns that a card is made from, as `queries.changed` gives them."""


def card_of(creation: Made) -> Card:
    """The card of one creation."""
    return cards_of([creation])[0]


def cards_of(creations: Sequence[Made]) -> tuple[Card, ...]:
    """The cards of several creations, in their order."""
    waits = estimates.waits(creations)
    return tuple(_card(creation, waits.get(creation.id)) for creation in creations)


def roughly(seconds: float) -> str:
    """A time as people say it, rounded up: "40 s", "3 min"."""
    if seconds >= 90:
        return f"{math.ceil(seconds / 60)} min"
    step = 10 if seconds > 15 else 5
    return f"{max(step, math.ceil(seconds / step) * step)} s"


def _card(creation: Made, wait: estimates.Wait | None) -> Card:
    return Card(
        id=creation.id,
        kind=creation.kind,
        state=creation.state,
        version=creation.version,
        prompt=creation.prompt,
        negative_prompt=creation.negative_prompt,
        aspect_ratio=creation.aspect_ratio,
        resolution=creation.resolution,
        duration=creation.duration,
        model_label=choosing.model_label(creation.provider, creation.model),
        credit_cost=creation.credit_cost,
        hue=creation.hue,
        created_at=creation.created_at,
        status=_status(creation, wait),
        progress=creation.progress if creation.state in UNFINISHED else None,
        ahead=wait.ahead if wait else None,
        reason=failures.sentence(creation.error_code, creation.refusal) if creation.state == State.FAILED else None,
        refusal=failures.refusal(creation.error_code, creation.refusal) if creation.state == State.FAILED else None,
        poster_url=_file(creation.poster_key or _picture(creation)),
        poster_small_url=_file(creation.poster_small_key or creation.poster_key or _picture(creation)),
        media_url=_file(creation.media_key),
        download_url=_file(creation.media_key, download=True),
        width=creation.width,
        height=creation.height,
        can_cancel=creation.step == Step.QUEUED,
        caption=creation.caption,
        alt_text=creation.alt_text,
        is_local=choosing.is_local(creation.provider),
        relation=creation.relation,
        parent_id=creation.parent_id,
        steps=_steps(creation, waits=wait is not None),
        like_count=creation.like_count,
        instead_of=instead_of(creation),
    )


def instead_of(creation: Made) -> str:
    """Which model was asked for where another one makes it, and why; empty where it is the same."""
    if not creation.asked_model:
        return ""
    label = choosing.model_label(*creation.asked_model.split("/", 1))
    why = "is not offered any more" if choosing.is_gone(creation.asked_model) else "was interrupted"
    return f"instead of {label}, which {why}, at the same price"


def _picture(creation: Made) -> str | None:
    """An image without a poster is its own poster; a video without one has none."""
    return creation.media_key if creation.kind == "image" else None


def _file(key: str | None, *, download: bool = False) -> str | None:
    if key is None:
        return None
    return url_for("media.file", key=key, download=1) if download else url_for("media.file", key=key)


def _status(creation: Made, wait: estimates.Wait | None) -> str:
    if creation.state == State.FAILED:
        if creation.error_code == "cancelled":
            return _returned("Cancelled", creation)
        return _returned("Failed", creation)
    if creation.state == State.PUBLISHED:
        return "Published"
    if creation.state == State.DRAFT:
        return "Ready"
    if wait is not None:
        return f"Waiting, about {roughly(wait.seconds)}"
    if creation.step == Step.QUEUED:
        return "Waiting"
    if creation.state == State.DOWNLOADING:
        return "Nearly there"
    left = estimates.seconds_left(creation)
    return f"About {roughly(left)} left" if left is not None else "Being made"


def _returned(word: str, creation: Made) -> str:
    if not creation.credit_cost:
        return f"{word}, nothing was charged"
    return f"{word}, {creation.credit_cost} credits returned"


def _steps(creation: Made, *, waits: bool) -> tuple[StepMark, ...]:
    state = creation.state
    done = state in (State.DRAFT, State.PUBLISHED)
    failed = state == State.FAILED
    return (
        StepMark("Waiting", creation.created_at, current=waits or state == State.PENDING),
        StepMark(
            "Processing", None if waits else creation.submitted_at, current=state == State.PROCESSING and not waits
        ),
        StepMark("Downloading", creation.fetching_at, current=state == State.DOWNLOADING),
        StepMark("Not made" if failed else "Ready", creation.completed_at if done or failed else None, done or failed),
    )
