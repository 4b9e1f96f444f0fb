"""What a creation costs: the only place that knows (PRC-02..05)."""

from __future__ import annotations

import math
from decimal import Decimal

from app.providers.base import Kind
from app.providers.model import Model
from app.settings.catalogue import Settings


def credits_for(settings: Settings, model: Model, duration: int | None = None, resolution: str | None = None) -> int:
    """The price in whole credits, rounded up; `duration` in seconds. What the model's entry says comes first.

    Reckoned in decimals, so that a rate of 0.1 does not round up to one credit more than it should.
    """
    if model.credits is not None:
        return model.credits
    if model.kind == Kind.IMAGE:
        return settings.image_credit_cost
    own = model.credits_per_second
    if own is None and settings.video_pricing_mode == "flat":
        return settings.video_flat_credits
    rate = Decimal(str(settings.video_credit_per_second if own is None else own))
    factor = Decimal(str(settings.video_1080p_multiplier)) if resolution == "1080p" else Decimal(1)
    return math.ceil(Decimal(duration or 0) * rate * factor)


def video_table(settings: Settings, model: Model) -> list[tuple[str, int]]:
    """Every price of a model's videos, labelled, shortest first: ("4 s at 720p", 40)."""
    return [
        (f"{duration} s at {resolution}", credits_for(settings, model, duration, resolution))
        for duration, resolution in sorted(model.options, key=lambda option: option[0] or 0)
    ]
