"""What the dashboard's templates are given."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class Figure:
    """One figure of the top row."""

    label: str
    value: str
    note: str


@dataclass(frozen=True)
class Day:
    """What one day made and failed to make."""

    day: date
    made: int
    failed: int


@dataclass(frozen=True)
class Reason:
    """Why creations failed, counted."""

    label: str
    count: int


@dataclass(frozen=True)
class Health:
    """One dependency on the overview."""

    name: str
    """"Database", "Redis", "Workers", "Storage", "Google" ..."""
    ok: bool
    words: str
    more: str = ""
    """The endpoint of the page that says more."""


@dataclass(frozen=True)
class Switch:
    """The kill switch of one kind."""

    kind: str
    on: bool
    waiting: int
    """How many creations of this kind wait or are being made."""


@dataclass(frozen=True)
class Overview:
    """The first page of the dashboard."""

    figures: tuple[Figure, ...]
    days: tuple[Day, ...]
    reasons: tuple[Reason, ...]
    health: tuple[Health, ...]
    switches: tuple[Switch, ...]


@dataclass(frozen=True)
class Person:
    """One row of the people table."""

    id: uuid.UUID
    username: str
    email: str
    role: str
    balance: int
    creations: int
    failed: int
    spent: int
    joined_at: datetime
    last_seen_at: datetime | None
    grant_key: str = field(default_factory=lambda: uuid.uuid4().hex)
    """Goes along with the form that grants credits, so that sending it twice grants once."""


@dataclass(frozen=True)
class People:
    """One page of people."""

    people: tuple[Person, ...]
    query: str
    after: str | None


@dataclass(frozen=True)
class SettingField:
    """One run-time setting with its type and what it means."""

    key: str
    type: str
    """"integer", "number", "boolean" or "text"."""
    value: str
    default: str
    description: str
    error: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    """What may be chosen, as value and words."""


@dataclass(frozen=True)
class SettingsPage:
    """The settings form, with the six video prices that the values give (ADM-03)."""

    sections: tuple[tuple[str, tuple[SettingField, ...]], ...]
    prices: tuple[tuple[str, int], ...]
    errors: dict[str, str] = field(default_factory=dict)
