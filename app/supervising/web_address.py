"""Where the web answers: whether the port is free, and whether somebody answers there already."""

from __future__ import annotations

import contextlib
import errno
import socket


class PortTaken(Exception):
    """Another program has the port; the text names PORT."""


def address(host: str, port: int) -> str:
    """The address to open in a browser on this machine."""
    host = _reachable(host)
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def insist_on_free(host: str, port: int) -> None:
    """Raise PortTaken unless a server may listen there."""
    try:
        family, kind, proto, _, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(target)
            probe.listen(1)
    except socket.gaierror:
        raise PortTaken(f"HOST {host} is not an address of this machine.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(f"Port {port} is taken by another program: set PORT to a free one.") from None
        raise PortTaken(f"Cannot listen at HOST {host}, PORT {port}: {error.strerror}.") from None


def answers(host: str, port: int) -> bool:
    """Whether the web says at /healthz that it is up."""
    request = f"GET /healthz HTTP/1.1\r\nHost: {_reachable(host)}:{port}\r\nConnection: close\r\n\r\n"
    with (
        contextlib.suppress(OSError),
        socket.create_connection((_reachable(host), port), timeout=0.5) as connection,
    ):
        connection.sendall(request.encode())
        return connection.recv(64).startswith(b"HTTP/1.1 200")
    return False


def _reachable(host: str) -> str:
    return {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - nothing listens here
