"""Whether the web server really lets go of a socket: tried once in each process, before it serves anybody.

The handover leans on the insides of gunicorn and of flask-sock's library. A new version of either may break it, and the
sockets of everybody would close one after the other; so one connection goes all the way first: accepted, shaken hands
with, taken, forgotten by the server, and used in both directions.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Iterable
from typing import Any

from flask import Flask
from flask_sock import Sock

from app.realtime import frames, handover

PATIENCE = 1.0
_ASK = (
    b"GET / HTTP/1.1\r\nHost: probe\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
)


def reason_against(worker: Any) -> str | None:
    """Try the handover on a gunicorn worker that does not serve yet; None when it works, else what went wrong."""
    taken: list[socket.socket] = []
    serves, worker.wsgi = worker.wsgi, _application(taken)
    try:
        with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as client:
            client.settimeout(PATIENCE)
            client.connect(listener.getsockname())
            client.sendall(_ASK)
            return _try(worker, listener, client, taken)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    finally:
        worker.wsgi = serves
        for sock in taken:
            sock.close()


def _application(taken: list[socket.socket]) -> Any:
    app = Flask("probe")
    app.config["SOCK_SERVER_OPTIONS"] = {"thread_class": handover.NoThread}
    sock = Sock(app)

    @sock.route("/")  # type: ignore[untyped-decorator]
    def take(ws: Any) -> None:
        taken.append(handover.take(ws))

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        handover.prepare(environ, whole=True)
        return app(environ, start_response)

    return serve


def _try(worker: Any, listener: socket.socket, client: socket.socket, taken: list[socket.socket]) -> str | None:
    before = worker.nr_conns
    worker.accept(listener)
    if not select.select([worker.method_queue.fileno()], [], [], PATIENCE)[0]:
        return "the request does not end"
    worker.method_queue.run_callbacks(None)
    if worker.nr_conns != before:
        return "the connection is still counted"
    answer = client.recv(4096)
    if b" 101 " not in answer or b"permessage-deflate" in answer:
        return "the handshake went wrong"
    frame = frames.text("probe")
    taken[0].setblocking(True)
    taken[0].sendall(frame)
    client.sendall(frame)
    taken[0].settimeout(PATIENCE)
    if client.recv(4096) != frame or taken[0].recv(4096) != frame:
        return "the socket is not open any more"
    return None
