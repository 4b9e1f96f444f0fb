"""One graph in the making at the ComfyUI stand-in: its place in the queue, its entry in the history and its file."""

from __future__ import annotations

import re
import time
import zlib
from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Any

from tests.standins import comfyui_graph as graphs
from tests.standins import media
from tests.standins.server import Fault

OUTCOMES = ("success", "failed", "oom", "blocked", "cancelled", "empty", "thinking_hard")
"""What a graph can come to. The last leaves a status word that nobody knows yet."""
LATER = {
    "poll500": ("history", [Fault("status", {"status": 500})] * 2),
    "poll404": ("history", [Fault("forgotten")] * 99),
    "cut": ("view", [Fault("cut")]),
    "html": ("view", [Fault("html")]),
    "redirect": ("view", [Fault("redirect")] * 99),
    "expired": ("view", [Fault("expired")] * 99),
}
_ERRORS = {
    "failed": ("RuntimeError", "mat1 and mat2 shapes cannot be multiplied"),
    "oom": ("torch.OutOfMemoryError", "Allocation on device 0 would exceed allowed memory."),
    "blocked": ("ValueError", "NSFW content detected, the image was withheld."),
}


class Job:
    """A graph that runs from `starts` to `ready`, on the monotonic clock: a GPU does one thing at a time."""

    def __init__(self, id: str, body: Mapping[str, Any], number: int, starts: float, seconds: float) -> None:
        self.id = id
        self.client = body.get("client_id", "")
        self.graph: Mapping[str, Any] = body["prompt"]
        self.number = number
        self.prompt = graphs.prompt_of(self.graph)
        self.starts, self.ready = starts, starts + seconds
        words = re.findall(r"\[\[([\w-]+)\]\]", self.prompt)
        self.outcome = next((word for word in words if word in OUTCOMES), "success")
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        for endpoint, faults in (LATER[word] for word in words if word in LATER):
            self._faults[endpoint].extend(faults)

    def next_fault(self, endpoint: str, port: int) -> Fault | None:
        """What the prompt asked to go wrong at this step."""
        if not self._faults[endpoint]:
            return None
        fault = self._faults[endpoint].popleft()
        # A server beside the one that was configured; if it is followed, the log shows it.
        return Fault("redirect", {"to": f"http://localhost:{port}/inside"}) if fault.word == "redirect" else fault

    @property
    def waits(self) -> bool:
        """Its turn has not come."""
        return time.monotonic() < self.starts

    @property
    def runs(self) -> bool:
        """It is being made."""
        return self.starts <= time.monotonic() < self.ready

    def interrupt(self) -> None:
        """It ends now."""
        self.outcome, self.ready = "cancelled", time.monotonic()

    def part(self) -> float:
        """How much of it is done."""
        whole = self.ready - self.starts
        return min(1.0, max(0.0, (time.monotonic() - self.starts) / whole)) if whole else 1.0

    def as_item(self) -> list[Any]:
        """Its item in the queue."""
        return [self.number, self.id, self.graph, {"client_id": self.client, "create_time": 0}, [self._save()]]

    def as_entry(self, outcome: str) -> dict[str, Any]:
        """Its entry in the history."""
        told = {"prompt_id": self.id, "timestamp": 1_795_000_000_000}
        messages: list[list[Any]] = [["execution_start", told], ["execution_cached", {"nodes": [], **told}]]
        status = {"status_str": "error", "completed": False, "messages": messages}
        outputs: dict[str, Any] = {}
        node = {"node_id": "7", "node_type": "KSampler", "executed": [], **told}
        if outcome in _ERRORS:
            kind, words = _ERRORS[outcome]
            messages.append(["execution_error", {**node, "exception_type": kind, "exception_message": f"{words}\n"}])
        elif outcome == "cancelled":
            messages.append(["execution_interrupted", node])
        elif outcome == "thinking_hard":
            status["status_str"] = outcome
        else:
            messages.append(["execution_success", told])
            status |= {"status_str": "success", "completed": True}
            outputs = {} if outcome == "empty" else self._outputs()
        return {"prompt": self.as_item(), "outputs": outputs, "status": status, "meta": {}}

    def file(self) -> tuple[str, str]:
        """The folder and the name that it is saved under: the prefix may begin with a folder."""
        folder, _, name = str(graphs.value(self.graph, "filename_prefix")).rpartition("/")
        return folder, f"{name}_00001_.{'mp4' if self.kind == 'video' else 'png'}"

    @property
    def kind(self) -> str:
        """What its graph ends in."""
        return next(iter(graphs.saving(self.graph).values()))

    def bytes(self) -> bytes:
        """A real PNG or MP4 of the size and length that the graph says."""
        width, height = (graphs.value(self.graph, side) for side in ("width", "height"))
        if self.kind == "image":
            return media.picture((width, height), "PNG", zlib.crc32(self.prompt.encode()) % 256)
        return media.film(graphs.value(self.graph, "length"), (width, height), fps=graphs.value(self.graph, "fps"))

    def _outputs(self) -> dict[str, Any]:
        """SaveVideo, too, lists its file under "images"; LoadImage shows what it was given."""
        folder, name = self.file()
        saved: dict[str, Any] = {"images": [{"filename": name, "subfolder": folder, "type": "output"}]}
        if self.kind == "video":
            saved["animated"] = [True]
        shown = {"images": [{"filename": "given.png", "subfolder": "kinora", "type": "input"}]}
        return {"0": shown, self._save(): saved}

    def _save(self) -> str:
        return next(iter(graphs.saving(self.graph)))
