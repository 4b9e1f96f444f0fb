"""Smooth randomness: fields for cloud and relief, lines for ridges."""

from __future__ import annotations

import numpy as np
from PIL import Image

from app.providers.local.colour import Field


def field(
    rng: np.random.Generator, width: int, height: int, *, cells: float, octaves: int = 4, stretch: float = 1.0
) -> Field:
    """Make a cloud-like field from 0 to 1 with about `cells` blobs across the shorter side.

    `stretch` above 1 draws the blobs out sideways. Large octaves are drawn small and enlarged, which is what keeps a
    full-size field under a tenth of a second.
    """
    total = np.zeros((height, width), dtype=np.float32)
    cell = min(width, height) / cells
    weight, sum_of_weights = 1.0, 0.0
    for _ in range(octaves):
        across = max(int(np.ceil(width / cell / stretch)) + 3, 4)
        down = max(int(np.ceil(height / cell * 1.0)) + 3, 4)
        grid = Image.fromarray(rng.random((down, across), dtype=np.float32))
        box = (1.0, 1.0, min(1 + width / cell / stretch, across - 1), min(1 + height / cell, down - 1))
        total += np.asarray(grid.resize((width, height), Image.Resampling.BICUBIC, box=box)) * weight
        sum_of_weights += weight
        weight *= 0.5
        cell = max(cell / 2.03, 1.5)
    total /= sum_of_weights
    low, high = np.percentile(total[::7, ::7], (1, 99))
    return np.asarray(np.clip((total - low) / max(high - low, 1e-6), 0, 1), dtype=np.float32)


def line(
    rng: np.random.Generator, length: int, *, waves: float, octaves: int = 5, gain: float = 0.5, ridged: bool = False
) -> Field:
    """Make a wandering line from 0 to 1 with about `waves` rises; ridged lines have crests, not hills."""
    at = np.linspace(0, 1, length, dtype=np.float32)
    total = np.zeros(length, dtype=np.float32)
    weight, sum_of_weights = 1.0, 0.0
    for _ in range(octaves):
        count = int(np.ceil(waves)) + 4
        knots = rng.random(count, dtype=np.float32)
        octave = _smooth(knots, at * waves + 1 + rng.random())
        if ridged:
            octave = 1 - np.abs(2 * octave - 1)
        total += octave * weight
        sum_of_weights += weight
        weight *= gain
        waves *= 2.07
    total /= sum_of_weights
    return np.asarray((total - total.min()) / max(float(total.max() - total.min()), 1e-6), dtype=np.float32)


def _smooth(knots: Field, at: Field) -> Field:
    low = np.clip(at.astype(np.int32), 0, len(knots) - 2)
    part = at - low
    part = part * part * (3 - 2 * part)
    return np.asarray(knots[low] * (1 - part) + knots[low + 1] * part, dtype=np.float32)
