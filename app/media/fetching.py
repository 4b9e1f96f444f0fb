"""Fetching what a provider made, and nothing else: checked hosts, counted bytes, no secrets passed on (MED-01)."""

from __future__ import annotations

import hashlib
import http.client
import io
import secrets
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urljoin

from app.media.errors import FetchError
from app.media.hosts import Place, RefusedHost, addresses, is_home, place

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CAP_BYTES = 200 << 20
MAX_REDIRECTS = 3
_CHUNK = 256 << 10
_REDIRECTS = {301, 302, 303, 307, 308}
_GONE = {403, 404, 410}
_NEVER_MEDIA = ("text/", "application/json", "application/xml", "application/xhtml")


class Source(Protocol):
    """How to get a remote result; `app.providers.base.Download` is one, and explains each part."""

    @property
    def url(self) -> str: ...
    @property
    def allowed_hosts(self) -> frozenset[str]: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def headers_host(self) -> str: ...
    @property
    def own_server(self) -> str: ...


@dataclass(frozen=True)
class Fetched:
    """A file that arrived whole: its size in bytes, its SHA-256 and what type the server called it, if any."""

    size: int
    sha256: bytes
    content_type: str


@dataclass(frozen=True)
class Patience:
    """Seconds to wait: for one connection, for the next byte, and for the whole fetch with its redirects."""

    connect: float = 5.0
    idle: float = 30.0
    total: float = 120.0


def fetch(source: Source, target: Path, *, cap_bytes: int = CAP_BYTES, patience: Patience | None = None) -> Fetched:
    """Download a result to `target`, which appears whole or not at all. One try: repeating is the caller's.

    Follows at most three redirects, each checked like the first address. Bytes are counted against `cap_bytes` and
    against the length that was announced. Raises FetchError.
    """
    patience = patience or Patience()
    deadline = time.monotonic() + patience.total
    url = source.url
    with _failures():
        for _ in range(MAX_REDIRECTS + 1):
            there = place(url, source.allowed_hosts, source.own_server)
            with closing(_Connection(there, patience, deadline)) as connection:
                answer = _ask(connection, there, source)
                if answer.status not in _REDIRECTS:
                    _accept(answer, cap_bytes)
                    return _save(answer, target, cap_bytes)
                url = urljoin(url, answer.headers.get("Location", ""))
    raise FetchError("refused_host", "too many redirects")


def _ask(connection: _Connection, there: Place, source: Source) -> http.client.HTTPResponse:
    headers = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "Kinora", "Connection": "close"}
    if is_home(there, source.headers_host):
        headers |= source.headers
    connection.request("GET", there.target, headers=headers)
    return connection.getresponse()


def _accept(answer: http.client.HTTPResponse, cap_bytes: int) -> None:
    """Look at the head of an answer, before any of its body is read."""
    if answer.status in _GONE:
        raise FetchError("gone", f"status {answer.status}")
    if answer.status != http.client.OK:
        raise FetchError("unreachable", f"status {answer.status}")
    kind = _kind(answer)
    if kind.startswith(_NEVER_MEDIA) or kind.endswith(("+json", "+xml")):
        raise FetchError("wrong_type", "a page or a message, not a file")
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise FetchError("wrong_type", "packed in a way that was not asked for")
    if answer.length is not None and answer.length > cap_bytes:
        raise FetchError("too_large", f"over {cap_bytes} bytes")


def _save(answer: http.client.HTTPResponse, target: Path, cap_bytes: int) -> Fetched:
    announced, size, digest = answer.length, 0, hashlib.sha256()
    part = target.with_name(f".part-{secrets.token_hex(8)}")
    try:
        with part.open("xb") as file:
            while chunk := answer.read(_CHUNK):
                size += len(chunk)
                if size > cap_bytes:
                    raise FetchError("too_large", f"over {cap_bytes} bytes")
                digest.update(chunk)
                file.write(chunk)
        if not size or (announced is not None and size != announced):
            raise FetchError("cut", f"{size} bytes of {announced if announced is not None else 'an unknown length'}")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return Fetched(size, digest.digest(), _kind(answer))


def _kind(answer: http.client.HTTPResponse) -> str:
    """The type without its parameters, or nothing: Python calls an untold type text/plain."""
    return answer.headers.get_content_type() if answer.headers.get("Content-Type") else ""


@contextmanager
def _failures() -> Iterator[None]:
    """Turn what the network says into a reason. Its own words are dropped: they name hosts and addresses."""
    try:
        yield
    except RefusedHost as error:
        raise FetchError("refused_host", str(error)) from None
    except http.client.IncompleteRead:
        raise FetchError("cut", "the connection ended too early") from None
    except (http.client.HTTPException, UnicodeError) as error:
        raise FetchError("unreachable", type(error).__name__) from None
    except (ConnectionError, TimeoutError, ssl.SSLError, socket.gaierror) as error:
        raise FetchError("unreachable", type(error).__name__) from None


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was checked, under the name that was asked for (Host, SNI, certificate)."""

    def __init__(self, there: Place, patience: Patience, deadline: float) -> None:
        super().__init__(there.host, there.port)
        self._there, self._patience, self._deadline = there, patience, deadline
        # Host names the port only where it is not the scheme's own, which http.client tells by this.
        self.default_port = 443 if there.scheme == "https" else 80
        self.response_class = self._timed_response  # type: ignore[assignment]

    def connect(self) -> None:
        """Connect to the first of the checked addresses that answers, never to the name."""
        failure: OSError = TimeoutError()
        for address in addresses(self._there):
            try:
                self.sock = socket.create_connection((address, self._there.port), self._wait(self._patience.connect))
                break
            except OSError as error:
                failure = error
        else:
            raise ConnectionError from failure
        self.sock.settimeout(self._wait(self._patience.idle))
        if self._there.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self._there.host)

    def _wait(self, most: float) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(most, left)

    def _timed_response(self, sock: socket.socket, method: str | None = None) -> http.client.HTTPResponse:
        timed = _Timed(sock, lambda: self._wait(self._patience.idle))
        return http.client.HTTPResponse(timed, method=method)  # type: ignore[arg-type]


class _Timed(io.RawIOBase):
    """A socket's bytes, with the deadline looked at before each read: a server that drips cannot hold us for ever."""

    def __init__(self, sock: socket.socket, wait: Callable[[], float]) -> None:
        self._sock, self._wait, self._raw = sock, wait, sock.makefile("rb", buffering=0)

    def makefile(self, mode: str) -> io.BufferedReader:
        """What HTTPResponse asks of a socket."""
        return io.BufferedReader(self, _CHUNK)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        self._sock.settimeout(self._wait())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
