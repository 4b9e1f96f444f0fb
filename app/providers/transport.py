"""The HTTP client of every provider: it ends in time, stays on its host and knows whether it went out.

Import it only where a provider is about to be asked: httpx2 costs start-up time that web processes should not pay.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from functools import cache
from typing import Any, cast

import httpx2

CONNECTIONS = httpx2.Limits(max_connections=200, max_keepalive_connections=200)
"""As many are kept as there may be. With httpx2's 20, threads beyond them would connect anew for each call."""


@cache
def trust() -> ssl.SSLContext:
    """The certificates that are believed, read once: they take longer than building a client."""
    return httpx2.create_ssl_context()


class BoundedClient(httpx2.Client):
    """An httpx2 client with a total time for each call, and no redirects.

    The time-out that a request is built with counts for the whole exchange (httpx2 alone counts it anew for every
    read, so that a trickle of bytes never ends); connecting has its own, shorter limit in seconds. Redirects are off:
    httpx2 takes only `Authorization` off a request that leaves its host, and some keys travel in another header.
    """

    def __init__(self, *, connect: float, total: float) -> None:
        super().__init__(follow_redirects=False, timeout=total, verify=trust(), limits=CONNECTIONS)
        self._connect_seconds = connect
        self._total_seconds = total
        self._here = threading.local()

    @property
    def sent(self) -> bool:
        """Whether this thread tried to send anything since `forget`."""
        return bool(getattr(self._here, "sent", False))

    def forget(self) -> None:
        """Begin a new call of this thread."""
        self._here.sent = False

    def send(self, request: httpx2.Request, *, stream: bool = False, **options: Any) -> httpx2.Response:
        """Send within the time that the request names; raises httpx2.TimeoutException when it is up.

        With `stream` the body is left to be read, within the same time.
        """
        self._here.sent = True
        total = request.extensions.get("timeout", {}).get("read") or self._total_seconds
        clock = _Clock(total, self._connect_seconds)
        request.extensions = {**request.extensions, "timeout": clock}
        response = super().send(request, stream=True, **{**options, "follow_redirects": False})
        response.stream = _Timed(cast(httpx2.SyncByteStream, response.stream), clock)
        if not stream:
            try:
                response.read()
            finally:
                response.close()
        return response


class _Clock(dict[str, float]):
    """What httpx2's core asks for a time-out at each phase: always what is left of the total."""

    def __init__(self, total: float, connect: float) -> None:
        super().__init__(connect=connect, read=total, write=total, pool=connect)
        self.ends = time.monotonic() + total

    def get(self, key: str, default: Any = None) -> float:
        limit: float = super().get(key, default)
        # A time-out of zero would mean "do not wait at all", or on some sockets "wait for ever".
        return max(0.001, min(limit, self.ends - time.monotonic()))


class _Timed(httpx2.SyncByteStream):
    """A response body that stops when the clock does, however slowly it drips."""

    def __init__(self, stream: httpx2.SyncByteStream, clock: _Clock) -> None:
        self._stream = stream
        self._clock = clock

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            if time.monotonic() > self._clock.ends:
                raise httpx2.ReadTimeout("The answer did not end in time.")
            yield chunk

    def close(self) -> None:
        self._stream.close()
