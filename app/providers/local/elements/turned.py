"""Round things with light on one side: what comes off a lathe, drums, a niche, and the shadows under them."""

from __future__ import annotations

import math

import numpy as np
from PIL import ImageFilter

from app.providers.local.colour import RGB, mix, ramp, shift
from app.providers.local.shapes import circle, fill
from app.providers.local.stage import Layer, Plate, Stage, cover

Profile = list[tuple[float, float]]


CUP: Profile = [(0.24, 0.0), (0.27, 0.02), (0.40, 0.10), (0.47, 0.35), (0.50, 0.70), (0.51, 1.0)]


VASE: Profile = [
    (0.15, 0.0),
    (0.19, 0.02),
    (0.30, 0.22),
    (0.33, 0.42),
    (0.25, 0.66),
    (0.13, 0.82),
    (0.12, 0.90),
    (0.16, 1.0),
]


BOTTLE: Profile = [
    (0.24, 0.0),
    (0.265, 0.015),
    (0.27, 0.10),
    (0.27, 0.52),
    (0.25, 0.60),
    (0.10, 0.70),
    (0.085, 0.76),
    (0.085, 0.80),
]


PEAR: Profile = [
    (0.12, 0.0),
    (0.30, 0.06),
    (0.38, 0.26),
    (0.34, 0.46),
    (0.21, 0.66),
    (0.15, 0.84),
    (0.07, 0.95),
    (0.0, 0.97),
]


def turned(
    stage: Stage, profile: Profile, x: float, y: float, tall: float, tone: RGB, depth: float, *, alpha: float = 1.0
) -> list[Layer]:
    """A round thing with its foot at x, y (frame) and `tall` units high: lit from the left, shadow to the right."""
    size = tall * stage.unit
    heights = np.array([h for _, h in profile])
    half = np.interp(np.linspace(1, 0, int(size)), heights, np.array([w for w, _ in profile])) * size
    wide = int(half.max() * 2) + 8
    across = (np.arange(wide, dtype=np.float32) - wide / 2 + 0.5)[None, :] / np.maximum(half, 0.6)[:, None].astype(
        np.float32
    )
    mask = np.clip((1 - np.abs(across)) * half[:, None] + 0.5, 0, 1) * alpha
    turn = np.clip(across, -1, 1)
    lit = np.clip(0.42 - 0.62 * turn + 0.30 * np.sqrt(np.clip(1 - turn**2, 0, 1)), 0, 1)
    table = ramp([shift(tone, light=-0.30), shift(tone, light=-0.14), tone, mix(tone, stage.palette.glow, 0.35)], 256)
    colours = table[(lit * 255).astype(np.int32)]
    gloss = np.exp(-(((turn + 0.52) / 0.09) ** 2))[..., None] * 0.45
    back = (np.clip(turn - 0.72, 0, 1) * 1.4)[..., None]
    colours = colours + gloss * (1 - colours) + back * (np.array(stage.palette.glow) - colours) * 0.5
    px, py = stage.spot(x, y)
    body = Plate(
        stage,
        cover(mask.astype(np.float32), np.clip(colours, 0, 1).astype(np.float32)),
        depth,
        left=px - wide / 2,
        top=py - int(size),
    )
    return [shadow(stage, px, py, float(half[-max(int(size * 0.2), 1) :].max()), depth), body]


def drums(stage: Stage, x: float) -> list[Layer]:
    """Two low cylinders, one upon the other, seen slightly from above."""
    out: list[Layer] = []
    for y, half, tall in ((0.86, 0.30, 0.075), (0.79, 0.21, 0.06)):
        tone = mix(stage.palette.horizon, stage.palette.accent, 0.12)
        px, py = stage.spot(x, y)
        unit = stage.unit
        wide, flat = int(half * 2 * unit) + 6, half * unit * 0.16
        box = (wide, int(tall * unit + flat * 2) + 6)
        top = [
            (wide / 2 + math.cos(a) * half * unit, flat + 3 + math.sin(a) * flat)
            for a in np.linspace(0, 2 * math.pi, 80)
        ]
        side = [(px2, py2 + tall * unit) for px2, py2 in top[:41]] + [
            (wide / 2 - half * unit, flat + 3),
            (wide / 2 + half * unit, flat + 3),
        ]
        across = np.linspace(-1, 1, wide, dtype=np.float32)[None, :]
        table = ramp([shift(tone, light=-0.22), tone, mix(tone, stage.palette.disc, 0.4)], 256)
        lit = np.clip(0.5 - 0.5 * across + 0.1, 0, 1) * np.ones((box[1], 1), dtype=np.float32)
        out.append(shadow(stage, px, py, half * unit, 0.5))
        for outline, light in ((side, 0.0), (top, 0.05)):
            colours = np.clip(table[(lit * 255).astype(np.int32)] + light, 0, 1).astype(np.float32)
            out.append(
                Plate(stage, cover(fill(box, [outline]), colours), 0.5, left=px - wide / 2, top=py - tall * unit - flat)
            )
    return out


def arch(stage: Stage, x: float, y: float) -> list[Layer]:
    """A niche behind the plinth."""
    palette, unit = stage.palette, stage.unit
    px, py = stage.spot(x, y)
    half, tall = 0.33 * unit, 0.66 * unit
    box = (int(half * 2) + 8, int(tall) + 8)
    outline = [
        (4 + half + math.cos(a) * half, 4 + half + math.sin(a) * half) for a in np.linspace(math.pi, 2 * math.pi, 60)
    ]
    outline += [(4 + half * 2, box[1] - 1.0), (4.0, box[1] - 1.0)]
    table = ramp(
        [mix(palette.sky[2], palette.accent, 0.25), mix(palette.sky[3], palette.accent, 0.10), palette.horizon], box[1]
    )
    colours = np.repeat(table[:, None, :], box[0], axis=1)
    shade = np.linspace(0.82, 1.06, box[0], dtype=np.float32)[None, :, None]
    return [
        Plate(
            stage,
            cover(fill(box, [outline]), np.clip(colours * shade, 0, 1).astype(np.float32)),
            0.25,
            left=px - box[0] / 2,
            top=py - box[1],
        )
    ]


def shadow(stage: Stage, px: float, py: float, half: float, depth: float) -> Plate:
    """Where a thing stands: dark beneath it, longer to the right."""
    wide, tall = int(half * 5) + 8, int(half * 1.4) + 8
    spot = [
        circle(wide * 0.42, tall / 2, half * 1.05, squash=0.24),
        circle(wide * 0.56, tall / 2 + half * 0.05, half * 1.25, squash=0.16),
    ]
    mask = fill((wide, tall), spot).filter(ImageFilter.GaussianBlur(half * 0.13))
    return Plate(
        stage,
        cover(np.asarray(mask, dtype=np.float32) / 255 * 0.5, (0.04, 0.02, 0.04)),
        depth,
        left=px - wide * 0.42,
        top=py - tall / 2,
    )
