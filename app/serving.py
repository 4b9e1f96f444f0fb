"""How gunicorn serves us: read by it as `-c python:app.serving`.

Threads, because a page waits for the database. Few of them, because the sockets of open pages are held elsewhere: the
push channel takes each one over, and gunicorn forgets it.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import resource
import signal
import socket
import sys
import time
from concurrent import futures
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from app.config import load
from app.realtime import probe
from app.realtime.connection import LINGER_SECONDS, Connection
from app.supervising.leash import die_with_parent

THREADS = 32
"""More than a processor can use, because an upload over a slow line holds one."""
THREADS_FOR_SOCKETS = 96
"""When the handover does not work: each open page then keeps one."""
LEAVING_SECONDS = 7.0
"""How long open pages get to be told that this process restarts; gunicorn kills it a second later."""
TURN_SECONDS = 0.001
"""How long a thread may hold the interpreter while others wait for it; a push passes through three threads."""
_config = load()
log = logging.getLogger(__name__)


class Worker(ThreadWorker):  # type: ignore[misc] # gunicorn says nothing of its types
    """gunicorn's threads, which let go of sockets that were handed over and see all other connections off.

    gunicorn itself waits for the other side in the one loop that accepts for everybody: clients that do not hang up
    would hold up all others, two seconds each.
    """

    channel: Any = None
    """The push channel, once it is known that sockets may be handed over."""

    def handle(self, conn: Any) -> Any:
        """Serve a request; if that was the connection's last one, have somebody wait for the other side to close."""
        if self.channel is not None:
            self.channel.give_way()
        again = super().handle(conn)
        if again is False and not _is_taken(conn):
            if self.channel is None:
                _see_off(conn.sock)
            else:
                self.channel.see_off(Connection(socket.socket(fileno=conn.sock.detach())))
        return again

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Forget a connection that somebody else has taken; closing it would fail and count it twice."""
        if _is_taken(conn):
            self.nr_conns -= 1
        else:
            super().finish_request(conn, fs)

    def run(self) -> None:
        """Serve, and go only when open pages have been told to come back."""
        super().run()
        if self.channel is not None and not self.channel.left(LEAVING_SECONDS):
            log.warning("some pages were not told that this process restarts")


def _is_taken(conn: Any) -> bool:
    return bool(conn.sock.fileno() == -1)


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
workers = _config.web_processes
threads = THREADS
worker_connections = min(4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1] // 4)
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


def on_starting(_server: Any) -> None:
    """Ask for as many descriptors as the machine grants: each open page takes one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def post_fork(server: Any, _worker: Any) -> None:
    """A web process ends with the one that started it."""
    die_with_parent(parent=server.pid)


def post_worker_init(worker: Any) -> None:
    """Find out how sockets are held here, and have open pages told to come back (1012) when this process must stop."""
    channel = worker.wsgi.extensions.get("kinora_channel")
    if channel is None:  # a bare Flask that is measured against us
        return
    _choose(worker, channel)
    # What is there now stays. Looking through it for garbage, again and again, would stop all threads for 0.1 s each.
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(TURN_SECONDS)
    handle = signal.getsignal(signal.SIGTERM)

    def stop(number: int, frame: Any) -> None:
        channel.leave()
        if callable(handle):
            handle(number, frame)

    signal.signal(signal.SIGTERM, stop)


def _choose(worker: Any, channel: Any) -> None:
    began = time.monotonic()
    against = probe.reason_against(worker)
    if against is None:
        channel.hands_over = True
        worker.channel = channel
        took = 1000 * (time.monotonic() - began)
        log.info("push: one thread holds all sockets, room for %d (tried in %.0f ms)", channel.room, took)
        return
    log.warning("push: each socket keeps a thread, because gunicorn does not let go of it: %s", against)
    worker.tpool.shutdown(wait=False)
    worker.tpool = futures.ThreadPoolExecutor(THREADS_FOR_SOCKETS)
