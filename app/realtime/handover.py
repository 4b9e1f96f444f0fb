"""Taking a websocket out of the web server's hands after flask-sock has shaken hands on it.

flask-sock would give each socket a thread that reads, and the web server would close what its request leaves behind.
Here no thread starts, and the socket's number is taken from the server's own object, which then closes nothing. A copy
of the socket would not do: the server shuts the connection down, and with it every copy.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any


class NoThread:
    """What flask-sock starts instead of its reader."""

    def __init__(self, target: Callable[[], None]) -> None:
        self.name = "none"

    def start(self) -> None:
        """Nothing reads but the hub."""


def prepare(environ: dict[str, Any], *, whole: bool) -> None:
    """Before the handshake: agree on no compression, so that one frame does for all pages.

    `whole`: the server's own socket will be taken. Else a copy, for the server would stumble over a connection that was
    closed under its hands.
    """
    environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
    for name in () if whole else ("gunicorn.socket", "werkzeug.socket"):
        if name in environ:
            environ[name] = environ[name].dup()


def take(ws: Any) -> socket.socket:
    """The socket itself; the library and the web server hold nothing any more."""
    ws.connected = False
    return socket.socket(fileno=ws.sock.detach())
