"""What the tests ask of Replicate: the three models as the catalogue has them."""

from __future__ import annotations

from typing import Any

from app.catalogue.listing import built_in
from app.providers.base import Accepted, Brief, Kind, Reference
from app.providers.replicate.provider import ReplicateProvider, Timeouts
from tests.standins import media
from tests.standins.replicate_wire import FLUX, HAILUO, ZEROSCOPE, ZEROSCOPE_VERSION

PATIENCE = Timeouts(connect=2.0, submit=10.0, upload=10.0, look_up=10.0)
HASTE = Timeouts(0.4, 0.4, 0.4, 0.4)
MODELS = {entry.id: entry.model() for entry in built_in() if entry.provider == "replicate"}
PICTURE = media.picture((640, 480), "JPEG")


def flux(**changes: Any) -> Brief:
    """An image by an official model."""
    return _brief(FLUX, {"prompt": "a fox in the snow"}, changes)


def zeroscope(**changes: Any) -> Brief:
    """A video by a community model, which is asked for by its version."""
    asked = {"prompt": "a fox runs", "duration": 3, "resolution": "576p"}
    return _brief(f"{ZEROSCOPE}:{ZEROSCOPE_VERSION}", asked, changes)


def hailuo(**changes: Any) -> Brief:
    """A video that begins from a picture."""
    first = Reference(PICTURE, "image/jpeg", "first")
    asked = {"prompt": "the fox runs away", "duration": 6, "resolution": "768p", "references": (first,)}
    return _brief(HAILUO, asked, changes)


def started(provider: ReplicateProvider, brief: Brief, attempt: str = "attempt-1") -> Accepted:
    """The brief, submitted."""
    accepted = provider.submit(brief, attempt)
    assert isinstance(accepted, Accepted)
    return accepted


def _brief(model: str, asked: dict[str, Any], changes: dict[str, Any]) -> Brief:
    entry = MODELS[model]
    usual = {"aspect_ratio": "16:9", "recipe": entry.recipe}
    return Brief(kind=Kind(entry.kind), model=model, **{**usual, **asked, **changes})
