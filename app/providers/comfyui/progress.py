"""How far the running operation is, from a moment at ComfyUI's websocket: its HTTP answers never say.

Events go to one client id only, ours is the operation's own, and whoever connects hears the next step of the sampler.
A short listen catches quick steps always and slow ones now and then; a socket that stayed open between look-ups would
tell more, but ComfyUI waits for its slowest listener. Source: ComfyUI's `server.py` and `comfy_execution/progress.py`
(version 0.36, read 2026-11-20).
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode, urlsplit

SAMPLING = 0.95
"""The part of the way that the steps are; decoding and saving are the rest."""
MOST_BYTES = 8 << 20
"""Previews come the same way."""


def listen(
    base_url: str, headers: Mapping[str, str], client_id: str, nodes: Sequence[str], seconds: float
) -> float | None:
    """The progress of the operation from 0 to 1, or None when nothing was heard within `seconds`. Raises nothing.

    `nodes` are those that work in steps, each counts the same.
    """
    if not nodes:
        return None
    from wsproto.utilities import ProtocolError

    heard: float | None = None
    with suppress(OSError, ProtocolError, ValueError):
        for event in _events(base_url, headers, client_id, seconds):
            heard = _fraction(event, nodes)
            if heard is not None:
                break
    return heard


def _fraction(event: Any, nodes: Sequence[str]) -> float | None:
    if not isinstance(event, Mapping) or not isinstance(event.get("data"), Mapping):
        return None
    data = event["data"]
    if event.get("type") == "progress_state" and isinstance(data.get("nodes"), Mapping):
        parts = [_part(data["nodes"].get(node)) for node in nodes]
    elif event.get("type") == "progress" and len(nodes) == 1 and data.get("node") == nodes[0]:
        # The only word of older versions: it says nothing of other nodes.
        parts = [_part(data)]
    else:
        return None
    return SAMPLING * sum(parts) / len(nodes)


def _part(state: Any) -> float:
    """How much of one node is done."""
    value, most = (state.get("value"), state.get("max")) if isinstance(state, Mapping) else (None, None)
    if not isinstance(value, int | float) or not isinstance(most, int | float) or most <= 0:
        return 0.0
    return min(1.0, max(0.0, value / most))


def _events(base_url: str, headers: Mapping[str, str], client_id: str, seconds: float) -> Iterator[Any]:
    """The JSON messages that come within `seconds`, connecting included."""
    from wsproto import ConnectionType, WSConnection
    from wsproto.events import AcceptConnection, CloseConnection, Message, Ping, RejectConnection, Request, TextMessage

    ends = time.monotonic() + seconds
    parts = urlsplit(base_url)
    target = f"{parts.path}/ws?{urlencode({'clientId': client_id})}"
    ours = [(name.encode(), value.encode()) for name, value in headers.items()]
    protocol = WSConnection(ConnectionType.CLIENT)
    text, received = "", 0
    with _connected(base_url, seconds) as line:
        line.sendall(protocol.send(Request(host=parts.netloc, target=target, extra_headers=ours)))
        while (left := ends - time.monotonic()) > 0 and received < MOST_BYTES:
            line.settimeout(left)
            data = line.recv(65536)
            if not data:
                return
            received += len(data)
            protocol.receive_data(data)
            for event in protocol.events():
                match event:
                    case AcceptConnection():
                        pass
                    case TextMessage():
                        text += event.data
                        if event.message_finished:
                            yield json.loads(text)
                            text = ""
                    case Ping():
                        line.sendall(protocol.send(event.response()))
                    case CloseConnection() | RejectConnection():
                        return
                    case Message():
                        pass


def _connected(base_url: str, seconds: float) -> socket.socket:
    parts = urlsplit(base_url)
    secure = parts.scheme == "https"
    line = socket.create_connection((parts.hostname or "", parts.port or (443 if secure else 80)), timeout=seconds)
    if not secure:
        return line
    from app.providers.transport import trust

    return trust().wrap_socket(line, server_hostname=parts.hostname)
