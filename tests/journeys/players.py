"""Every provider's stand-in, and what a house has to know to be served by it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass

from tests.standins import google, poe, replicate
from tests.standins.server import StandIn

ZEROSCOPE = "anotherjesse/zeroscope-v2-xl:9f747673945c62801b13b84701c783929c0ee784e4748ec062204894dda1a351"
"""The other model of Replicate's for videos begins from a picture."""


@dataclass(frozen=True)
class Player:
    """A provider outside of the house, played by a stand-in; "{url}" and "{port}" are filled in."""

    name: str
    module: str
    standin: str
    environ: Mapping[str, str]
    finds: bool = False
    """Work whose submit was never confirmed can be found there."""
    declines: str = "blocked"
    """The word in a prompt that it declines."""

    def begin(self) -> StandIn:
        """The stand-in, not started yet."""
        made: StandIn = getattr(importlib.import_module(self.module), self.standin)(video_seconds=1.0)
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
        {"GOOGLE_AI_API_KEY": google.KEY, "GOOGLE_GEMINI_BASE_URL": "{url}"},
    ),
    Player(
        "google-cloud",
        "tests.standins.google_cloud",
        "GoogleCloudStandIn",
        {"GOOGLE_CLOUD_API_KEY": google.KEY, "GOOGLE_VERTEX_BASE_URL": "{url}"},
    ),
    Player(
        "replicate",
        "tests.standins.replicate",
        "ReplicateStandIn",
        {"REPLICATE_API_KEY": replicate.KEY, "REPLICATE_API_URL": "{url}", "VIDEO_MODEL": ZEROSCOPE},
        finds=True,
    ),
    Player(
        "poe", "tests.standins.poe", "PoeStandIn", {"POE_API_KEY": poe.KEY, "POE_API_URL": "{url}"}, declines="refused"
    ),
    Player("comfyui", "tests.standins.comfyui", "ComfyUIStandIn", {"COMFYUI_URL": "{url}"}, finds=True),
)
