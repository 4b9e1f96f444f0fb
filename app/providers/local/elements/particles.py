"""Small moving things: snow, rain, embers, petals, fireflies, stars; each a sprite that a swarm moves about."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops

from app.providers.local.camera import View
from app.providers.local.colour import RGB, mix
from app.providers.local.shapes import distance, fill, smooth
from app.providers.local.stage import Stage, blend, cover, opaque

Numbers = npt.NDArray[np.float64]
_LEVELS = 8


@dataclass(frozen=True)
class Swarm:
    """Many sprites on simple paths: a speed, a sway and a blink each. Positions are in frame widths and heights."""

    stage: Stage
    sprites: tuple[Image.Image, ...] = field(repr=False)
    x: Numbers
    y: Numbers
    kind: npt.NDArray[np.int64]
    depth: Numbers
    vx: Numbers | float = 0.0
    vy: Numbers | float = 0.0
    sway: Numbers | float = 0.0
    blink: Numbers | float = 0.0
    """Seconds of one flicker; 0 shines steadily."""
    light: bool = False
    flutter: float = 0.0
    """Pictures a second, where the sprites are one creature's wing beats."""
    reach: tuple[float, float] = (-0.08, 1.08)
    faded: dict[tuple[int, int], Image.Image] = field(default_factory=dict, init=False, repr=False, compare=False)

    def paint(self, canvas: Image.Image, view: View, seconds: float) -> None:
        """Paint every sprite where it is now; what leaves on one side comes in on the other."""
        stage, low, span = self.stage, self.reach[0], self.reach[1] - self.reach[0]
        clock = seconds * stage.reading.pace
        phase = self.x * 37.0 + self.y * 91.0
        x = self.x + self.vx * clock + self.sway * np.sin(clock * 1.3 + phase)
        y = self.y + self.vy * clock + np.asarray(self.sway) * 0.5 * np.sin(clock * 1.7 + phase * 1.3)
        x = (x - low) % span + low if np.any(self.vx) else x
        y = (y - low) % span + low if np.any(self.vy) else y
        zoom = 1 + (view.zoom - 1) * (0.3 + 0.7 * self.depth)
        px = (x - 0.5 - view.x * self.depth) * zoom * stage.width + canvas.width / 2
        py = (y - 0.5 - view.y * self.depth) * zoom * stage.height + canvas.height / 2
        shine = np.full(len(px), 1.0)
        if np.any(self.blink):
            shine = 0.55 + 0.45 * np.sin(2 * np.pi * seconds / np.asarray(self.blink) + phase)
        level = np.clip((shine * (_LEVELS - 1)).round(), 0, _LEVELS - 1).astype(int)
        kind = self.kind + (seconds * self.flutter + phase).astype(int) if self.flutter else self.kind
        for at in range(len(px)):
            self._sprite(canvas, float(px[at]), float(py[at]), int(kind[at]) % len(self.sprites), int(level[at]))

    def _sprite(self, canvas: Image.Image, x: float, y: float, kind: int, level: int) -> None:
        sprite = self._at_level(kind, level)
        left, top = x - sprite.width / 2, y - sprite.height / 2
        whole_x, whole_y = int(np.floor(left)), int(np.floor(top))
        if not (-sprite.width < left < canvas.width and -sprite.height < top < canvas.height):
            return
        fx, fy = left - whole_x, top - whole_y
        width, height = sprite.width - 1, sprite.height - 1
        if sprite.width <= 96:  # larger ones are soft enough to sit on whole pixels
            sprite = sprite.resize(
                (width, height),
                Image.Resampling.BILINEAR,
                box=(1 - fx, 1 - fy, 1 - fx + width, 1 - fy + height) if fx and fy else None,
            )
        if self.light:
            x0, y0 = max(whole_x, 0), max(whole_y, 0)
            x1, y1 = min(whole_x + sprite.width, canvas.width), min(whole_y + sprite.height, canvas.height)
            if x1 > x0 and y1 > y0:
                part = sprite.crop((x0 - whole_x, y0 - whole_y, x1 - whole_x, y1 - whole_y))
                canvas.paste(ImageChops.screen(canvas.crop((x0, y0, x1, y1)), part), (x0, y0))
            return
        blend(canvas, sprite, whole_x, whole_y)

    def _at_level(self, kind: int, level: int) -> Image.Image:
        if level == _LEVELS - 1:
            return self.sprites[kind]
        if (kind, level) not in self.faded:
            share = level / (_LEVELS - 1)
            self.faded[kind, level] = self.sprites[kind].point(lambda value: int(value * share))
        return self.faded[kind, level]


def glow_sprite(radius: float, colour: RGB, *, core: float = 0.25) -> Image.Image:
    """A point of light with a halo, to be added to the picture."""
    size = max(int(radius * 2) + 3, 5)
    away = distance(size) / max(radius, 1.5)
    halo = np.clip(1 - away, 0, 1) ** 2.4
    heart = np.exp(-((away / max(core, 1e-3)) ** 2))
    pixels = halo[..., None] * np.array(colour) * 0.55 + heart[..., None] * np.array(mix(colour, (1, 1, 1), 0.6))
    return opaque(np.clip(pixels, 0, 1).astype(np.float32))


def flake_sprite(radius: float, colour: RGB, *, alpha: float = 0.9, softness: float = 0.5) -> Image.Image:
    """A soft round flake."""
    size = max(int(radius * 2) + 4, 5)
    away = distance(size) / max(radius, 0.8)
    mask = np.clip((1 - away) / softness, 0, 1) * alpha
    return cover(mask.astype(np.float32), colour)


def petal_sprite(size: float, colour: RGB, turn: float, *, leaf: bool = False) -> Image.Image:
    """A petal or a leaf, seen from some side."""
    width = 0.30 if leaf else 0.42
    side = abs(np.cos(turn)) * 0.7 + 0.3
    outline = [
        (0.0, -0.5),
        (0.0, -0.5),
        (width * side, -0.05),
        (width * 0.55 * side, 0.42),
        (0.0, 0.34 if not leaf else 0.5),
        (-width * 0.55 * side, 0.42),
        (-width * side, -0.05),
    ]
    cos, sin = np.cos(turn * 1.7), np.sin(turn * 1.7)
    box = max(int(size * 1.2) + 4, 6)
    points = [
        (box / 2 + (x * cos - y * sin) * size, box / 2 + (x * sin + y * cos) * size) for x, y in smooth(outline, 5)
    ]
    shade = 0.82 + 0.18 * float(np.sin(turn * 3))
    return cover(fill((box, box), [points]), (colour[0] * shade, colour[1] * shade, colour[2] * shade))
