"""Creatures of the water: fish, whales, jellyfish. Each a few drawings played in turn."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from app.providers.local.colour import RGB, mix, shift
from app.providers.local.elements.particles import Swarm
from app.providers.local.shapes import Point, fill, smooth, stroke
from app.providers.local.stage import Plate, Stage, cover, premultiplied


def fish(
    stage: Stage, colour: RGB, *, count: int = 34, size: float = 0.022, y: float = 0.45, depth: float = 0.5
) -> Swarm:
    """A shoal that swims one way, glinting."""
    rng = stage.rng("fish")
    side = float(rng.choice([-1, 1]))
    sprites = tuple(
        _fish(stage.unit * size * (0.8 + 0.1 * (beat % 3)), math.sin(beat / 6 * 2 * math.pi), side, colour)
        for beat in range(6)
    )
    middle = float(rng.uniform(0.42, 0.58))
    x, spread = middle + rng.normal(0, 0.13, count), rng.normal(0, 1, count)
    lane = y + spread * 0.055 + 0.05 * np.sin((x - middle) * 7)
    return Swarm(
        stage,
        sprites,
        x,
        lane,
        rng.integers(0, 6, count),
        depth + rng.uniform(-0.1, 0.2, count),
        vx=side * rng.uniform(0.022, 0.034, count),
        sway=0.006,
        flutter=9.0,
    )


def whale(
    stage: Stage, colour: RGB, lit: RGB, *, x: float = 0.5, y: float = 0.42, size: float = 0.62, depth: float = 0.45
) -> Swarm:
    """One whale, its tail moving slowly."""
    side = float(stage.rng("whale").choice([-1, 1]))
    sprites = tuple(
        _whale(stage.unit * size, math.sin(beat / 24 * 2 * math.pi), side, colour, lit) for beat in range(24)
    )
    one = np.array([0.0])
    return Swarm(
        stage,
        sprites,
        one + x,
        one + y,
        np.array([0]),
        one + depth,
        vx=side * 0.010,
        sway=0.006,
        flutter=6.0,
        reach=(-0.6, 1.6),
    )


def breach(stage: Stage, colour: RGB, lit: RGB, x: float, y: float) -> Plate:
    """A whale's tail, raised before the dive."""
    size = stage.unit * 0.26
    half = [
        (0.0, 0.50),
        (-0.10, 0.60),
        (-0.28, 0.70),
        (-0.50, 0.70),
        (-0.62, 0.60),
        (-0.62, 0.60),
        (-0.46, 0.60),
        (-0.26, 0.50),
        (-0.10, 0.36),
        (-0.085, 0.18),
        (-0.16, 0.0),
        (-0.16, 0.0),
    ]
    outline = half + [(-px, py) for px, py in half[::-1]]
    box = (int(size * 1.4), int(size * 0.85))
    points = [(box[0] / 2 + px * size, box[1] - py * size) for px, py in smooth(outline)]
    rows = np.linspace(1, 0, box[1], dtype=np.float32)[:, None, None]
    tones = np.array(colour) * (1 - rows * 0.35) + np.array(lit) * rows * 0.35
    px, py = stage.spot(x, y)
    picture = cover(fill(box, [points]), np.broadcast_to(tones, (box[1], box[0], 3)).astype(np.float32))
    return Plate(stage, picture, 0.25, left=px - box[0] / 2, top=py - box[1] + size * 0.03, bob=(size * 0.06, 5.0))


def jellyfish(stage: Stage, colour: RGB, *, count: int = 6, large: float = 0.17) -> list[Swarm]:
    """Jellyfish in two sizes, pulsing and rising."""
    rng = stage.rng("jellyfish")
    out = []
    for scale, many, depth in ((0.42, count, 0.35), (1.0, max(count // 2, 1), 0.7)):
        sprites = tuple(
            _jelly(stage.unit * large * scale, beat / 16, colour, 0.55 if scale < 1 else 0.9) for beat in range(16)
        )
        x = (np.arange(many) + 0.5) / many + rng.uniform(-0.10, 0.10, many)
        y = rng.uniform(0.16, 0.72, many)
        out.append(
            Swarm(
                stage,
                sprites,
                x,
                y,
                rng.integers(0, 16, many),
                np.full(many, depth),
                vy=-0.012 * scale,
                sway=0.012,
                flutter=9.0,
                reach=(-0.4, 1.4),
            )
        )
    return out


def _fish(size: float, bend: float, side: float, colour: RGB) -> Image.Image:
    box = int(size * 2.4) + 4
    body = [
        (0.95, 0.0),
        (0.55, -0.24),
        (0.0, -0.27),
        (-0.5, -0.10),
        (-0.68, -0.04),
        (-1.0, -0.28),
        (-1.0, -0.28),
        (-0.88, 0.0),
        (-1.0, 0.28),
        (-1.0, 0.28),
        (-0.68, 0.04),
        (-0.5, 0.10),
        (0.0, 0.26),
        (0.55, 0.21),
    ]
    points = [
        (box / 2 + side * x * size, box / 2 + (y + 0.16 * bend * max(0.2 - x, 0) ** 1.5) * size)
        for x, y in smooth(body)
    ]
    mask = fill((box, box), [points])
    rows = np.linspace(0.10, -0.10, box)
    shades = np.array([shift(colour, light=float(row)) for row in rows], dtype=np.float32)[:, None, :]
    return cover(mask, np.broadcast_to(shades, (box, box, 3)))


def _whale(size: float, beat: float, side: float, colour: RGB, lit: RGB) -> Image.Image:
    wide, tall = int(size * 1.36), int(size * 0.7)

    def put(points: tuple[Point, ...]) -> list[Point]:
        bent = [(x, y + 0.11 * beat * max(0.12 - x, 0) ** 1.7 - 0.012 * beat) for x, y in smooth(points)]
        return [(wide / 2 + side * x * size, tall / 2 - y * size) for x, y in bent]

    rows = np.linspace(0, 1, tall, dtype=np.float32)[:, None, None]
    share = np.clip(1.35 - rows * 2.1, 0, 1) ** 1.4
    tones = np.array(colour) * (1 - share) + np.array(lit) * share
    out = cover(fill((wide, tall), [put(_BODY)]), np.broadcast_to(tones, (tall, wide, 3)).astype(np.float32))
    flipper = cover(fill((wide, tall), [put(_FIN)]), mix(colour, lit, 0.12))
    out.paste(flipper, (0, 0), flipper)
    return out


_BODY: tuple[Point, ...] = (
    (0.50, 0.035), (0.47, 0.10), (0.34, 0.155), (0.16, 0.17), (-0.02, 0.15), (-0.13, 0.13), (-0.17, 0.155),
    (-0.19, 0.115), (-0.34, 0.06), (-0.46, 0.03), (-0.53, 0.06), (-0.64, 0.125), (-0.64, 0.125), (-0.59, 0.03),
    (-0.655, -0.05), (-0.655, -0.05), (-0.54, -0.015), (-0.46, 0.0), (-0.34, -0.02), (-0.12, -0.075),
    (0.12, -0.105), (0.32, -0.085), (0.46, -0.03),
)  # fmt: skip
_FIN: tuple[Point, ...] = ((0.20, -0.06), (0.13, -0.14), (0.0, -0.235), (-0.03, -0.24), (0.03, -0.15), (0.08, -0.06))


def _jelly(size: float, beat: float, colour: RGB, strength: float) -> Image.Image:
    pulse = 0.5 + 0.5 * math.sin(beat * 2 * math.pi)
    wide, tall = int(size * 1.7), int(size * 2.9)
    half, dome = 0.52 + 0.12 * pulse, 0.66 - 0.12 * pulse
    top = [(math.cos(math.pi * i / 24) * half, -math.sin(math.pi * i / 24) * dome) for i in range(25)]
    hem = [(-half + 2 * half * i / 24, 0.05 + 0.05 * abs(math.sin(math.pi * i / 4)) - 0.04) for i in range(25)]

    def put(points: list[Point]) -> list[Point]:
        return [(wide / 2 + x * size, tall * 0.28 + y * size) for x, y in points]

    bell = np.asarray(fill((wide, tall), [put(top + hem)]), dtype=np.float32) / 255
    lines = []
    for index in range(9):
        root = -half * 0.8 + 1.6 * half * index / 8
        length = 1.3 + 0.45 * math.sin(index * 2.3)
        points = [
            (
                root * (1 - 0.3 * s / 11) + 0.05 * math.sin(s * 0.8 - beat * 2 * math.pi + index) * s / 6,
                0.02 + length * s / 11,
            )
            for s in range(12)
        ]
        lines.append(put(stroke(points, [(0.045 if index % 3 else 0.085) * (1 - s / 12) for s in range(12)])))
    arms = np.asarray(fill((wide, tall), lines), dtype=np.float32) / 255
    across, down = np.arange(wide, dtype=np.float32) - wide / 2, np.arange(tall, dtype=np.float32) - tall * 0.28
    away = np.hypot(across[None, :], down[:, None]) / (size * 0.62)
    fade = np.linspace(1.15, 0, tall, dtype=np.float32)[:, None] ** 1.3
    alpha = np.maximum(bell * (0.30 + 0.55 * np.clip(away, 0, 1) ** 2.2), arms * 0.55 * fade) * strength
    light = np.clip(0.45 + 0.75 * away, 0, 1.2)[..., None] * np.array(mix(colour, (1, 1, 1), 0.25))
    out = np.concatenate([np.clip(light, 0, 1) * alpha[..., None], alpha[..., None] * 0.8], axis=-1)
    return premultiplied(out.astype(np.float32))
