"""One video in the making at the Google stand-in: an interaction, its file and its bytes."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import time
from collections import defaultdict, deque
from typing import Any

from tests.standins import google_wire as wire
from tests.standins import media
from tests.standins.listener import Answer
from tests.standins.server import Fault

ADDRESS = "https://generativelanguage.googleapis.com/v1beta/files/"
"""What the real service names, whatever address it was called by."""
OUTCOMES = {
    "in_progress": "in_progress",
    "queued": "queued",
    "completed": "completed",
    "inline": "completed",
    "elsewhere": "completed",
    "empty": "completed",
    "blocked-step": "completed",
    "blocked": "failed",
    "blocked-people": "failed",
    "words": "completed",
    "failed": "failed",
    "cancelled": "cancelled",
    "incomplete": "incomplete",
    "requires_action": "requires_action",
    "budget_exceeded": "budget_exceeded",
    "thinking_hard": "thinking_hard",
}
"""What an interaction can come to, with the status that it then has. The last is a word that nobody knows yet."""
LATER = {
    "poll500": ("get", [Fault("500")] * 2),
    "poll404": ("get", [Fault("404")] * 99),
    "processing": ("file", [Fault("processing")] * 2),
    "cut": ("download", [Fault("cut")]),
    "html": ("download", [Fault("html")]),
    "redirect": ("download", [Fault("redirect")] * 99),
    "expired": ("download", [Fault("expired")] * 99),
}


class Job:
    """A video that is done `seconds` after it was asked for."""

    def __init__(self, prompt: str, body: dict[str, Any], seconds: float) -> None:
        self.prompt = prompt
        self.id = f"v1_{secrets.token_urlsafe(24)}"
        self.file = secrets.token_hex(6)
        self.model = body["model"]
        self.format = {"duration": "10s", "resolution": "720p", "aspect_ratio": "16:9", **body["response_format"]}
        self.labels = body.get("labels")
        self.ready = time.monotonic() + seconds
        words = re.findall(r"\[\[([\w-]+)\]\]", prompt)
        self.outcome = next((word for word in words if word in OUTCOMES), "completed")
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        for endpoint, faults in (LATER[word] for word in words if word in LATER):
            self._faults[endpoint].extend(faults)

    def next_fault(self, endpoint: str, port: int) -> Fault | None:
        """What the prompt asked to go wrong at this step."""
        if not self._faults[endpoint]:
            return None
        fault = self._faults[endpoint].popleft()
        if fault.word == "redirect":
            # Loopback under a name that nobody allowed; if it is followed, the log shows it.
            return Fault("redirect", {"to": f"http://localhost:{port}/inside"})
        return fault

    def state(self) -> str:
        """One of OUTCOMES."""
        return self.outcome if self.outcome == "cancelled" or time.monotonic() >= self.ready else "in_progress"

    def as_interaction(self, outcome: str) -> dict[str, Any]:
        """The Interaction resource."""
        body: dict[str, Any] = {
            "id": self.id,
            "object": "interaction",
            "model": self.model,
            "status": OUTCOMES[outcome],
            "created": "2026-11-20T08:00:00Z",
            "updated": "2026-11-20T08:00:00Z",
        }
        if self.labels:
            body["labels"] = self.labels
        return {**body, **self._content(outcome)}

    def as_file(self, state: str) -> dict[str, Any]:
        """The File resource."""
        data = self.bytes()
        return {
            "name": f"files/{self.file}",
            "mimeType": "video/mp4",
            "sizeBytes": str(len(data)),
            "createTime": "2026-11-20T08:00:00Z",
            "updateTime": "2026-11-20T08:00:00Z",
            "expirationTime": "2026-11-22T08:00:00Z",
            "sha256Hash": base64.b64encode(hashlib.sha256(data).digest()).decode(),
            "uri": ADDRESS + self.file,
            "downloadUri": f"{ADDRESS}{self.file}:download?alt=media",
            "state": state,
            "source": "GENERATED",
        }

    def as_download(self, wanted: str) -> Answer:
        """The bytes, or the part that a Range header names."""
        data = self.bytes()
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)
        if not found:
            return Answer(body=data, media_type="video/mp4", headers={"Accept-Ranges": "bytes"})
        first, last = int(found[1]), min(int(found[2] or len(data) - 1), len(data) - 1)
        if first > last:
            return Answer(416, headers={"Content-Range": f"bytes */{len(data)}"})
        span = f"bytes {first}-{last}/{len(data)}"
        return Answer(206, data[first : last + 1], "video/mp4", {"Content-Range": span, "Accept-Ranges": "bytes"})

    def bytes(self) -> bytes:
        """A real MP4 as it was ordered."""
        seconds = int(self.format["duration"].removesuffix("s"))
        return media.mp4(seconds, self.format["resolution"], self.format["aspect_ratio"])

    def _content(self, outcome: str) -> dict[str, Any]:
        video: dict[str, Any] = {"type": "video", "mime_type": "video/mp4"}
        match outcome:
            case "completed" if self.format.get("delivery") == "uri":
                return {"steps": wire.video_step({**video, "uri": ADDRESS + self.file})}
            case "completed" | "inline":
                return {"steps": wire.video_step({**video, "data": base64.b64encode(self.bytes()).decode()})}
            case "elsewhere":
                return {"steps": wire.video_step({**video, "uri": f"http://169.254.169.254/v1beta/files/{self.file}"})}
            case "empty":
                return {"steps": wire.video_step()}
            case "words":
                return {"steps": wire.video_step({"type": "text", "text": "I would rather describe it."})}
            case "blocked-people":
                return {"errors": [{"code": "content_blocked", "message": wire.NO_PEOPLE}]}
            case "blocked-step":
                trouble = {"code": 3, "message": "The video was blocked by our safety filters."}
                return {"steps": wire.video_step(trouble=trouble)}
            case "blocked":
                message = "The prompt could not be submitted: it may violate our usage policy."
                return {"errors": [{"code": "content_blocked", "message": message}]}
            case "failed":
                return {"errors": [{"code": "internal_error", "message": "Something broke."}]}
            case _:
                return {}
