"""The life of a creation in words: what users see (`State`) and where inside the workers are (`Step`)."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """What users know (JOB-03)."""

    PENDING = "pending"
    PROCESSING = "processing"
    DOWNLOADING = "downloading"
    DRAFT = "draft"
    PUBLISHED = "published"
    FAILED = "failed"


class Step(StrEnum):
    """Where inside a state the workers are; a settled creation has none."""

    QUEUED = "queued"
    SUBMITTING = "submitting"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    FETCHING = "fetching"


class Relation(StrEnum):
    """How a creation came from the one that it names as its parent."""

    RETRY = "retry"
    ANIMATE = "animate"
    VARIATION = "variation"
    REMIX = "remix"


UNFINISHED = (State.PENDING, State.PROCESSING, State.DOWNLOADING)
PLAYABLE = (State.DRAFT, State.PUBLISHED)
