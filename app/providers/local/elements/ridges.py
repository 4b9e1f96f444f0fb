"""Ridges: crest lines of many characters, and the plates of ground below them."""

from __future__ import annotations

import numpy as np

from app.providers.local import noise
from app.providers.local.colour import RGB, Field, mix
from app.providers.local.elements.sky import Sun
from app.providers.local.stage import Plate, Stage, premultiplied


def crest(stage: Stage, name: str, kind: str, base: float, rise: float, *, waves: float = 3.0) -> Field:
    """A crest line in plate pixels: `base` is its foot and `rise` its height, both in frame heights."""
    rng = stage.rng(f"crest {name}")
    length = stage.plate[0]
    waves = waves * stage.width / stage.unit
    if kind == "peaks":
        shape = noise.line(rng, length, waves=waves, octaves=7, gain=0.46, ridged=True) ** 1.25
        shape = shape * (0.55 + 0.45 * noise.line(rng, length, waves=waves * 0.5, octaves=2))
    elif kind == "dunes":
        shape = _dune_line(rng, length, waves)
    elif kind == "mesa":
        steps = noise.line(rng, length, waves=waves, octaves=3) * 3.2
        flat = np.floor(steps) + np.clip((steps % 1) * 5 - 4, 0, 1)
        shape = flat / 3.2 + noise.line(rng, length, waves=waves * 14, octaves=3) * 0.035
    else:
        shape = noise.line(rng, length, waves=waves, octaves=6, gain=0.42)
    return (stage.margin_y + (base - rise * shape) * stage.height).astype(np.float32)


def ridge(
    stage: Stage,
    line: Field,
    tint: RGB,
    *,
    depth: float,
    mist: RGB,
    haze: float = 0.5,
    sun: Sun | None = None,
    relief: float = 0.0,
    bottom: float = 1.0,
    name: str = "",
    caps: RGB | None = None,
) -> Plate:
    """Fill the ground under a crest: tinted at the top, thinning into mist below, with a lit edge toward the sun."""
    width, height = stage.plate
    top = max(int(line.min()) - 2, 0)
    end = min(height, int(stage.margin_y * 2 + bottom * stage.height)) if bottom < 1 else height
    end = max(end, min(int(line.max()) + 4, height), top + 4)
    below = np.arange(top, end, dtype=np.float32)[:, None] - line[None, :]
    out = np.empty((end - top, width, 4), dtype=np.float32)
    reach = 0.30 * stage.height
    share = (np.clip(below / reach, 0, 1) * haze)[..., None]
    out[..., :3] = np.array(tint, dtype=np.float32) * (1 - share) + np.array(mist, dtype=np.float32) * share
    if relief:
        _shade(stage, out, below, relief, name, sun, caps)
    if sun is not None:
        _rim(stage, out, below, sun)
    mask = np.clip(below + 0.5, 0, 1)
    out[..., :3] *= mask[..., None]
    out[..., 3] = mask
    return Plate(stage, premultiplied(np.clip(out, 0, 1)), depth, top=top)


def tones(far: RGB, near: RGB, count: int) -> list[RGB]:
    """Ground colours from the horizon to our feet: air thins quickly, so the middle already leans to the near."""
    return [mix(far, near, (index / max(count - 1, 1)) ** 0.85) for index in range(count)]


def _shade(stage: Stage, out: Field, below: Field, relief: float, name: str, sun: Sun | None, caps: RGB | None) -> None:
    height, width = below.shape
    rng = stage.rng(f"relief {name}")
    grain = noise.field(rng, width, height, cells=max(3.0, 5.0 * height / stage.unit), octaves=4, stretch=0.8)
    folds = 1 - np.abs(2 * grain - 1)
    side = -1.0 if sun is not None and sun.x < 0.5 else 1.0
    slope = np.gradient(folds, axis=1) * side * stage.unit * 0.02
    light = np.clip(slope, -1, 1) * relief
    if caps is not None:
        snow = np.clip((0.19 * stage.height * (0.25 + grain) - below) / (0.05 * stage.height), 0, 1)
        snow *= np.clip(0.66 + slope * 0.55, 0.2, 0.95)
        out[..., :3] += snow[..., None] * (np.array(caps, dtype=np.float32) - out[..., :3])
    fade = np.exp(-np.clip(below, 0, None) / (0.22 * stage.height))
    out[..., :3] *= (1 + light * fade)[..., None]


def _rim(stage: Stage, out: Field, below: Field, sun: Sun) -> None:
    sx = stage.spot(sun.x, 0)[0]
    across = (np.arange(below.shape[1], dtype=np.float32) - sx)[None, :] / stage.unit
    near = np.exp(-((across / 0.32) ** 2)) * (0.30 if sun.moon else 0.6) * (1.0 if sun.shown else 0.4)
    edge = (
        np.exp(-np.clip(below, 0, None) / (0.012 * stage.height)) * 0.5
        + np.exp(-np.clip(below, 0, None) / (0.09 * stage.height)) * 0.5
    )
    share = (near * edge)[..., None] * 0.62
    out[..., :3] += share * (np.array(stage.palette.glow, dtype=np.float32) - out[..., :3])


def _dune_line(rng: np.random.Generator, length: int, waves: float) -> Field:
    """Long windward slopes and short lee slopes, as sand lies."""
    at = np.linspace(0, waves * 0.6, length, dtype=np.float32) + rng.random()
    at = at + 0.35 * noise.line(rng, length, waves=max(waves * 0.5, 1), octaves=2)
    part = at % 1
    lean = 0.68
    saw = np.where(part < lean, part / lean, (1 - part) / (1 - lean))
    height = noise.line(rng, length, waves=waves, octaves=2) * 0.5 + 0.5
    smooth = saw * saw * (3 - 2 * saw)
    return np.asarray(
        smooth * height * 0.75 + 0.25 * noise.line(rng, length, waves=waves * 0.5, octaves=2), dtype=np.float32
    )
