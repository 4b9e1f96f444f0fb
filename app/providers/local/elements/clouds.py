"""Clouds: thin streaks high up, banks with lit tops, and mist that lies in valleys."""

from __future__ import annotations

import numpy as np

from app.providers.local import noise
from app.providers.local.colour import RGB, mix, shift
from app.providers.local.elements.sky import Sun
from app.providers.local.stage import Plate, Stage, cover


def streaks(stage: Stage, sun: Sun, horizon: float, *, amount: float = 0.5, drift: float = 0.004) -> Plate:
    """High thin cloud that takes the sun's colour near the sun."""
    width = stage.plate[0]
    end = int(stage.margin_y + horizon * stage.height)
    rng = stage.rng("streaks")
    body = noise.field(rng, width, end, cells=3.2, octaves=6, stretch=4.5)
    broken = noise.field(rng, width, end, cells=2.0, octaves=2, stretch=2.0)
    mask = np.clip((body * 0.75 + broken * 0.45 - (1 - amount)) / 0.55, 0, 1) ** 1.4
    rows = stage.rows()[:end]
    mask *= np.clip((rows + 0.06) * 3, 0.25, 1)[:, None] * np.clip((horizon - rows) * 9, 0, 1)[:, None] * 0.8
    sx, sy = stage.spot(sun.x, sun.y)
    away = np.hypot((np.arange(width) - sx)[None, :] * 0.6, (np.arange(end) - sy)[:, None]) / stage.unit
    near = np.exp(-away / 0.30)[..., None]
    palette = stage.palette
    dim = np.array(mix(palette.sky[len(palette.sky) // 2], palette.horizon, 0.45 if not palette.night else 0.15))
    lit = np.array(mix(palette.glow, palette.disc, 0.25))
    colours = (dim * (1 - near) + lit * near).astype(np.float32)
    return Plate(stage, cover(mask.astype(np.float32), colours), 0.09, drift=drift * stage.reading.pace)


def bank(
    stage: Stage,
    name: str,
    base: float,
    rise: float,
    sun: Sun,
    *,
    depth: float,
    tone: RGB,
    lit: RGB,
    drift: float = 0.006,
    fade: float = 0.3,
) -> Plate:
    """A bank of heaped cloud: round heads with light on the sunward side, thinning downward."""
    width, height = stage.plate
    rng = stage.rng(f"bank {name}")
    top = max(int(stage.margin_y + (base - rise) * stage.height) - 4, 0)
    end = min(int(stage.margin_y + (base + fade) * stage.height) + 4, height)
    tall = rise * stage.height
    line = _heads(rng, width, stage.unit, tall)
    below = np.arange(top, end, dtype=np.float32)[:, None] - (stage.margin_y + base * stage.height - line)[None, :]
    puff = noise.field(rng, width, end - top, cells=max(5, 9 * (end - top) / stage.unit), octaves=5)
    below += (puff - 0.5) * tall * 0.35
    mask = np.clip(below / 2.5 + 0.5, 0, 1) * np.clip(1 - (below - tall) / (fade * stage.height), 0, 1)
    # Light follows the heap as a whole, or every single head would draw a streak down the bank.
    calm = np.convolve(np.pad(line, 48, mode="edge"), np.ones(97) / 97, mode="valid")
    below += (line - calm)[None, :] * -0.6
    light = np.exp(-np.clip(below, 0, None) / (tall * 0.42)) * (0.55 + 0.45 * puff)
    away = (stage.columns() - sun.x) * stage.width / stage.unit
    share = np.clip(light * (0.5 + 0.5 * np.exp(-((away / 0.5) ** 2)))[None, :], 0, 1)[..., None]
    colours = np.array(tone) * (1 - share) + np.array(lit) * share
    picture = cover(mask.astype(np.float32), colours.astype(np.float32))
    return Plate(stage, picture, depth, top=top, drift=drift * stage.reading.pace)


def mist(
    stage: Stage,
    name: str,
    base: float,
    thickness: float,
    *,
    depth: float,
    tone: RGB,
    strength: float = 0.6,
    drift: float = 0.008,
) -> Plate:
    """A sheet of mist that lies across at `base`."""
    width, height = stage.plate
    rng = stage.rng(f"mist {name}")
    top = max(int(stage.margin_y + (base - thickness) * stage.height), 0)
    end = min(int(stage.margin_y + (base + thickness) * stage.height), height)
    body = noise.field(rng, width, max(end - top, 8), cells=2.2, octaves=4, stretch=5)
    rows = np.linspace(-1, 1, body.shape[0], dtype=np.float32)
    mask = np.clip(1 - rows**2, 0, 1)[:, None] * (0.35 + 0.65 * body) * strength
    return Plate(stage, cover(mask.astype(np.float32), tone), depth, top=top, drift=drift * stage.reading.pace)


def heaps(stage: Stage, sun: Sun, horizon: float) -> list[Plate]:
    """Two far banks over the horizon, for a sky that was asked to have clouds."""
    palette = stage.palette
    tone = mix(palette.sky[-2], palette.far, 0.35)
    lit = mix(palette.glow, palette.disc, 0.35 if not palette.night else 0.0)
    if palette.night:
        tone, lit = shift(tone, light=-0.06), mix(tone, palette.glow, 0.4)
    return [
        bank(stage, "far", horizon * 0.72, 0.14, sun, depth=0.08, tone=tone, lit=lit, drift=0.004),
        bank(
            stage,
            "low",
            horizon * 0.96,
            0.12,
            sun,
            depth=0.10,
            tone=mix(tone, palette.horizon, 0.4),
            lit=lit,
            drift=0.007,
        ),
    ]


def _heads(
    rng: np.random.Generator, width: int, unit: float, rise: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """The upper outline of many overlapping round heads, gathered in a few heaps."""
    heap = noise.line(rng, width, waves=max(2.2 * width / unit, 2), octaves=2) ** 1.5
    at = np.arange(width, dtype=np.float32)
    out = np.zeros(width, dtype=np.float32)
    for _ in range(int(46 * width / unit)):
        middle = rng.uniform(0, width)
        tall = float(heap[int(middle)])
        radius = rise * float(rng.uniform(0.12, 0.34)) * (0.35 + tall)
        lift = rise * (tall * 0.9 - 0.05) - radius
        dome = np.clip(radius**2 - (at - middle) ** 2, 0, None) ** 0.5
        out = np.maximum(out, np.where(dome > 0, lift + dome, 0))
    return np.asarray(np.maximum(out, heap * rise * 0.5), dtype=np.float32)
