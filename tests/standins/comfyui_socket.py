"""The websocket of the ComfyUI stand-in: status at once, then the steps of what runs for this client, and previews.

Source: ComfyUI's `server.py` and `comfy_execution/progress.py` (version 0.36, read 2026-11-20).
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, TextMessage

from tests.standins import comfyui_graph as graphs
from tests.standins.comfyui_jobs import Job

TICK = 0.02
LONGEST = 60.0


def speak(
    line: socket.socket, headers: Mapping[str, str], target: str, job: Callable[[], Job | None], *, old: bool
) -> None:
    """Speak until the client closes. `job` gives what runs for it now; an `old` server has fewer words."""
    protocol = WSConnection(ConnectionType.SERVER)
    protocol.initiate_upgrade_connection([(name.encode(), one.encode()) for name, one in headers.items()], target)
    list(protocol.events())
    line.sendall(protocol.send(AcceptConnection()))

    def say(type: str, data: Mapping[str, Any]) -> None:
        line.sendall(protocol.send(TextMessage(json.dumps({"type": type, "data": data}))))

    with suppress(OSError):
        say("status", {"status": {"exec_info": {"queue_remaining": 1}}, "sid": "stand-in"})
        last, ends = -1, time.monotonic() + LONGEST
        while time.monotonic() < ends and not _closed(line, protocol):
            running = job()
            step = _step(running) if running else -1
            if running and step != last:
                _tell(say, running, step, old=old)
                # What a preview would be, for clients that can only read text to stumble over.
                line.sendall(protocol.send(BytesMessage(b"\0\0\0\1\0\0\0\1\xff\xd8\xff")))
                last = step


def _step(job: Job) -> int:
    return int(job.part() * graphs.value(job.graph, "steps", 1))


def _tell(say: Callable[[str, Mapping[str, Any]], None], job: Job, step: int, *, old: bool) -> None:
    node = next(id for id, one in job.graph.items() if "steps" in one["inputs"])
    most = graphs.value(job.graph, "steps")
    state = {"value": step, "max": most, "state": "running", "node_id": node, "prompt_id": job.id}
    if not old:
        say("progress_state", {"prompt_id": job.id, "nodes": {"1": {"value": 1, "max": 1}, node: state}})
    say("progress", {"value": step, "max": most, "prompt_id": job.id, "node": node})


def _closed(line: socket.socket, protocol: WSConnection) -> bool:
    line.settimeout(TICK)
    try:
        data = line.recv(4096)
    except TimeoutError:
        return False
    finally:
        line.settimeout(5)
    if not data:
        return True
    protocol.receive_data(data)
    return any(isinstance(event, CloseConnection) for event in protocol.events())
