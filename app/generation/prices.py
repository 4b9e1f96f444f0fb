"""What a creation costs: the only place that knows (PRC-02..05)."""

from __future__ import annotations

import math
from decimal import Decimal

from app.settings.catalogue import Settings


def credits_for(settings: Settings, kind: str, duration: int | None = None, resolution: str | None = None) -> int:
    """The price in whole credits, rounded up; `duration` in seconds.

    Reckoned in decimals, so that a rate of 0.1 does not round up to one credit more than it should.
    """
    if kind == "image":
        return settings.image_credit_cost
    if settings.video_pricing_mode == "flat":
        return settings.video_flat_credits
    rate = Decimal(str(settings.video_credit_per_second))
    factor = Decimal(str(settings.video_1080p_multiplier)) if resolution == "1080p" else Decimal(1)
    return math.ceil(Decimal(duration or 0) * rate * factor)


def video_table(settings: Settings, durations: tuple[int, ...], resolutions: tuple[str, ...]) -> list[tuple[str, int]]:
    """Every price of a video, labelled: ("4 s at 720p", 40)."""
    return [
        (f"{duration} s at {resolution}", credits_for(settings, "video", duration, resolution))
        for duration in durations
        for resolution in resolutions
    ]
