"""Trees as silhouettes: pines, round crowns, bare branches, palms; and lines of them along a crest."""

from __future__ import annotations

import math

import numpy as np

from app.providers.local.colour import RGB, Field
from app.providers.local.shapes import Point, circle, fill, smooth, stroke
from app.providers.local.stage import Plate, Stage, cover

Outlines = list[list[Point]]


def pine(rng: np.random.Generator, x: float, y: float, size: float) -> Outlines:
    """A conifer: drooping tiers, narrower to the top, no two alike."""
    tiers = max(6, min(int(size / 7), 17))
    spread = float(rng.uniform(0.15, 0.23)) * size
    left: list[Point] = []
    right: list[Point] = []
    for index in range(tiers):
        share = (index + 0.6) / tiers
        level = y - size * (1 - share) * 0.97
        half = spread * share**0.85
        droop = size / tiers * 0.55
        for side, out in ((-1, left), (1, right)):
            reach = half * float(rng.uniform(0.72, 1.15))
            out.append((x + side * reach, level + droop))
            out.append((x + side * half * 0.42, level + droop * 0.35))
    trunk = size * 0.018 + 0.6
    body = [
        (x, y - size),
        *right,
        (x + trunk, y - size * 0.03),
        (x + trunk, y + size * 0.05),
        (x - trunk, y + size * 0.05),
        (x - trunk, y - size * 0.03),
        *left[::-1],
    ]
    return [body]


def crown(rng: np.random.Generator, x: float, y: float, size: float) -> Outlines:
    """A broad-leaved tree: trunk, a few limbs, and a crown of many overlapping tufts."""
    sway = float(rng.uniform(-0.06, 0.06)) * size
    out: Outlines = [
        stroke(
            [(x, y + size * 0.03), (x + sway * 0.3, y - size * 0.25), (x + sway, y - size * 0.6)],
            [size * 0.07, size * 0.045, size * 0.02],
        )
    ]
    for _ in range(26):
        turn, reach = float(rng.uniform(0, 2 * math.pi)), float(rng.uniform(0, 1)) ** 0.6
        cx = x + sway + math.cos(turn) * reach * size * 0.30
        cy = y - size * 0.66 + math.sin(turn) * reach * size * 0.26
        out.append(_tuft(rng, cx, cy, size * float(rng.uniform(0.07, 0.14))))
    return out


def bare(
    rng: np.random.Generator, x: float, y: float, size: float, *, lean: float = 0.0
) -> tuple[Outlines, list[Point]]:
    """A tree without leaves, and the tips of its twigs (where blossom sits)."""
    out: Outlines = []
    tips: list[Point] = []

    def grow(px: float, py: float, angle: float, length: float, width: float, level: int) -> None:
        bend = angle + float(rng.uniform(-0.25, 0.25))
        mx, my = px + math.cos(bend) * length * 0.5, py - math.sin(bend) * length * 0.5
        ex, ey = px + math.cos(angle) * length, py - math.sin(angle) * length
        out.append(stroke([(px, py), (mx, my), (ex, ey)], [width, width * 0.82, width * 0.62]))
        if level == 0:
            tips.append((ex, ey))
            return
        for turn in rng.permutation([-0.52, 0.42, 0.05])[: 3 if level > 2 else 2]:
            grow(
                ex,
                ey,
                angle + float(turn) + float(rng.uniform(-0.22, 0.22)),
                length * float(rng.uniform(0.66, 0.84)),
                max(width * 0.62, 0.8),
                level - 1,
            )
            if level < 4:
                tips.append((ex, ey))

    grow(x, y + size * 0.02, math.pi / 2 - lean, size * 0.30, size * 0.075, 5)
    return out, tips


def palm(rng: np.random.Generator, x: float, y: float, size: float, *, lean: float = 0.2) -> Outlines:
    """A palm: a curved trunk and drooping fronds with cut leaflets."""
    top = (x + lean * size * 0.55, y - size * 0.82)
    trunk = [(x, y), (x + lean * size * 0.10, y - size * 0.3), (x + lean * size * 0.30, y - size * 0.6), top]
    out: Outlines = [stroke(trunk, [size * 0.045, size * 0.034, size * 0.028, size * 0.024])]
    for index in range(9):
        angle = -0.5 + index * (math.pi + 1.0) / 8 + float(rng.uniform(-0.12, 0.12))
        out += _frond(rng, top, angle, size * float(rng.uniform(0.34, 0.46)))
    return out


def treeline(
    stage: Stage,
    name: str,
    line: Field,
    *,
    size: float,
    colour: RGB | Field,
    depth: float,
    spacing: float = 0.35,
    kind: str = "pine",
    gaps: float = 0.15,
) -> Plate:
    """A row of trees along a crest (plate pixels); `size` is a tree's height in frame heights."""
    rng = stage.rng(f"trees {name}")
    width = stage.plate[0]
    tall = size * stage.height
    top = int(max(line.min() - tall * 1.35, 0))
    end = int(min(line.max() + tall * 0.2 + 6, stage.plate[1]))
    outlines: Outlines = []
    x = float(rng.uniform(-tall, 0))
    while x < width + tall:
        x += tall * spacing * float(rng.uniform(0.35, 1.25))
        if rng.random() < gaps:
            x += tall * float(rng.uniform(0.2, 1.1))
        at = int(min(max(x, 0), width - 1))
        this = tall * float(rng.uniform(0.5, 1.2))
        draw = crown if kind == "crown" else pine
        outlines += draw(rng, x, float(line[at]) - top + this * 0.03, this)
    ground = [(float(i), float(line[min(i, width - 1)]) - top) for i in range(0, width + 8, 4)]
    outlines.append([*ground, (float(width + 8), float(end - top + 2)), (0.0, float(end - top + 2))])
    return Plate(stage, cover(fill((width, end - top), outlines), colour), depth, top=top)


def _tuft(rng: np.random.Generator, x: float, y: float, radius: float) -> list[Point]:
    ring = circle(x, y, radius, count=11)
    return smooth(
        [
            (x + (px - x) * float(rng.uniform(0.75, 1.25)), y + (py - y) * float(rng.uniform(0.75, 1.2)))
            for px, py in ring
        ],
        3,
    )


def _frond(rng: np.random.Generator, root: Point, angle: float, length: float) -> Outlines:
    spine: list[Point] = []
    for step in range(9):
        share = step / 8
        droop = share**2 * length * 0.55
        spine.append(
            (root[0] + math.cos(angle) * length * share, root[1] - math.sin(angle) * length * share * 0.8 + droop)
        )
    out: Outlines = [stroke(spine, [length * 0.03 * (1 - i / 9) + 0.6 for i in range(9)])]
    for step in range(1, 9):
        px, py = spine[step]
        leaf = length * 0.24 * (1 - step / 11)
        for side in (-1, 1):
            turn = angle + side * (1.0 - step * 0.05)
            tip = (px + math.cos(turn) * leaf, py - math.sin(turn) * leaf * 0.5 + leaf * 0.75)
            out.append([(px - leaf * 0.08, py), tip, (px + leaf * 0.08, py + 1)])
    return out
