"""What stands in a mountain landscape: a volcano, a village, a train on its viaduct."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from app.providers.local import noise
from app.providers.local.colour import RGB, Field, hex_rgb, mix
from app.providers.local.elements.actors import Part, actor
from app.providers.local.elements.particles import Swarm, flake_sprite
from app.providers.local.elements.ridges import ridge
from app.providers.local.elements.sky import Sun
from app.providers.local.shapes import Point, box, distance, fill, smooth, stroke
from app.providers.local.stage import Layer, Plate, Stage, cover, opaque


def volcano(stage: Stage, sun: Sun, horizon: float) -> list[Layer]:
    """A cone with a burning mouth, lava down its side, and a plume."""
    palette, unit = stage.palette, stage.unit
    px, py = stage.spot(0.38 if sun.x > 0.5 else 0.62, horizon - 0.26)
    hot = hex_rgb("#ff6a1f")
    halo = _halo(unit * 0.62, hot)
    tint, mist = mix(palette.far, palette.near, 0.45), mix(palette.far, palette.horizon, 0.5)
    cone = ridge(stage, _cone(stage, px, py), tint, depth=0.24, mist=mist, haze=0.7, relief=0.25, name="cone", sun=sun)
    glow = Plate(stage, halo, 0.22, left=px - halo.width / 2, top=py - halo.height / 2)
    return [glow, _plume(stage, px, py), cone, *_lava(stage, px, py, hot)]


def _cone(stage: Stage, px: float, py: float) -> Field:
    at = np.arange(stage.plate[0], dtype=np.float32)
    away = np.abs(at - px) / stage.unit
    rough = noise.line(stage.rng("cone"), len(at), waves=26, octaves=4) - 0.5
    slope = np.maximum(away - 0.045, 0) ** 0.86 * 0.95 + rough * (0.022 * np.clip(away * 8, 0, 1) - 0.012)
    return np.asarray(py + slope * stage.unit, dtype=np.float32)


def _lava(stage: Stage, px: float, py: float, hot: RGB) -> list[Layer]:
    rng, unit, out = stage.rng("lava"), stage.unit, list[Layer]()
    for index, lean in enumerate((-0.16, 0.03, 0.22)):
        points = [(px + lean * 0.1 * unit, py)]
        for step in range(1, 8):
            share = step / 7
            aside = lean * share * (1 + 0.15 * index) + 0.012 * float(rng.normal())
            points.append((px + aside * unit, py + share * unit * (0.30 if index == 1 else 0.20)))
        course = smooth_line(points)
        widths = np.linspace(unit * 0.013, unit * 0.004, len(course)).tolist()
        out += _river(stage, stroke(course, widths), hot)
    return out


def smooth_line(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """An open line with its corners rounded."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    at = np.linspace(0, len(points) - 1, len(points) * 4)
    return list(
        zip(np.interp(at, range(len(xs)), xs).tolist(), np.interp(at, range(len(ys)), ys).tolist(), strict=True)
    )


def village(stage: Stage, sun: Sun, line: Field, ink: RGB, depth: float) -> list[Layer]:
    """Seven houses along a slope, windows lit."""
    rng, out = stage.rng("village"), list[Layer]()
    middle = 0.32 if sun.x > 0.5 else 0.68
    for index in range(7):
        x = middle + (index - 3) * 0.055 + float(rng.uniform(-0.012, 0.012))
        y = float(line[int(np.clip(stage.spot(x, 0)[0], 0, len(line) - 1))] - stage.margin_y) / stage.height + 0.018
        out += actor(
            stage, Part("house", x, y, float(rng.uniform(0.038, 0.060)), depth, flip=index % 2 == 0), ink, sun=sun
        )
    return out


def viaduct(stage: Stage, ink: RGB, y: float, depth: float) -> list[Layer]:
    """Arches across the whole valley, and the train upon them."""
    width, unit = stage.plate[0], stage.unit
    tall, step = int(unit * 0.30), unit * 0.105
    outlines: list[list[Point]] = [box(0.0, 4.0, float(width), unit * 0.03)]
    holes: list[list[Point]] = []
    for index in range(-1, int(width / step) + 2):
        x = index * step
        pier = [(x - step * 0.13, unit * 0.02), (x + step * 0.13, unit * 0.02), (x + step * 0.17, float(tall))]
        outlines += [
            [*pier, (x - step * 0.17, float(tall))],
            box(x + step * 0.1, unit * 0.02, x + step * 0.9, unit * 0.075),
        ]
        holes.append(smooth([(x + step * across, unit * down) for across, down in _ARCH], 4))
    mask = fill((width, tall), outlines, holes)
    fade = np.clip(1.25 - np.linspace(0, 1.2, tall, dtype=np.float32), 0, 1)[:, None]
    bridge = cover(np.asarray(mask, dtype=np.float32) / 255 * fade, ink)
    return [
        *actor(stage, Part("train", 0.72, y + 0.004, 0.060, depth), ink),
        _smoke(stage, 0.755, y - 0.06 * unit / stage.height, depth),
        Plate(stage, bridge, depth, top=stage.spot(0, y)[1] - 4),
    ]


_ARCH = ((0.14, 0.085), (0.28, 0.052), (0.5, 0.040), (0.72, 0.052), (0.86, 0.085), (0.86, 0.085), (0.14, 0.085))
"""One arch's opening: across in piers, down in units."""


def _river(stage: Stage, outline: list[tuple[float, float]], hot: RGB) -> list[Layer]:
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    pad = int(stage.unit * 0.04)
    left, top = min(xs) - pad, min(ys) - pad
    mask = fill((int(max(xs) - left) + pad, int(max(ys) - top) + pad), [[(x - left, y - top) for x, y in outline]])
    glow = np.asarray(mask.filter(ImageFilter.GaussianBlur(stage.unit * 0.012)), dtype=np.float32) / 255
    return [
        Plate(
            stage,
            opaque((np.clip(glow * 1.5, 0, 0.9)[..., None] * np.array(hot)).astype(np.float32)),
            0.24,
            left=left,
            top=top,
        ),
        Plate(stage, cover(mask, mix(hot, (1, 0.95, 0.6), 0.55)), 0.24, left=left, top=top),
    ]


def _plume(stage: Stage, px: float, py: float) -> Plate:
    size = int(stage.unit * 0.8)
    body = noise.field(stage.rng("plume"), size, size, cells=5, octaves=6)
    axis = np.linspace(-1, 1, size, dtype=np.float32)
    rise = (1 - (axis + 1) / 2)[:, None]
    across = axis[None, :] - 0.5 * rise**1.6
    mask = (
        np.clip((0.06 + 0.42 * rise - np.abs(across)) * 4 + (body - 0.5) * 2.2, 0, 1) * np.clip(1.1 - rise, 0, 1) * 0.92
    )
    lit = np.clip(1 - rise * 1.7, 0, 1)[..., None] * (0.5 + body[..., None])
    smoke = np.array(mix(stage.palette.far, stage.palette.near, 0.4)) * (0.7 + 0.6 * body)[..., None]
    colours = smoke + np.clip(lit * 0.85, 0, 1) * (np.array(hex_rgb("#ff7a2b")) - smoke)
    return Plate(
        stage,
        cover(mask.astype(np.float32), np.clip(colours, 0, 1).astype(np.float32)),
        0.2,
        left=px - size / 2,
        top=py - size + stage.unit * 0.02,
        drift=0.002,
    )


def _smoke(stage: Stage, x: float, y: float, depth: float) -> Swarm:
    rng, count = stage.rng("smoke"), 16
    tone = mix((1, 1, 1), stage.palette.horizon, 0.5)
    sprites = tuple(
        flake_sprite(stage.unit * size, tone, alpha=0.26, softness=1.0) for size in (0.015, 0.025, 0.036, 0.05)
    )
    share = np.arange(count) / count
    return Swarm(
        stage,
        sprites,
        x - share * 0.24,
        y - 0.012 - share**0.6 * 0.06 + rng.normal(0, 0.006, count),
        (share * 3.99).astype(np.int64),
        np.full(count, depth),
        vx=0.012,
        sway=0.004,
    )


def _halo(radius: float, colour: RGB) -> Image.Image:
    away = distance(int(radius * 2)) / radius
    return opaque(((np.clip(1 - away, 0, 1) ** 2.2 * 0.8)[..., None] * np.array(colour)).astype(np.float32))
