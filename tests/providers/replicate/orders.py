"""What the tests ask of Replicate: the three models as the catalogue has them."""

from __future__ import annotations

from typing import Any

from app.catalogue.listing import built_in
from app.providers.base import Accepted, Brief, Kind, Reference
from app.providers.replicate.provider import ReplicateProvider, Timeouts
from tests.standins import media
from tests.standins.replicate_wire import FLUX, HAILUO, ZEROSCOPE, ZEROSCOPE_VERSION

PATIENCE = Timeouts(connect=2.0, submit=10.0, upload=10.0, look_up=10.0)
MODELS = {entry.id: entry.model() for entry in built_in() if entry.provider == "replicate"}
PICTURE = media.picture((640, 480), "JPEG")


def flux(**changes: Any) -> Brief:
    """An image by an official model."""
    return _brief(FLUX, "a fox in the snow", "16:9", **changes)


def zeroscope(**changes: Any) -> Brief:
    """A video by a community model, which is asked for by its version."""
    asked = {"duration": 3, "resolution": "576p", **changes}
    return _brief(f"{ZEROSCOPE}:{ZEROSCOPE_VERSION}", "a fox runs", "16:9", **asked)


def hailuo(**changes: Any) -> Brief:
    """A video that begins from a picture."""
    first = Reference(PICTURE, "image/jpeg", "first")
    asked = {"duration": 6, "resolution": "768p", "references": (first,), **changes}
    return _brief(HAILUO, "the fox runs away", asked.pop("aspect_ratio", "16:9"), **asked)


def started(provider: ReplicateProvider, brief: Brief, attempt: str = "attempt-1") -> Accepted:
    """The brief, submitted."""
    accepted = provider.submit(brief, attempt)
    assert isinstance(accepted, Accepted)
    return accepted


def _brief(model: str, prompt: str, aspect_ratio: str, **changes: Any) -> Brief:
    entry = MODELS[model]
    asked = {"prompt": prompt, "aspect_ratio": aspect_ratio, "recipe": entry.recipe, **changes}
    return Brief(kind=Kind(entry.kind), model=model, **asked)
