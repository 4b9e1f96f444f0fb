"""What falls, floats and flashes in front of a scene: rain, snow, petals, embers, fireflies, dust, lightning."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from app.providers.local.camera import View
from app.providers.local.colour import RGB, hex_rgb, mix, shift
from app.providers.local.elements.particles import Swarm, flake_sprite, glow_sprite, petal_sprite
from app.providers.local.stage import Layer, Stage, blend, premultiplied

_SHELTERED = frozenset({"underwater", "interior", "fluid", "space", "silk", "spheres", "bloom"})


def falling(stage: Stage) -> list[Layer]:
    """The weather that the prompt asked for, nearest last."""
    reading, out = stage.reading, list[Layer]()
    if reading.scene not in _SHELTERED:
        if reading.has("snow"):
            out.append(snow(stage))
        if reading.has("rain", "storm"):
            out += [Rain(stage, 0.5, 0.16), Rain(stage, 1.0, 0.26)]
        if reading.has("petals", "cherry"):
            out.append(petals(stage, mix(hex_rgb("#ffc9d6"), stage.palette.accent, 0.15)))
        if reading.has("leaves"):
            out.append(petals(stage, hex_rgb("#d9722e"), leaf=True))
    if reading.has("embers"):
        out.append(embers(stage))
    if reading.has("fireflies"):
        out.append(fireflies(stage))
    if reading.has("dust") and not reading.has("fireflies", "embers"):
        out.append(dust(stage))
    return out


def snow(stage: Stage, count: int = 210) -> Swarm:
    """Flakes in three sizes, the large ones near, soft and quick."""
    rng = stage.rng("snow")
    sizes = np.array([0.0018, 0.0031, 0.0062]) * stage.unit
    kind = rng.choice(3, count, p=(0.55, 0.35, 0.10))
    near = np.array([0.4, 0.8, 1.4])[kind]
    tone = mix((1.0, 1.0, 1.0), stage.palette.horizon, 0.25 if stage.palette.night else 0.12)
    sprites = tuple(
        flake_sprite(float(size), tone, alpha=alpha, softness=soft)
        for size, alpha, soft in zip(sizes, (0.75, 0.85, 0.5), (0.6, 0.6, 1.0), strict=True)
    )
    wind = 0.06 if stage.reading.has("storm", "wind") else 0.012
    return Swarm(
        stage,
        sprites,
        rng.random(count),
        rng.random(count),
        kind,
        near,
        vx=near * wind,
        vy=near * 0.085,
        sway=near * 0.010,
    )


def petals(stage: Stage, colour: RGB, *, leaf: bool = False, count: int = 46) -> Swarm:
    """Petals or leaves on the wind, turning as they fall."""
    rng = stage.rng("petals")
    sprites = tuple(
        petal_sprite(stage.unit * size, shift(colour, light=float(rng.uniform(-0.06, 0.06))), turn, leaf=leaf)
        for size in (0.011, 0.017)
        for turn in (0.2, 0.9, 1.7, 2.6, 3.5)
    )
    kind = rng.integers(0, len(sprites), count)
    near = np.where(kind < 5, 0.8, 1.2)
    return Swarm(
        stage,
        sprites,
        rng.random(count),
        rng.random(count),
        kind,
        near,
        vx=near * 0.035,
        vy=near * 0.055,
        sway=near * 0.02,
    )


def embers(stage: Stage, count: int = 60) -> Swarm:
    """Sparks that rise."""
    rng = stage.rng("embers")
    sprites = tuple(glow_sprite(stage.unit * size, hex_rgb("#ff8a3c"), core=0.3) for size in (0.0035, 0.006, 0.010))
    kind = rng.choice(3, count, p=(0.5, 0.35, 0.15))
    return Swarm(
        stage,
        sprites,
        rng.random(count),
        rng.random(count),
        kind,
        np.full(count, 0.9),
        vx=rng.uniform(-0.01, 0.02, count),
        vy=-rng.uniform(0.03, 0.09, count),
        sway=rng.uniform(0.004, 0.016, count),
        blink=rng.uniform(0.5, 1.6, count),
        light=True,
    )


def fireflies(stage: Stage, count: int = 42) -> Swarm:
    """Points of warm light that wander over the lower half."""
    rng = stage.rng("fireflies")
    sprites = tuple(glow_sprite(stage.unit * size, hex_rgb("#ffe48a"), core=0.2) for size in (0.009, 0.015, 0.024))
    kind = rng.choice(3, count, p=(0.5, 0.35, 0.15))
    return Swarm(
        stage,
        sprites,
        rng.uniform(-0.02, 1.02, count),
        rng.beta(3, 1.8, count),
        kind,
        rng.uniform(0.5, 1.1, count),
        sway=rng.uniform(0.006, 0.022, count),
        blink=rng.uniform(1.4, 3.6, count),
        light=True,
    )


def dust(stage: Stage, count: int = 70, *, colour: RGB | None = None) -> Swarm:
    """Motes in a beam of light."""
    rng = stage.rng("dust")
    tone = colour or mix(stage.palette.glow, (1, 1, 1), 0.3)
    sprites = tuple(
        glow_sprite(stage.unit * size, (tone[0] * 0.6, tone[1] * 0.6, tone[2] * 0.6), core=0.4)
        for size in (0.002, 0.0035, 0.007)
    )
    kind = rng.choice(3, count, p=(0.6, 0.3, 0.1))
    return Swarm(
        stage,
        sprites,
        rng.random(count),
        rng.random(count),
        kind,
        rng.uniform(0.4, 1.2, count),
        vx=rng.uniform(0.002, 0.008, count),
        vy=rng.uniform(-0.008, 0.003, count),
        sway=rng.uniform(0.003, 0.01, count),
        blink=rng.uniform(2, 5, count),
        light=True,
    )


@dataclass(frozen=True)
class Rain:
    """A sheet of slanting streaks, drawn once as a tile that runs past the frame."""

    stage: Stage
    near: float
    strength: float
    tile: Image.Image = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        stage = self.stage
        rng = stage.rng(f"rain {self.near}")
        width, height = stage.width, stage.height
        values = np.zeros((height, width, 4), dtype=np.float32)
        length = int(stage.unit * 0.045 * self.near) + 6
        for _ in range(int(170 / self.near**0.5)):
            x, y, power = int(rng.integers(width)), int(rng.integers(height)), float(rng.uniform(0.4, 1))
            steps = np.arange(length)
            share = np.sin(np.pi * steps / length) * power * self.strength * 1.6
            values[(y + steps) % height, (x - (steps * _SLANT).astype(int)) % width] = share[:, None]
        tone = np.array(mix(stage.palette.horizon, (1, 1, 1), 0.6), dtype=np.float32)
        values[..., :3] *= tone
        double = np.concatenate([values, values])
        object.__setattr__(self, "tile", premultiplied(np.concatenate([double, double], axis=1)))

    def paint(self, canvas: Image.Image, view: View, seconds: float) -> None:
        """Paint the tile as far along as the rain has fallen."""
        speed = (0.9 + 0.7 * self.near) * self.stage.reading.pace
        width, height = canvas.size
        fallen = seconds * speed * height
        left = int(fallen * _SLANT + view.x * self.near * width) % width
        top = int(-fallen) % height
        blend(canvas, self.tile.crop((left, top, left + width, top + height)), 0, 0)


@dataclass(frozen=True)
class Lightning:
    """A flash that lights the sky a few times."""

    stage: Stage
    period: float = 3.4

    def paint(self, canvas: Image.Image, view: View, seconds: float) -> None:
        """Brighten the whole frame for a few frames after each stroke."""
        since = (seconds + 3.1) % self.period
        power = math.exp(-since * 9) * (0.6 + 0.4 * math.cos(since * 70))
        if power < 0.03:
            return
        veil = Image.new("RGB", canvas.size, (214, 224, 255))
        canvas.paste(veil, (0, 0), Image.new("L", canvas.size, int(power * 90)))


_SLANT = 0.16
