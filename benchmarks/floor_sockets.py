"""The floor of a push server: asyncio, the websockets library and, where it is installed, uvloop.

    python -m benchmarks.floor_sockets PORT REDIS_URL

It sends what it is told on the channel `floor`: `{"user": 7, "text": …}` to that user's sockets, `{"text": …}` to all.
No log-in, no rows, no templates: what is left is the price of a socket and of a frame.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

import redis.asyncio
from websockets.asyncio.server import Request, Response, ServerConnection, broadcast, serve

CHANNEL = "floor"
_sockets: dict[str, set[ServerConnection]] = defaultdict(set)


def loop() -> tuple[str, Callable[[Coroutine[Any, Any, None]], None]]:
    """The event loop that is there: its name, and how to run with it."""
    try:
        import uvloop
    except ImportError:
        return "asyncio", asyncio.run
    return "uvloop", uvloop.run


async def live(connection: ServerConnection) -> None:
    """Hold a socket under its user."""
    user = connection.request.path.rpartition("=")[2] if connection.request else ""
    _sockets[user].add(connection)
    try:
        async for _ in connection:
            continue
    finally:
        _sockets[user].discard(connection)


def health(connection: ServerConnection, request: Request) -> Response | None:
    """Whether it is up."""
    return connection.respond(HTTPStatus.OK, "up\n") if request.path == "/healthz" else None


async def listen(url: str) -> None:
    """Send what the bus says."""
    async with redis.asyncio.Redis.from_url(url) as bus, bus.pubsub() as subscription:
        await subscription.subscribe(CHANNEL)
        async for message in subscription.listen():
            if message["type"] == "message":
                told = json.loads(message["data"])
                whom = _sockets[told["user"]] if "user" in told else {one for some in _sockets.values() for one in some}
                broadcast(whom, told["text"])


async def main(port: int, url: str) -> None:
    """Serve until stopped."""
    async with serve(live, "127.0.0.1", port, compression=None, process_request=health, ping_interval=25, backlog=4096):
        await listen(url)


if __name__ == "__main__":
    loop()[1](main(int(sys.argv[1]), sys.argv[2]))
