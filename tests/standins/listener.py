"""The HTTP below a stand-in: what arrived, what goes back, and how badly."""

from __future__ import annotations

import json
import os
import socket
import struct
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """What arrived. `json` is None when the body is empty or no JSON; header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    json: Any
    peer_port: int = 0
    """The port on the caller's side, by which its process can be found."""
    raw: bytes = field(default=b"", repr=False)
    """The body as it came."""


@dataclass(frozen=True)
class Answer:
    """What goes back, and how badly."""

    status: int = 200
    body: bytes | Mapping[str, Any] = b""
    media_type: str = "application/json; charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    """Seconds before the first byte."""
    drip: float = 0.0
    """Seconds between bytes of the body."""
    sent: float = 1.0
    """The part of the body that is sent, of what Content-Length says."""
    closed: bool = False
    """No answer at all: the connection ends."""
    reset: bool = False
    """The same, but the connection is torn down as a crashed machine's would be."""
    speaks: Callable[[socket.socket], None] | None = None
    """Who speaks on the connection instead, from its first byte on, and another protocol: a websocket."""

    @property
    def data(self) -> bytes:
        """The body as bytes."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Listener(ThreadingHTTPServer):
    """A thread for each connection; `handle` answers, `mistake` is told when it fails."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int, handle: Callable[[Request], Answer], mistake: Callable[[str], None]) -> None:
        self.handle = handle
        self.mistake = mistake
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the play; anything else is a mistake of the stand-in."""
        if not isinstance(sys.exception(), OSError):
            self.mistake(f"the stand-in failed: {sys.exception()!r}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    server: Listener

    def _serve(self) -> None:
        address = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(
            method=self.command,
            path=address.path,
            query=dict(parse_qsl(address.query)),
            headers={name.lower(): value for name, value in self.headers.items()},
            json=_json(raw),
            peer_port=self.client_address[1],
            raw=raw,
        )
        self._send(self.server.handle(request))

    do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = do_HEAD = _serve  # noqa: N815 - the names that http.server calls

    def _send(self, answer: Answer) -> None:
        if answer.delay:
            time.sleep(answer.delay)
        if answer.reset:
            self._tear_down()
            return
        if answer.closed:
            self._vanish()
            return
        if answer.speaks:
            self.close_connection = True
            answer.speaks(self.connection)
            return
        data = answer.data
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(data)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        part = data[: int(len(data) * answer.sent)]
        if answer.drip:
            self._drip(part, answer.drip)
        elif self.command != "HEAD":
            self.wfile.write(part)
        self.wfile.flush()
        if len(part) < len(data):
            self._vanish()

    def _drip(self, data: bytes, pause: float) -> None:
        for place in range(len(data)):
            self.wfile.write(data[place : place + 1])
            self.wfile.flush()
            time.sleep(pause)

    def _vanish(self) -> None:
        """Close without a word: the client sees an end, or a reset where it was still reading."""
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _tear_down(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the stand-in keeps its own log."""


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None
