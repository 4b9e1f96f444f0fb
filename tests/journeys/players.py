"""Every provider's stand-in, and what a house has to know to be served by it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.standins.server import StandIn


@dataclass(frozen=True)
class Player:
    """A provider outside of the house, played by a stand-in; "{url}" and "{port}" are filled in."""

    name: str
    module: str
    standin: str
    environ: Mapping[str, str]
    options: Mapping[str, Any] = field(default_factory=dict)

    def begin(self) -> StandIn:
        """The stand-in, not started yet."""
        made: StandIn = getattr(importlib.import_module(self.module), self.standin)(**self.options)
        return made

    def environ_for(self, standin: StandIn) -> dict[str, str]:
        """The environment of a house that this provider serves."""
        told = {name: value.format(url=standin.url, port=standin.port) for name, value in self.environ.items()}
        return {
            "IMAGE_PROVIDER": self.name,
            "VIDEO_PROVIDER": self.name,
            "PROVIDER_ALLOWED_HOSTS": f"127.0.0.1:{standin.port}",
            **told,
        }


PLAYERS = (
    Player(
        "google",
        "tests.standins.google",
        "GoogleStandIn",
        {"GOOGLE_AI_API_KEY": "stand-in-key", "GOOGLE_GEMINI_BASE_URL": "{url}"},
        {"video_seconds": 1.0},
    ),
)
