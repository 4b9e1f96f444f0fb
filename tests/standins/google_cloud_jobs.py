"""One video in the making at the Agent Platform's stand-in: an operation and what it ends in."""

from __future__ import annotations

import base64
import re
import time
import uuid
from collections import defaultdict, deque
from typing import Any

from tests.standins import google_cloud_wire as wire
from tests.standins import media
from tests.standins.server import Fault

OUTCOMES = {*wire.FAILURES, "running", "pondering", "completed", "filtered", "partly", "unexplained", "empty", "bucket"}
"""What an operation can come to. `pondering` is a state that nobody knows yet."""
LATER = {"poll500": [Fault("500")] * 2, "poll404": [Fault("404")] * 99}
TYPE = "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse"


class Operation:
    """A video that is done `seconds` after it was asked for. `resource` is the model's path, as it was called."""

    def __init__(self, resource: str, body: dict[str, Any], seconds: float) -> None:
        self.prompt = wire.prompt_of(body, "create")
        self.name = f"{resource}/operations/{uuid.uuid4()}"
        self.asked = body["parameters"]
        self.ready = time.monotonic() + seconds
        words = re.findall(r"\[\[([\w-]+)\]\]", self.prompt)
        self.outcome = next((word for word in words if word in OUTCOMES), "completed")
        self.faults = deque(fault for word in words for fault in LATER.get(word, []))

    def state(self) -> str:
        """One of OUTCOMES."""
        return self.outcome if time.monotonic() >= self.ready else "running"

    def as_started(self) -> dict[str, Any]:
        """The answer to its order: a name and nothing else."""
        return {"name": self.name}

    def as_operation(self, outcome: str) -> dict[str, Any]:
        """The Operation resource. While it runs, `done` is not there at all."""
        if outcome == "running":
            return {"name": self.name}
        if outcome == "pondering":
            return {"name": self.name, "metadata": {"state": "PONDERING"}}
        if outcome in wire.FAILURES:
            code, message = wire.FAILURES[outcome]
            return {"name": self.name, "done": True, "error": {"code": code, "message": message}}
        return {"name": self.name, "done": True, "response": {"@type": TYPE, **self._response(outcome)}}

    def bytes(self) -> bytes:
        """A real MP4 as it was ordered."""
        return media.mp4(self.asked["durationSeconds"], self.asked["resolution"], self.asked["aspectRatio"])

    def _response(self, outcome: str) -> dict[str, Any]:
        video = {"mimeType": "video/mp4"}
        inline = {**video, "bytesBase64Encoded": base64.b64encode(self.bytes()).decode()}
        filtered = {"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": [wire.LIKENESS]}
        responses: dict[str, dict[str, Any]] = defaultdict(dict)
        responses["completed"] = {"videos": [inline]}
        responses["partly"] = {**filtered, "videos": [inline]}
        responses["filtered"] = filtered
        responses["unexplained"] = {"raiMediaFilteredCount": 1}
        responses["bucket"] = {"videos": [{**video, "gcsUri": "gs://somebody-elses/sample_0.mp4"}]}
        return responses[outcome]
