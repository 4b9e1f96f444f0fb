"""The line between a browser and a server, which can break."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

from app.supervising.redis_server import free_port


class Tunnel:
    """Carries every connection to a server on this machine, byte by byte, until it is cut."""

    def __init__(self, port: int) -> None:
        """`port` is the server's."""
        self._server = ("127.0.0.1", port)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._is_cut = self._swallows = False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, *, silently: bool) -> None:
        """Break every connection and let none through. `silently`: both ends go on talking, and nobody hears them."""
        self._is_cut, self._swallows = True, silently
        if not silently:
            self._break_all()

    def mend(self) -> None:
        """Let new connections through. Those that were broken, or swallowed, stay broken."""
        if self._swallows:
            self._break_all()
        self._is_cut = self._swallows = False

    def close(self) -> None:
        """End it."""
        self._listener.close()
        self._break_all()

    def _break_all(self) -> None:
        with self._lock:
            broken, self._open = self._open, set()
        for one in broken:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near = self._listener.accept()[0]
                try:
                    if self._is_cut:
                        raise ConnectionError
                    far = socket.create_connection(self._server)
                except OSError:
                    near.close()
                    continue
                with self._lock:
                    self._open |= {near, far}
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if not self._swallows:
                    target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)
