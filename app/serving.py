"""How gunicorn serves us: read by it as `-c python:app.serving`.

Threads, because a page waits for the database and a socket of the plain push loop holds a thread for as long as its
page is open.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from app.config import load
from app.supervising.leash import die_with_parent

LINGER_SECONDS = 2.0
"""How long a connection that we close may wait for the other side, so that our last words are not cut off."""
_config = load()


class Worker(ThreadWorker):  # type: ignore[misc] # gunicorn says nothing of its types
    """gunicorn's threads, each of which sees its connections off.

    gunicorn itself waits for the other side in the one loop that accepts for everybody: clients that do not hang up
    would hold up all others, two seconds each.
    """

    def handle(self, conn: Any) -> Any:
        """Serve a request, and if that was the connection's last one, wait here for the other side to close."""
        again = super().handle(conn)
        if again is False:
            _see_off(conn.sock)
        return again


def _see_off(connection: socket.socket) -> None:
    until = time.monotonic() + LINGER_SECONDS
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        while (left := until - time.monotonic()) > 0:
            connection.settimeout(left)
            if not connection.recv(4096):
                break
    with contextlib.suppress(OSError):
        # Whoever still reads, the loop or a websocket's own thread, now finds the end at once.
        connection.shutdown(socket.SHUT_RDWR)


bind = [f"[{_config.host}]:{_config.port}" if ":" in _config.host else f"{_config.host}:{_config.port}"]
worker_class = Worker
workers = 1
threads = 96
worker_connections = 20_000
backlog = 4096
keepalive = 5
timeout = 60
graceful_timeout = 8
preload_app = False
accesslog = None
errorlog = "-"
loglevel = "warning"
forwarded_allow_ips = "127.0.0.1"
control_socket_disable = True


def post_fork(server: Any, _worker: Any) -> None:
    """A web process ends with the one that started it."""
    die_with_parent(parent=server.pid)


def post_worker_init(worker: Any) -> None:
    """Tell every open page to come back (1012) as soon as this process is asked to stop.

    Their threads would otherwise hold it until the graceful time-out.
    """
    pages = worker.wsgi.extensions.get("kinora_pages")
    if pages is None:  # a bare Flask that is measured against us
        return
    handle = signal.getsignal(signal.SIGTERM)

    def stop(number: int, frame: Any) -> None:
        pages.close_all()
        if callable(handle):
            handle(number, frame)

    signal.signal(signal.SIGTERM, stop)
