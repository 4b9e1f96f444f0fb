"""How gunicorn serves us: read by it as `-c python:app.serving`.

Threads, because a page waits for the database and a socket of the plain push loop holds a thread for as long as its
page is open.
"""

from __future__ import annotations

import signal
from typing import Any

from app.config import load
from app.supervising.leash import die_with_parent

_config = load()

bind = [f"[{_config.host}]:{_config.port}" if ":" in _config.host else f"{_config.host}:{_config.port}"]
worker_class = "gthread"
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
