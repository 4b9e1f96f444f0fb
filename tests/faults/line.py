"""A line to a server that can be cut, hung, or made to drip, as lines to buckets are."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

DRIP_BYTES = 100
DRIP_SECONDS = 0.1
"""Together 1 kB/s."""
CUT_BYTES = 8_000


class Line:
    """Listens on `port` and hands on to another; `state` is open, down, hung, dripping or cut."""

    def __init__(self, host: str, port: int) -> None:
        self.state = "open"
        self._there = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Hang up for good."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listener.accept()
                if self.state == "down":
                    here.close()
                    continue
                there = socket.create_connection(self._there)
                for ends in ((here, there), (there, here)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        carried = 0
        with suppress(OSError):
            while data := source.recv(DRIP_BYTES if self.state == "dripping" else 65536):
                while self.state == "hung":
                    time.sleep(0.02)
                if self.state == "dripping":
                    time.sleep(DRIP_SECONDS)
                carried += len(data)
                if self.state == "down" or (self.state == "cut" and carried > CUT_BYTES):
                    break
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
