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
    """What a creation is."""

    IMAGE = "image"
    VIDEO = "video"


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
    """What it shows: "person", "product", "style", or nothing."""


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
    """"720p" or "1080p"; None for an image."""
    seed: int | None = None
    references: tuple[Reference, ...] = ()


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


class ProviderError(Exception):
    """What went wrong at a provider. `str(error)` is the provider's text: for logs and admins, never for users.

    `code` is ours and stable; it is what `creations.error_code` stores.
    """

    code = "provider_error"

    def __init__(self, message: str = "", *, code: str | None = None) -> None:
        super().__init__(message)
        if code:
            self.code = code


class Retryable(ProviderError):
    """At submit: proven not accepted. At look-up: this read failed, ask again."""

    code = "provider_unreachable"


class RateLimited(ProviderError):
    """Refused for now, nothing accepted. `retry_after` in seconds, None where not told."""

    code = "busy"

    def __init__(self, message: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Ambiguous(ProviderError):
    """A submit whose outcome nobody knows: time-out, reset, 5xx, unreadable answer. Never sent again by a machine."""

    code = "unconfirmed"


class Blocked(ProviderError):
    """Refused for safety. `reason` names the rule where the provider does, in its own word."""

    code = "blocked"

    def __init__(self, message: str = "", *, stage: str = "prompt", reason: str = "") -> None:
        super().__init__(message)
        self.stage = stage
        """"prompt" or "output"."""
        self.reason = reason


class InvalidRequest(ProviderError):
    """The provider will not take these options."""

    code = "rejected"


class Misconfigured(ProviderError):
    """Key, permission, billing set-up or a retired model: an operator must act."""

    code = "misconfigured"


class OutOfFunds(ProviderError):
    """The operator's account at the provider is empty."""

    code = "unavailable"


class NoOutput(ProviderError):
    """Finished without media: final (JOB-10)."""

    code = "no_output"


class Expired(ProviderError):
    """The operation or its file is not there (any more)."""

    code = "lost"


class Failed(ProviderError):
    """The provider says that the run failed."""

    code = "provider_error"


@dataclass(frozen=True)
class Model:
    """What one model can do, from the registry: drives the form, the validation and the price."""

    provider: str
    id: str
    label: str
    kind: Kind
    aspect_ratios: tuple[str, ...]
    durations: tuple[int, ...] = ()
    resolutions: tuple[str, ...] = ()
    max_references: int = 0
    negative_prompt: bool = False
    seed: bool = False
    sound: bool = False
    typical_seconds: float = 20.0
    """What users are told until recent real durations are known."""
    usd: float = 0.0
    """List cost: of one image, or of one second of video."""
    usd_at: str = ""
    """The date that `usd` was read on a price list."""
    retires_on: str | None = None
    fallback: str | None = None
    source_type: SourceType = SourceType.TRAINED


@runtime_checkable
class Provider(Protocol):
    """An outside service that makes images or videos (or the renderer in this house)."""

    name: str
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


@runtime_checkable
class Renderer(Protocol):
    """The extra verb of an in-house provider: a `media` job calls it and may do so again after a crash."""

    def render(self, brief: Brief, operation_id: str, target: Path, report: Callable[[float], None]) -> str:
        """Write the finished file to `target` and return its media type; `report` takes progress from 0 to 1.

        The same brief and operation id give the same picture.
        """
        ...


@runtime_checkable
class Writer(Protocol):
    """Text: the prompt helper."""

    name: str

    def missing(self) -> tuple[str, ...]:
        """As `Provider.missing`."""
        ...

    def improve(self, prompt: str, kind: Kind, model: str, max_chars: int) -> str:
        """Return the prompt rewritten with what it lacks, at most `max_chars` long. Raises ProviderError."""
        ...
