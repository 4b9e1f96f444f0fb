"""Creatures of the air: birds, butterflies, paper cranes. Each a few drawings played in turn."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from app.providers.local.colour import RGB, shift
from app.providers.local.elements.particles import Swarm
from app.providers.local.shapes import Point, fill, smooth, stroke
from app.providers.local.stage import Stage, cover


def birds(
    stage: Stage, colour: RGB, *, y: float = 0.3, count: int = 9, size: float = 0.030, depth: float = 0.3
) -> Swarm:
    """A loose flock, wings beating out of step."""
    rng = stage.rng("birds")
    side = float(rng.choice([-1, 1]))
    sprites = tuple(cover(*_bird(stage.unit * size, beat / 8, side, colour)) for beat in range(8))
    x = 0.5 - side * 0.12 + rng.normal(0, 0.11, count)
    return Swarm(
        stage,
        sprites,
        x,
        y + rng.normal(0, 0.045, count),
        rng.integers(0, 8, count),
        np.full(count, depth),
        vx=side * rng.uniform(0.018, 0.026, count),
        sway=0.004,
        flutter=11.0,
    )


def butterflies(stage: Stage, colour: RGB, *, count: int = 7) -> Swarm:
    """Butterflies low over the ground."""
    rng = stage.rng("butterflies")
    sprites = tuple(_butterfly(stage.unit * 0.028, beat / 6, colour) for beat in range(6))
    return Swarm(
        stage,
        sprites,
        rng.uniform(0.1, 0.9, count),
        rng.uniform(0.42, 0.78, count),
        rng.integers(0, 6, count),
        np.full(count, 0.95),
        vx=rng.uniform(-0.02, 0.02, count),
        sway=rng.uniform(0.012, 0.03, count),
        flutter=13.0,
    )


def cranes(stage: Stage, colours: tuple[RGB, ...], *, count: int = 8, size: float = 0.085, depth: float = 0.7) -> Swarm:
    """Folded paper cranes, gliding."""
    rng = stage.rng("cranes")
    sprites = tuple(
        _crane(stage.unit * size * scale, colour)
        for scale, colour in zip((1.0, 0.72, 0.5, 1.25), (colours * 4)[:4], strict=True)
    )
    x = np.linspace(0.12, 0.88, count) + rng.normal(0, 0.03, count)
    y = 0.26 + 0.3 * rng.random(count)
    return Swarm(
        stage,
        sprites,
        x,
        y,
        rng.integers(0, 4, count),
        np.full(count, depth),
        vx=0.006,
        sway=rng.uniform(0.006, 0.014, count),
    )


def _bird(size: float, beat: float, side: float, colour: RGB) -> tuple[Image.Image, RGB]:
    lift = math.sin(beat * 2 * math.pi)
    box = int(size * 2.4) + 4
    middle = box / 2
    half = []
    for sign in (-1, 1):
        wrist = (sign * 0.42, -0.16 - 0.20 * lift)
        tip = (sign * 0.98, -0.02 - 0.62 * lift)
        half.append(
            stroke(
                [(0.0, 0.0), (sign * 0.2, -0.10 - 0.1 * lift), wrist, (sign * 0.72, -0.10 - 0.42 * lift), tip],
                [0.17, 0.16, 0.13, 0.08, 0.01],
            )
        )
    body = smooth(
        [
            (-0.20 * side, -0.035),
            (0.10 * side, -0.06),
            (0.24 * side, 0.0),
            (0.10 * side, 0.075),
            (-0.20 * side, 0.05),
            (-0.36 * side, 0.03),
        ]
    )
    outlines = [[(middle + x * size, middle + y * size) for x, y in outline] for outline in (*half, body)]
    return fill((box, box), outlines), colour


def _butterfly(size: float, beat: float, colour: RGB) -> Image.Image:
    wide = 0.25 + 0.75 * abs(math.cos(beat * math.pi))
    box = int(size * 1.8) + 4
    middle = box / 2
    outlines: list[list[Point]] = []
    for sign in (-1, 1):
        upper = [(0.0, 0.0), (0.25, -0.42), (0.62, -0.55), (0.70, -0.30), (0.42, -0.02)]
        lower = [(0.0, 0.05), (0.40, 0.05), (0.50, 0.28), (0.28, 0.46), (0.06, 0.24)]
        outlines += [
            [(middle + sign * x * wide * size, middle + y * size) for x, y in smooth(wing)] for wing in (upper, lower)
        ]
    return cover(fill((box, box), outlines), colour)


def _crane(size: float, colour: RGB) -> Image.Image:
    box = int(size * 2.2) + 4
    facets: list[tuple[list[Point], float]] = [
        ([(0.05, 0.05), (-0.20, -0.78), (0.42, -0.02)], 0.04), ([(0.05, 0.05), (-0.20, -0.78), (-0.22, 0.06)], -0.07),
        ([(0.30, 0.0), (0.02, 0.14), (0.72, -0.62)], -0.02), ([(0.72, -0.62), (0.95, -0.42), (0.66, -0.48)], -0.12),
        ([(-0.22, 0.0), (0.0, 0.15), (-0.88, -0.50)], -0.05), ([(-0.24, 0.03), (0.34, -0.02), (0.06, 0.32)], 0.0),
        ([(0.08, 0.06), (0.36, -0.80), (-0.06, 0.10)], 0.08),
    ]  # fmt: skip
    out = Image.new("RGBa", (box, box))
    for facet, light in facets:
        part = cover(
            fill((box, box), [[(box / 2 + x * size, box / 2 + 0.2 * size + y * size) for x, y in facet]]),
            shift(colour, light=light),
        )
        out.paste(part, (0, 0), part)
    return out
