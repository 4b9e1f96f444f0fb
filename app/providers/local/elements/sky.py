"""The sky: its gradient, sun or moon with their glow, and stars."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.providers.local import noise
from app.providers.local.colour import RGB, Field, mix, ramp, shift
from app.providers.local.stage import Layer, Plate, Stage, opaque, solid

SKY_DEPTH = 0.06


@dataclass(frozen=True)
class Sun:
    """The light in the sky, in frame widths and heights; `radius` in pixels."""

    x: float
    y: float
    radius: float
    moon: bool
    shown: bool = True


def sun_for(stage: Stage, horizon: float, *, low: bool | None = None) -> Sun:
    """Place sun or moon for the time of day, off the middle as a painter would, clear of the frame's edges."""
    rng, reading = stage.rng("sun"), stage.reading
    moon = stage.palette.night or (reading.has("moon") and reading.time not in {"dawn", "sunset", "noon"})
    retro = reading.style == "synthwave"
    moon = moon and not retro
    near_horizon = reading.time in {"dawn", "sunset", "golden", "dusk"} if low is None else low
    thirds = (0.34, 0.66, 0.5, 0.28, 0.72)
    x = thirds[int(rng.integers(5))] + float(rng.uniform(-0.03, 0.03))
    y = horizon * (float(rng.uniform(0.74, 0.97)) if near_horizon and not moon else float(rng.uniform(0.34, 0.62)))
    size = float(rng.uniform(0.042, 0.062)) * (
        1.35 if reading.style in {"sumi", "ukiyo-e", "synthwave", "minimal"} else 1
    )
    if retro:
        return Sun(0.5, horizon * 0.72, stage.unit * 0.16, moon=False)
    shown = not reading.has("storm", "rain", "volcano") and not (reading.has("aurora") and not reading.has("moon"))
    if reading.time == "blue hour" and not reading.has("moon", "sun"):
        shown = False
    return Sun(x, y, stage.unit * size, moon, shown)


def dome(stage: Stage, sun: Sun, horizon: float, *, stops: tuple[RGB, ...] | None = None) -> Plate:
    """Paint the sky down to the horizon and on, with the light in it."""
    width, height = stage.plate
    palette = stage.palette
    rows = np.clip((stage.rows() / max(horizon, 0.05)).clip(0, 1), 0, 1)
    table = ramp(stops or palette.sky, 512)
    picture = np.repeat(table[(rows * 511).astype(np.int32)][:, None, :], width, axis=1)
    veil = noise.field(stage.rng("veil"), width, height, cells=2.2, octaves=4, stretch=3.5) - 0.5
    picture += (veil * 0.05)[..., None] * (0.4 + picture)
    _glow(stage, picture, sun, horizon)
    if palette.night and stage.reading.style != "sumi":
        _stars(stage, picture, horizon)
    if sun.shown:
        _disc(stage, picture, sun)
    return Plate(stage, solid(opaque(np.clip(picture, 0, 1))), SKY_DEPTH)


def twinkle(stage: Stage, horizon: float, count: int = 46) -> Layer:
    """The few bright stars that flicker, over the plate that holds the many."""
    from app.providers.local.elements.particles import Swarm, glow_sprite

    rng = stage.rng("twinkle")
    return Swarm(
        stage,
        sprites=tuple(glow_sprite(stage.unit * size, (1.0, 0.97, 0.92), core=0.14) for size in (0.005, 0.008, 0.012)),
        x=rng.uniform(-0.05, 1.05, count),
        y=rng.uniform(0, horizon * 0.85, count) ** 1.0,
        kind=rng.choice(3, count, p=(0.55, 0.33, 0.12)),
        depth=np.full(count, SKY_DEPTH),
        blink=rng.uniform(1.5, 4.5, count),
        light=True,
    )


def _glow(stage: Stage, picture: Field, sun: Sun, horizon: float) -> None:
    sx, sy = stage.spot(sun.x, sun.y)
    height, width = picture.shape[:2]
    across = (np.arange(width, dtype=np.float32) - sx)[None, :] / stage.unit
    down = (np.arange(height, dtype=np.float32) - sy)[:, None] / stage.unit
    away = np.hypot(across, down)
    wide = np.hypot(across * 0.55, down * 1.5)
    strength = (0.5 if sun.moon else 0.85) * (1.0 if sun.shown else 0.35)
    halo = (
        np.exp(-away / 0.085) * 0.75 + np.exp(-away / 0.26) * 0.42 + np.exp(-wide / 0.22) * (0.08 if sun.moon else 0.34)
    )
    share = np.clip(halo * strength, 0, 0.95)[..., None]
    glow = np.array(stage.palette.glow, dtype=np.float32)
    lit = 1 - (1 - picture) * (1 - glow * share)
    picture[:] = lit if stage.palette.night else picture * (1 - share) + (0.55 * lit + 0.45 * glow) * share
    # A band of brighter air lies on the horizon in every light.
    band = np.exp(-(((stage.rows() - horizon) / 0.11) ** 2))[:, None, None] * 0.16
    picture += band * (np.array(stage.palette.horizon, dtype=np.float32) - picture)


def _disc(stage: Stage, picture: Field, sun: Sun) -> None:
    sx, sy = stage.spot(sun.x, sun.y)
    reach = int(sun.radius * 1.1) + 3
    left, top = int(sx) - reach, int(sy) - reach
    x0, y0 = max(left, 0), max(top, 0)
    part = picture[y0 : max(top + 2 * reach, 0), x0 : max(left + 2 * reach, 0)]
    if not part.size:
        return
    across = (np.arange(part.shape[1]) + x0 - sx)[None, :]
    down = (np.arange(part.shape[0]) + y0 - sy)[:, None]
    away = np.hypot(across, down)
    mask = np.clip((sun.radius - away) / (1.2 if sun.moon or stage.palette.night else 2.2) + 0.5, 0, 1)[..., None]
    face = np.broadcast_to(np.array(stage.palette.disc, dtype=np.float32), part.shape).copy()
    if sun.moon:
        maria = noise.field(stage.rng("maria"), part.shape[1], part.shape[0], cells=4, octaves=4)
        limb = np.sqrt(np.clip(1 - (away / sun.radius) ** 2, 0, 1))
        face *= (0.90 + 0.10 * limb - 0.17 * np.clip(maria - 0.45, 0, 1) * 1.6)[..., None]
    elif stage.reading.style == "synthwave":
        _bars(stage, face, down / sun.radius)
        mask = mask * np.where(_gaps(down / sun.radius), 0.0, 1.0)[..., None]
    part[:] = part * (1 - mask) + face * mask


def _bars(stage: Stage, face: Field, down: Field) -> None:
    share = np.clip((down + 1) / 2, 0, 1)[..., None].astype(np.float32)
    face[:] = np.array(stage.palette.disc) * (1 - share) + np.array(stage.palette.glow) * share


def _gaps(down: Field) -> Field:
    band = (down + 0.05) * 6.2
    return np.asarray((down > -0.05) & ((band % 1) < 0.10 + 0.34 * np.clip(down, 0, 1)))


def _stars(stage: Stage, picture: Field, horizon: float) -> None:
    rng = stage.rng("stars")
    height, width = picture.shape[:2]
    many = 4.2 if stage.reading.has("stars", "aurora") or stage.reading.time == "midnight" else 2.2
    count = int(width * height / 9000 * many)
    limit = (stage.margin_y + horizon * stage.height) / height
    ys = (rng.random(count) ** 1.25 * limit * height).astype(np.int32).clip(1, height - 2)
    xs = rng.integers(1, width - 1, count)
    bright = (rng.random(count) ** 5 * 0.85 + 0.12) * (1 - ys / (limit * height + 1)) ** 0.5
    tint = np.array([mix((1, 1, 1), shift(stage.palette.glow, light=0.1), 0.3), (1.0, 0.93, 0.85)], dtype=np.float32)
    spark = tint[rng.integers(0, 2, count)] * bright[:, None].astype(np.float32)
    np.maximum.at(picture, (ys, xs), picture[ys, xs] + spark)
    for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0)):  # the brightest have a soft cross, or they vanish in encoding
        np.maximum.at(picture, (ys + dy, xs + dx), picture[ys + dy, xs + dx] + spark * 0.34)
    if stage.reading.has("stars") or stage.reading.time == "midnight":
        _milky_way(stage, picture, horizon)


def _milky_way(stage: Stage, picture: Field, horizon: float) -> None:
    rng = stage.rng("milky way")
    height, width = picture.shape[:2]
    lean = float(rng.choice([-1, 1])) * float(rng.uniform(0.5, 0.9))
    across = stage.columns()[None, :] * stage.width / stage.unit
    down = stage.rows()[:, None] * stage.height / stage.unit
    middle = 0.5 * stage.width / stage.unit
    cloud = noise.field(rng, width, height, cells=6, octaves=6)
    off = (across - middle) - lean * (horizon * 0.55 * stage.height / stage.unit - down) + (cloud - 0.5) * 0.16
    band = np.exp(-((off / 0.15) ** 2))
    lane = np.exp(-(((off + 0.02) / 0.035) ** 2)) * np.clip(cloud * 1.7 - 0.45, 0, 1)
    fade = np.clip(1.15 - stage.rows() / horizon, 0, 1)[:, None]
    light = band * (0.25 + 0.75 * cloud) * (1 - 0.75 * lane) * fade * 0.42
    warm = np.array(mix(stage.palette.glow, (1.0, 0.86, 0.8), 0.45), dtype=np.float32)
    picture += light[..., None] * warm
    dust = rng.random((height, width), dtype=np.float32)
    picture += ((dust > 0.9965) * band * fade * dust * 0.5)[..., None]
