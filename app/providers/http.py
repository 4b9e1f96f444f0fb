"""Asking a provider that is spoken to by plain HTTP: one request, and its answer or what it means that none came.

What an answer means is for its adapter to say.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.providers.errors import Ambiguous, Misconfigured, ProviderError, Retryable

if TYPE_CHECKING:
    from app.providers.transport import BoundedClient

LONGEST_MESSAGE = 500
CONNECT_SECONDS = 5.0
MOST_BYTES = 32 << 20
"""A lost or evil server's answer shall not fill a worker's memory; results are fetched by `media.fetching` instead."""


class Stage(StrEnum):
    """What was being done, which decides what not knowing means."""

    SUBMIT = "submit"
    """Starts work that is paid for."""
    LOOK_UP = "look-up"
    """Starts nothing: asking again is no harm."""


@dataclass(frozen=True)
class Answer:
    """What came back, whatever its status. Redirects are answers too: none is followed."""

    status: int
    headers: Mapping[str, str]
    """By names in lower case."""
    data: bytes = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether the status says that it went well."""
        return 200 <= self.status < 300

    @cached_property
    def json(self) -> Any:
        """The body's JSON; None when it is none."""
        try:
            return json.loads(self.data)
        except (ValueError, RecursionError):
            return None

    @property
    def body(self) -> Mapping[str, Any]:
        """The body's JSON object; empty when it is none."""
        value = self.json
        return value if isinstance(value, dict) else {}

    @property
    def retry_after(self) -> float | None:
        """Seconds that the header `Retry-After` asks for."""
        return seconds_to_wait(self.headers.get("retry-after", ""))


class Line:
    """The way to one provider's API. Threads may share it, and processes forked since build a client of their own."""

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        secret: str = "",
        key_name: str = "",
        connect: float = CONNECT_SECONDS,
    ) -> None:
        """`headers` go along with every request. `secret` is cut out of every text; `key_name` is its variable."""
        self.base_url = base_url.rstrip("/")
        self._headers = dict(headers or {})
        self._secret = secret
        self._key_name = key_name
        self._connect = connect
        self._clients: dict[int, BoundedClient] = {}

    @property
    def host(self) -> str:
        """The host that the key may go to, with its port where one is named: others on loopback are others."""
        parts = urlsplit(self.base_url)
        return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""

    def preload(self) -> None:
        """Import what the first request would import, without a request."""
        from app.providers.transport import trust

        trust()

    def ask(self, stage: Stage, method: str, path: str, seconds: float, **parts: Any) -> Answer:
        """Send one request and return its answer, within `seconds` in all. Nothing is ever sent again, and of an
        answer no more than `MOST_BYTES` are read.

        `parts` are those of httpx2's `Client.request`: `json`, `files`, `data`, `params`, `headers`. Raises Retryable
        where it is certain that the provider got nothing, otherwise what not knowing means at this stage; Misconfigured
        for an address or a key that cannot be one. The original exception is not chained: its text may hold a key.
        """
        client: BoundedClient | None = None
        try:
            client = self._client()
            client.forget()
            headers = {**self._headers, **parts.pop("headers", {})}
            with client.stream(method, self.base_url + path, headers=headers, timeout=seconds, **parts) as reply:
                data = _counted(reply.iter_bytes())
            return Answer(reply.status_code, {name.lower(): one for name, one in reply.headers.items()}, data)
        except ProviderError:
            raise
        except Exception as error:
            problem = self._unanswered(error, stage, sent=client is not None and client.sent)
        raise problem

    def tidy(self, text: str) -> str:
        """A provider's text as it may stand in a log and a row: without the key, not endless, nothing unstorable."""
        plain = "".join(letter if letter.isprintable() else " " for letter in text[: LONGEST_MESSAGE * 2])
        return (plain.replace(self._secret, "[key]") if self._secret else plain)[:LONGEST_MESSAGE]

    def unknown(self, stage: Stage, text: str) -> ProviderError:
        """What it means that nobody knows what came of a request."""
        return (Ambiguous if stage is Stage.SUBMIT else Retryable)(self.tidy(text))

    def _unanswered(self, error: Exception, stage: Stage, *, sent: bool) -> ProviderError:
        import httpx2

        text = self.tidy(f"{type(error).__name__}: {error}")
        if not sent or isinstance(error, httpx2.UnsupportedProtocol | httpx2.InvalidURL):
            return Misconfigured(text)
        if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout | httpx2.ProxyError):
            return Retryable(text)
        return self.unknown(stage, text)

    def _client(self) -> BoundedClient:
        client = self._clients.get(os.getpid())
        if client is None:
            # No lock: one held by another thread at the moment of a fork would stay locked in the child for ever.
            # Two threads may both build; the dictionary keeps one.
            client = self._clients.setdefault(os.getpid(), self._build())
        return client

    def _build(self) -> BoundedClient:
        if not (self._secret.isascii() and self._secret.isprintable() and " " not in self._secret):
            raise Misconfigured(f"{self._key_name} holds characters that no key has")
        from app.providers.transport import BoundedClient

        return BoundedClient(connect=self._connect, total=self._connect)


def _counted(chunks: Iterator[bytes]) -> bytes:
    """The body, unpacked if it came packed. Raises ValueError when it has no end."""
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > MOST_BYTES:
            raise ValueError("an answer that is too large")
    return bytes(data)


def seconds_to_wait(header: str) -> float | None:
    """What a `Retry-After` header says: seconds, or a date (RFC 9110, 10.2.3). None where it says nothing usable."""
    try:
        seconds = float(header)
    except ValueError:
        return _seconds_until(header)
    return seconds if 0 <= seconds < 1e6 else None


def _seconds_until(date: str) -> float | None:
    try:
        until = parsedate_to_datetime(date)
    except ValueError:
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
