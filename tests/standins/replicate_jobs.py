"""One prediction at the Replicate stand-in: how far it is, what it came to, its file, and the call at its end."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import re
import secrets
import time
import urllib.request
import zlib
from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Any

from PIL import Image

from tests.standins import media
from tests.standins import replicate_wire as wire
from tests.standins.listener import Answer
from tests.standins.server import Fault

SECRET = "whsec_" + base64.b64encode(b"a secret of the stand-in").decode()
OUTCOMES = {
    "starting": "starting",
    "processing": "processing",
    "succeeded": "succeeded",
    "single": "succeeded",
    "empty": "succeeded",
    "nothing": "succeeded",
    "words": "succeeded",
    "removed": "succeeded",
    "failed": "failed",
    "nsfw": "failed",
    "blocked": "failed",
    "canceled": "canceled",
    "aborted": "aborted",
    "thinking_hard": "thinking_hard",
}
"""What a prediction can come to, with the status that it then has. The last is a word that nobody knows yet."""
ERRORS = {
    "failed": "Prediction interrupted; please retry (code: PA)",
    "nsfw": "NSFW content detected. Try running it again, or try a different prompt.",
    "blocked": "The input or output was flagged as sensitive. Please try again with different inputs. "
    "(E005) (uIJ6l3ruRD)",
}
LATER = {
    "poll500": ("get", [Fault("500")] * 2),
    "poll404": ("get", [Fault("404")] * 99),
    "cut": ("download", [Fault("cut")]),
    "html": ("download", [Fault("html")]),
    "redirect": ("download", [Fault("redirect")] * 99),
    "expired": ("download", [Fault("expired")] * 99),
}
SIDES = {"512p": 512, "768p": 768, "1080p": 1080}
CALL_TRIES = 3


class Job:
    """A prediction that is done `seconds` after it was asked for. `url` is where the stand-in answers."""

    def __init__(self, url: str, model: str, body: Mapping[str, Any], seconds: float, frame: bytes = b"") -> None:
        self.url = url
        self.id = secrets.token_hex(13)
        self.token = secrets.token_urlsafe(24)
        self.model = model
        self.input: dict[str, Any] = dict(body["input"])
        self.webhook = body.get("webhook")
        self.frame = frame
        self.seconds = seconds
        self.began = time.monotonic()
        self.removed = False
        """An hour is over."""
        words = re.findall(r"\[\[([\w-]+)\]\]", self.prompt)
        self.outcome = next((word for word in words if word in OUTCOMES), "succeeded")
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        for endpoint, faults in (LATER[word] for word in words if word in LATER):
            self._faults[endpoint].extend(faults)

    @property
    def prompt(self) -> str:
        """What was asked for."""
        return str(self.input.get("prompt", ""))

    def next_fault(self, endpoint: str) -> Fault | None:
        """What the prompt asked to go wrong at this step."""
        if not self._faults[endpoint]:
            return None
        fault = self._faults[endpoint].popleft()
        if fault.word == "redirect":
            # Loopback under a name that nobody allowed; if it is followed, the log shows it.
            return Fault("redirect", {"to": f"{self.url.replace('127.0.0.1', 'localhost')}/inside"})
        return fault

    def state(self) -> str:
        """One of OUTCOMES."""
        if self.outcome in {"canceled", "aborted"} or time.monotonic() >= self.began + self.seconds:
            return self.outcome
        return "processing"

    def cancel(self) -> None:
        """Stop it, if it still runs."""
        if OUTCOMES[self.state()] in {"starting", "processing"}:
            self.outcome = "canceled"

    def as_prediction(self, outcome: str) -> dict[str, Any]:
        """The prediction, as it is read, listed and sent along with a call."""
        status = OUTCOMES[outcome]
        removed = self.removed or outcome == "removed"
        ended = status in {"succeeded", "failed", "canceled"}
        return {
            "id": self.id,
            "model": self.model,
            "version": wire.ZEROSCOPE_VERSION if self.model == wire.ZEROSCOPE else "hidden",
            "input": {} if removed else self.input,
            "output": None if removed else self._output(outcome),
            "error": ERRORS.get(outcome),
            "logs": "" if removed else self._logs(status),
            "status": status,
            "source": "api",
            "data_removed": removed,
            "created_at": "2026-11-20T08:00:00.000Z",
            "started_at": None if status == "starting" else "2026-11-20T08:00:00.500Z",
            "completed_at": "2026-11-20T08:00:09.000Z" if ended else None,
            "metrics": {"predict_time": 8.5} if ended else {},
            "urls": {name: f"{self.url}/v1/predictions/{self.id}{path}" for name, path in
                     (("get", ""), ("cancel", "/cancel"), ("web", "/web"))},
        }  # fmt: skip

    def as_download(self, wanted: str) -> Answer:
        """The file, or the part that a Range header names."""
        data, kind = self.bytes(), "image/png" if self.model == wire.FLUX else "video/mp4"
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)
        if not found:
            return Answer(body=data, media_type=kind, headers={"Accept-Ranges": "bytes"})
        first, last = int(found[1]), min(int(found[2] or len(data) - 1), len(data) - 1)
        span = f"bytes {first}-{last}/{len(data)}"
        return Answer(206, data[first : last + 1], kind, {"Content-Range": span, "Accept-Ranges": "bytes"})

    def bytes(self) -> bytes:
        """A real file as it was ordered."""
        given = self.input
        if self.model == wire.FLUX:
            size = media.IMAGE_SIZES[given.get("aspect_ratio", "1:1")]
            format = {"jpg": "JPEG", "png": "PNG"}.get(given.get("output_format", ""), "WEBP")
            return media.picture(size, format, zlib.crc32(self.prompt.encode()) % 256)
        if self.model == wire.ZEROSCOPE:
            size = (given.get("width", 576), given.get("height", 320))
            return media.film(given.get("num_frames", 24), size, fps=given.get("fps", 8))
        # Its six seconds are 141 frames.
        return media.film({6: 141, 10: 241}[given.get("duration", 6)], self._frame_size())

    def call(self) -> int | None:
        """Tell whoever asked to be told, until they say that they heard it. The last status, None for no answer."""
        body = json.dumps({**self.as_prediction(self.state()), "webhook": self.webhook}).encode()
        event, sent = f"msg_{secrets.token_hex(8)}", str(int(time.time()))
        key = base64.b64decode(SECRET.removeprefix("whsec_"))
        signature = base64.b64encode(hmac.digest(key, f"{event}.{sent}.".encode() + body, hashlib.sha256)).decode()
        headers = {"content-type": "application/json", "webhook-id": event, "webhook-timestamp": sent,
                   "webhook-signature": f"v1,{signature}"}  # fmt: skip
        status = None
        for _ in range(CALL_TRIES):
            request = urllib.request.Request(str(self.webhook), body, headers, method="POST")
            try:
                with urllib.request.urlopen(request, timeout=5) as answer:
                    return int(answer.status)
            except urllib.error.HTTPError as refused:
                status = refused.code
            except OSError:
                status = None
            time.sleep(0.05)
        return status

    def _frame_size(self) -> tuple[int, int]:
        """By the first frame's ratio and the resolution's shorter side; both even, as films need."""
        width, height = Image.open(io.BytesIO(self.frame)).size if self.frame else (16, 9)
        scale = SIDES[self.input.get("resolution", "1080p")] / min(width, height)
        return round(width * scale / 2) * 2, round(height * scale / 2) * 2

    def _output(self, outcome: str) -> Any:
        address = f"{self.url}/pbxt/{self.token}/output.{'png' if self.model == wire.FLUX else 'mp4'}"
        match outcome:
            case "succeeded":
                return address if self.model == wire.HAILUO else [address]
            case "single":
                return address
            case "empty":
                return []
            case "words":
                return "I cannot draw that."
        return None

    def _logs(self, status: str) -> str:
        """Bars of tqdm, the last one as far as the work is."""
        if status == "starting" or self.model == wire.HAILUO:
            return ""
        done = min(1.0, (time.monotonic() - self.began) / self.seconds) if self.seconds else 1.0
        steps = [round(done * part * 100 / 4) for part in range(5)]
        return "Using seed: 7\n" + "\n".join(f"{one}%|{'#' * (one // 10)}| {one // 2}/50 [00:01]" for one in steps)
