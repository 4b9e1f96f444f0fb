"""Light that moves: shafts, curtains of aurora, a lighthouse's beam, fireworks."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageChops

from app.providers.local import noise
from app.providers.local.camera import View
from app.providers.local.colour import RGB, Field, ramp
from app.providers.local.stage import Stage

_COARSE = 4
"""Soft light is worked out on every fourth pixel; nobody can tell, and it is sixteen times cheaper."""


@dataclass(frozen=True)
class Shafts:
    """Beams that fan out from a point above or beside the frame."""

    stage: Stage
    x: float
    y: float
    colour: RGB
    strength: float = 0.6
    reach: float = 1.2
    spread: float = 1.0
    beams: Field = field(init=False, repr=False, compare=False)
    angle: Field = field(init=False, repr=False, compare=False)
    fade: Field = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rng = self.stage.rng("shafts")
        broad = noise.line(rng, 2048, waves=16 * self.spread, octaves=3)
        fine = noise.line(rng, 2048, waves=46 * self.spread, octaves=2)
        beams = np.clip(broad * 1.5 - 0.62, 0, 1) * (0.55 + 0.45 * fine)
        object.__setattr__(self, "beams", np.stack([beams, np.roll(beams, 517)]).astype(np.float32))
        width, height = self.stage.width // _COARSE, self.stage.height // _COARSE
        aspect = self.stage.width / self.stage.unit, self.stage.height / self.stage.unit
        across = (np.arange(width, dtype=np.float32) / width - self.x)[None, :] * aspect[0]
        down = (np.arange(height, dtype=np.float32) / height - self.y)[:, None] * aspect[1]
        angle = (np.arctan2(across, down) / math.pi + 0.5) * 2048
        fade = np.clip(1 - np.hypot(across, down) / self.reach, 0, 1) ** 1.1 * self.strength
        object.__setattr__(self, "angle", angle.astype(np.float32))
        object.__setattr__(self, "fade", fade.astype(np.float32))

    def paint(self, canvas: Image.Image, view: View, seconds: float) -> None:
        """Add the beams as they stand now: two sets that cross slowly."""
        clock = seconds * self.stage.reading.pace + view.x * 40
        first = self.beams[0][((self.angle + clock * 7) % 2048).astype(np.int32)]
        second = self.beams[1][((self.angle - clock * 5) % 2048).astype(np.int32)]
        light = (first * 0.65 + second * 0.55) * self.fade
        add_light(canvas, light[..., None] * np.array(self.colour, dtype=np.float32))


@dataclass(frozen=True)
class Aurora:
    """Curtains of light: each a wandering line with rays that rise from it."""

    stage: Stage
    horizon: float
    colours: tuple[RGB, RGB, RGB]
    strength: float = 0.9
    rays: Field = field(init=False, repr=False, compare=False)
    folds: Field = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rng = self.stage.rng("aurora")
        object.__setattr__(
            self,
            "rays",
            np.stack(
                [
                    noise.line(rng, 4096, waves=150, octaves=3) * 0.65
                    + noise.line(rng, 4096, waves=30, octaves=2) * 0.35
                    for _ in range(3)
                ]
            ),
        )
        object.__setattr__(self, "folds", np.stack([noise.line(rng, 4096, waves=9, octaves=3) for _ in range(3)]))

    def paint(self, canvas: Image.Image, view: View, seconds: float) -> None:
        """Add the curtains as they hang now."""
        end = min(int(canvas.height * (self.horizon + 0.10)), canvas.height)
        width, height = canvas.width // _COARSE, end // _COARSE
        x = (np.arange(width, dtype=np.float32) / width + view.x * 0.1) * self.stage.width / self.stage.unit
        y = np.arange(height, dtype=np.float32) * _COARSE / canvas.height
        total = np.zeros((height, width, 3), dtype=np.float32)
        for index in range(3):
            total += self._curtain(index, x, y[:, None], seconds * self.stage.reading.pace)
        add_light(canvas, total * self.strength, end)

    def _curtain(self, index: int, x: Field, y: Field, clock: float) -> Field:
        at = ((x * 0.26 + 0.23 * index + clock * 0.004 * (1, -1, 0.6)[index]) * 4096 % 4096).astype(np.int32)
        fold = self.folds[index][at]
        warp = x * 0.26 + fold * 0.22 + clock * (0.006, -0.008, 0.005)[index] + 0.37 * index
        ray = self.rays[index][(warp * 4096 % 4096).astype(np.int32)]
        foot = self.horizon * (0.92 - 0.14 * index) - fold * self.horizon * 0.42 + 0.012 * math.sin(clock * 0.7 + index)
        tall = self.horizon * (0.34 + 0.45 * ray)
        rise = (foot[None, :] - y) / tall[None, :]
        body = np.where(rise > 0, np.exp(-np.clip(rise, 0, None) * 2.1), np.exp(rise * 26))
        power = (
            (0.22 + 0.95 * ray**1.6)
            * (0.45 + 0.55 * np.sin(x * 2.1 + index * 2 + clock * 0.35) ** 2)
            * (1.0, 0.75, 0.55)[index]
        )
        share = np.clip(rise * 1.15, 0, 1)[..., None]
        low, middle, high = (np.array(colour, dtype=np.float32) for colour in self.colours)
        colour = np.where(share < 0.5, low + (middle - low) * share * 2, middle + (high - middle) * (share * 2 - 1))
        return np.asarray((body * power[None, :])[..., None] * colour, dtype=np.float32)


@dataclass(frozen=True)
class Beam:
    """The two arms of a lighthouse's light, turning."""

    stage: Stage
    x: float
    y: float
    colour: RGB
    depth: float

    def paint(self, canvas: Image.Image, view: View, seconds: float) -> None:
        """Add the beam as it sweeps by; toward us it flares."""
        width, height = canvas.width // _COARSE, canvas.height // _COARSE
        zoom = view.zoom_at(self.depth)
        px = ((self.x - 0.5 - view.x * self.depth) * zoom + 0.5) * width
        py = ((self.y - 0.5 - view.y * self.depth) * zoom + 0.5) * height
        unit = self.stage.unit / _COARSE
        across = (np.arange(width, dtype=np.float32) - px)[None, :] / unit
        down = (np.arange(height, dtype=np.float32) - py)[:, None] / unit
        turn = seconds * 0.75 * self.stage.reading.pace + 0.5
        light = np.exp(-np.hypot(across, down) / 0.05) * 0.8
        for side in (1, -1):
            reach = side * math.cos(turn)
            along = across * np.sign(reach)
            thin = 0.012 + np.abs(along) * (0.075 + 0.10 * (1 - abs(reach)))
            cone = (
                np.exp(-(((down + 0.02 * along) / thin) ** 2))
                * (along > 0)
                * np.exp(-np.abs(along) / (0.75 * abs(reach) + 0.05))
            )
            light += cone * 0.55 * abs(reach) ** 0.5
        add_light(canvas, np.clip(light, 0, 1)[..., None] * np.array(self.colour, dtype=np.float32))


@dataclass(frozen=True)
class Fireworks:
    """Bursts that open, hang and fall."""

    stage: Stage
    horizon: float
    bursts: Field = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rng = self.stage.rng("fireworks")
        table = np.stack(
            [
                rng.uniform(0.12, 0.88, 14),
                rng.uniform(0.12, 0.62, 14) * self.horizon,
                np.linspace(-1.1, 9, 14) + rng.uniform(-0.2, 0.2, 14),
                rng.uniform(0.10, 0.22, 14),
                rng.uniform(0, 1, 14),
            ],
            axis=1,
        )
        table[:3, :3] = [
            [0.30, 0.28 * self.horizon, -0.9],
            [0.62, 0.42 * self.horizon, -0.6],
            [0.78, 0.22 * self.horizon, -1.3],
        ]
        object.__setattr__(self, "bursts", table.astype(np.float32))

    def paint(self, canvas: Image.Image, view: View, seconds: float) -> None:
        """Add every burst that is alight now."""
        end = int(canvas.height * (self.horizon + 0.05)) // 8 * 8
        width, height = canvas.width // 2, end // 2
        light = np.zeros((height, width, 3), dtype=np.float32)
        unit = self.stage.unit / 2
        colours = ramp(
            [
                (1.0, 0.75, 0.35),
                (1.0, 0.35, 0.45),
                (0.6, 0.5, 1.0),
                (0.35, 0.9, 1.0),
                (0.6, 1.0, 0.5),
                (1.0, 0.85, 0.5),
            ],
            64,
        )
        for number, (x, y, start, size, hue) in enumerate(self.bursts):
            age = seconds - float(start)
            if 0 < age < 2.4:
                self._burst(
                    light,
                    number,
                    float(x) * width - view.x * 0.1 * width,
                    float(y) * height,
                    age,
                    float(size) * unit,
                    colours[int(hue * 63)],
                )
        blurred = Image.fromarray(np.clip(light * 255, 0, 255).astype(np.uint8))
        glow = blurred.resize((width // 4, height // 4), Image.Resampling.BOX).resize(
            canvas.size, Image.Resampling.BICUBIC
        )
        both = ImageChops.add(blurred.resize((canvas.width, end), Image.Resampling.BILINEAR), glow)
        canvas.paste(ImageChops.screen(canvas.crop((0, 0, canvas.width, end)), both), (0, 0))

    def _burst(self, light: Field, number: int, x: float, y: float, age: float, size: float, colour: Field) -> None:
        rng = self.stage.rng(f"burst {number}")
        turn = rng.uniform(0, 2 * np.pi, 130)
        speed = np.sqrt(rng.uniform(0.25, 1, 130))
        for tail in range(9):
            then = max(age - tail * 0.045, 0.0)
            out = size * (1 - math.exp(-then * 2.6)) * speed
            px = (x + np.cos(turn) * out).astype(np.int32)
            py = (y + np.sin(turn) * out + size * 0.10 * then**2).astype(np.int32)
            good = (px >= 1) & (px < light.shape[1] - 1) & (py >= 1) & (py < light.shape[0] - 1)
            power = max(1 - age / 2.4, 0) ** 1.2 * (1 - tail / 10)
            np.maximum.at(light, (py[good], px[good]), (colour * 0.75 + 0.25) * power)


def add_light(canvas: Image.Image, light: Field, end: int | None = None) -> None:
    """Screen a coarse field of light (0 to 1) onto the canvas, from its upper edge down to row `end`."""
    pixels = np.clip(light * 255, 0, 255).astype(np.uint8)
    box = (0, 0, canvas.width, end or canvas.height)
    veil = Image.fromarray(pixels).resize(box[2:], Image.Resampling.BILINEAR)
    canvas.paste(ImageChops.screen(canvas.crop(box), veil), box)
