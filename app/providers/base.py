"""The words every provider answers in: what is asked of it, what it says back, and how it fails.

An adapter translates and decides nothing. It never retries a submit, never sleeps, and never writes a database. The
engine (room `generation`) owns retries, deadlines, refunds and downloads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, runtime_checkable


class Kind(StrEnum):
    """What a model makes. Creations are images or videos; text is what the prompt helper writes."""

    IMAGE = "image"
    VIDEO = "video"
    TEXT = "text"


class SourceType(StrEnum):
    """IPTC digital source types that our files carry as provenance mark.

    Source: IPTC NewsCodes "digitalsourcetype" (http://cv.iptc.org/newscodes/digitalsourcetype/).
    """

    TRAINED = "trainedAlgorithmicMedia"
    COMPOSITE = "compositeWithTrainedAlgorithmicMedia"
    ALGORITHMIC = "algorithmicMedia"


@dataclass(frozen=True)
class Reference:
    """A picture given along with the prompt: re-made by us, so always a clean JPEG, PNG or WebP."""

    data: bytes = field(repr=False)
    media_type: str
    role: str = ""
    """What it shows ("person", "product", "style") or where it belongs in a video ("first", "last"), or nothing."""


@dataclass(frozen=True)
class Brief:
    """What is asked of a provider. Already validated against the model's entry in the registry."""

    kind: Kind
    model: str
    prompt: str
    aspect_ratio: str
    """"1:1", "16:9" or "9:16"."""
    negative_prompt: str = ""
    duration: int | None = None
    """Whole seconds; None for an image."""
    resolution: str | None = None
    """By its shorter side, such as "720p"; None for an image."""
    seed: int | None = None
    sound: bool | None = None
    """Whether the video shall be heard; None where the model leaves no choice."""
    references: tuple[Reference, ...] = ()
    recipe: Mapping[str, Any] = field(default_factory=dict)
    """What the adapter alone has to know of the model, from `Model.recipe`."""


class Task(StrEnum):
    """What the prompt helper can write."""

    IMPROVE = "improve"
    """The prompt with what it lacks: camera and setting for a video, composition, light and lens for an image."""
    REWORD = "reword"
    """The prompt without what it was refused for."""
    CAPTION = "caption"
    """A caption for a finished work."""
    ALT_TEXT = "alt_text"
    """What a finished work shows, for people who cannot see it."""


@dataclass(frozen=True)
class Wish:
    """A text asked of a writer. `prompt` is the words that there are, `max_chars` the longest that may come back."""

    task: Task
    prompt: str
    kind: Kind
    max_chars: int
    because: str = ""
    """For a rewording: the rule that it was refused by, in our words."""


@dataclass(frozen=True)
class Inline:
    """A result whose bytes came with the answer."""

    data: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True)
class Remote:
    """A result that lies at the provider. `locator` is JSON-safe and stored with the creation, never shown to users."""

    locator: Mapping[str, Any]


@dataclass(frozen=True)
class Accepted:
    """The provider took the job. From here on it is only looked up, never submitted again."""

    operation_id: str
    """The provider's own name for the work in progress, unique within the provider."""
    handle: Mapping[str, Any]
    """JSON-safe, a few hundred bytes; enough for a fresh process to look the operation up."""
    next_after: float = 2.0
    """Seconds until the first look-up is worth it."""


@dataclass(frozen=True)
class Pending:
    """Not done yet."""

    progress: float | None = None
    """0 to 1, None where the provider does not tell."""
    next_after: float | None = None
    """Seconds until the next look-up; None leaves the pace to the engine."""


@dataclass(frozen=True)
class Finished:
    """Done, with exactly one result."""

    result: Inline | Remote
    cost_usd: float | None = None


@dataclass(frozen=True)
class Download:
    """How to get a remote result; media/fetching.py carries it out with its checks."""

    url: str
    allowed_hosts: frozenset[str]
    """Exact host names, or suffixes that begin with a dot; loopback hosts may name their port. Redirects must stay
    on the list."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Sent only to `headers_host`, never to a host that a redirect leads to."""
    headers_host: str = ""
    own_server: str = ""
    """The address of a server of the operator's own, from the configuration and never from an answer: it alone may be
    in a private network and speak plain http."""


@runtime_checkable
class Provider(Protocol):
    """An outside service that makes images or videos (or the renderer in this house)."""

    name: str
    label: str
    """Its name as people write it."""
    in_house: bool
    """True when the work is done by our own media workers: see `Renderer`."""

    def missing(self) -> tuple[str, ...]:
        """Environment variables this provider needs and has not got; empty when it is ready."""
        ...

    def preload(self) -> None:
        """Import what the verbs below need, for a process that forks for each job. No network and no threads."""
        ...

    def submit(self, brief: Brief, attempt_id: str) -> Accepted | Finished:
        """Start the work: at most one request, no hidden retries, every call with a time-out.

        Raises Retryable or RateLimited only where it is certain that nothing was accepted; Ambiguous where nobody
        knows.
        """
        ...

    def poll(self, handle: Mapping[str, Any]) -> Pending | Finished:
        """Look the operation up, from the stored handle alone. Safe to repeat.

        Raises Retryable or RateLimited when this look-up failed, Expired on a 404, Blocked, NoOutput or Failed as
        final.
        """
        ...

    def download(self, locator: Mapping[str, Any]) -> Download:
        """Say how a remote result is fetched. No network."""
        ...

    def cancel(self, handle: Mapping[str, Any]) -> bool:
        """Ask the provider to stop, best effort. True when it said it would. Never raises ProviderError."""
        ...

    def listed(self) -> frozenset[str] | None:
        """The ids of the models that the provider serves now; None where it does not tell. Raises ProviderError."""
        ...


@runtime_checkable
class Teller(Protocol):
    """The extra verb of a provider whose list is endless: it is asked after each of our models instead."""

    def serves(self, model: str) -> bool:
        """Whether the provider has a model of that id now. Raises ProviderError where it does not tell."""
        ...


@runtime_checkable
class Renderer(Protocol):
    """The extra verb of an in-house provider: a `media` job calls it and may do so again after a crash."""

    def render(self, brief: Brief, operation_id: str, target: Path, report: Callable[[float], None]) -> str:
        """Write the finished file to `target` and return its media type; `report` takes progress from 0 to 1.

        The same brief and operation id give the same picture.
        """
        ...


@runtime_checkable
class Holder(Protocol):
    """The extra word of a provider that answers a submit only when the work is done, minutes later."""

    holds: frozenset[Kind]
    """The kinds for which it is so."""


@runtime_checkable
class Finder(Protocol):
    """The extra verb of a provider at which work can be found whose submit was never confirmed."""

    def find(self, brief: Brief, attempt_id: str) -> Accepted | None:
        """The work that a submit of this brief with this attempt id started; None when there is none. Look-ups only.

        It must be certain: work that might be another creation's is not found. Raises as `Provider.poll` does.
        """
        ...


@dataclass(frozen=True)
class Ring:
    """A call by a provider, verified: something happened to one operation. Never a result, only a reason to look."""

    event_id: str
    """The provider's own, by which a repetition is known."""
    operation_id: str = ""
    attempt_id: str = ""
    """Ours, where the call carries it: it may come before the submit's answer did."""


@runtime_checkable
class Caller(Protocol):
    """The extra verb of a provider that calls us when something happened."""

    def hears(self) -> bool:
        """Whether calls can be verified: without a secret there is no address for them."""
        ...

    def heard(self, headers: Mapping[str, str], body: bytes) -> Ring | None:
        """What a call says, its signature checked before anything in it is read; header names in lower case.

        None for an event that is none of ours. Raises `errors.Forged` when the signature or its time is wrong.
        """
        ...


@runtime_checkable
class Writer(Protocol):
    """Text: the prompt helper."""

    name: str

    def missing(self) -> tuple[str, ...]:
        """As `Provider.missing`."""
        ...

    def write(self, wish: Wish, model: str) -> str:
        """Return the text that is wished for, plain, at most `wish.max_chars` long. Raises ProviderError."""
        ...
