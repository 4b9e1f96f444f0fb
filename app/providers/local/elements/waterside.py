"""What stands at the water: falls with their spray, and icebergs."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from app.providers.local import noise
from app.providers.local.camera import View
from app.providers.local.colour import hex_rgb, mix
from app.providers.local.elements.particles import Swarm, flake_sprite
from app.providers.local.elements.sky import Sun
from app.providers.local.shapes import fill
from app.providers.local.stage import Layer, Plate, Stage, cover


@dataclass(frozen=True)
class Fall:
    """Falling water: a tile of threads that runs down between two heights."""

    stage: Stage
    x: float
    top: float
    bottom: float
    wide: float
    depth: float
    tile: Image.Image = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        stage = self.stage
        wide, tall = int(self.wide * stage.unit), int((self.bottom - self.top) * stage.height)
        threads = noise.field(
            stage.rng("threads"), wide, tall, cells=1.2 * wide / min(wide, tall) * 9, octaves=3, stretch=0.12
        )
        threads = (
            threads + np.roll(threads[::-1], 1, axis=0)
        ) / 2  # the same at both ends, so that the tile has no seam
        across = np.linspace(-1, 1, wide, dtype=np.float32)[None, :]
        ragged = noise.line(stage.rng("ragged"), tall, waves=6, octaves=3)[:, None] * 0.25
        mask = np.clip((1 - ragged - np.abs(across)) * 5, 0, 1) * (0.58 + 0.42 * threads)
        tone = mix((1.0, 1.0, 1.0), stage.palette.horizon, 0.3 if not stage.palette.night else 0.55)
        tile = np.concatenate([mask, mask])
        object.__setattr__(self, "tile", cover(tile.astype(np.float32), tone))

    def paint(self, canvas: Image.Image, view: View, seconds: float) -> None:
        """Paint the fall as far along as the water has come."""
        tall = self.tile.height // 2
        shift_by = int(seconds * 0.55 * tall * self.stage.reading.pace) % tall
        part = self.tile.crop((0, tall - shift_by, self.tile.width, 2 * tall - shift_by))
        px, py = self.stage.spot(self.x, self.top)
        Plate(self.stage, part, self.depth, left=px - part.width / 2, top=py).paint(canvas, view, 0.0)


def spray(stage: Stage, x: float, y: float, depth: float) -> Swarm:
    """Mist that rises where a fall lands."""
    rng = stage.rng("spray")
    count = 26
    sprites = tuple(
        flake_sprite(stage.unit * size, mix((1, 1, 1), stage.palette.horizon, 0.4), alpha=0.10, softness=1.0)
        for size in (0.03, 0.05, 0.08)
    )
    return Swarm(
        stage,
        sprites,
        x + rng.normal(0, 0.045, count),
        y + rng.normal(0, 0.016, count),
        rng.integers(0, 3, count),
        np.full(count, depth),
        sway=rng.uniform(0.006, 0.02, count),
        blink=rng.uniform(2, 4, count),
    )


def icebergs(stage: Stage, sun: Sun, horizon: float) -> list[Layer]:
    """Slabs of ice with a lit and a blue side, standing at the waterline."""
    rng, palette, out = stage.rng("ice"), stage.palette, list[Layer]()
    side = 1 if sun.x > 0.5 else -1
    for x, size in ((0.22, 0.16), (0.74, 0.24), (0.52, 0.10), (0.90, 0.12)):
        px, py = stage.spot(x, horizon + 0.004)
        unit = size * stage.unit
        box = (int(unit * 2.4), int(unit * 1.3))
        cx, foot = box[0] / 2, float(box[1])
        ridge_x = cx + float(rng.uniform(-0.2, 0.2)) * unit
        peak = (ridge_x, foot - unit * float(rng.uniform(0.8, 1.1)))
        left = [(cx - unit, foot), (cx - unit * 0.75, foot - unit * 0.32), (cx - unit * 0.38, foot - unit * 0.48), peak]
        right = [
            peak,
            (cx + unit * 0.42, foot - unit * 0.62),
            (cx + unit * 0.62, foot - unit * 0.25),
            (cx + unit, foot),
        ]
        crease = [(ridge_x + unit * 0.06, foot - unit * 0.45), (ridge_x - unit * 0.08, foot)]
        lit, dark = mix((1, 1, 1), palette.glow, 0.25), mix(palette.far, hex_rgb("#5aa2c8"), 0.45)
        tones = (dark, lit) if side > 0 else (lit, dark)
        for outline, tone in (([*left, *crease], tones[0]), ([*right, *crease[::-1]], tones[1])):
            out.append(
                Plate(
                    stage,
                    cover(fill(box, [outline]), mix(tone, palette.far, 0.2 if not palette.night else 0.55)),
                    0.14,
                    left=px - cx,
                    top=py - foot,
                )
            )
    return out
