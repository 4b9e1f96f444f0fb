"""Planets: balls that turn, and their rings."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops

from app.providers.local import noise
from app.providers.local.camera import View
from app.providers.local.colour import RGB, mix, ramp
from app.providers.local.shapes import distance
from app.providers.local.stage import Plate, Stage, cover, opaque


@dataclass(frozen=True)
class Globe:
    """A planet that turns: its map is wrapped around a ball once, and slid along for every frame."""

    stage: Stage
    x: float
    y: float
    radius: float
    depth: float
    tones: tuple[RGB, RGB, RGB]
    light: tuple[float, float]
    banded: bool
    surface: npt.NDArray[np.uint8] = field(init=False, repr=False, compare=False)
    wrap: npt.NDArray[np.int32] = field(init=False, repr=False, compare=False)
    shade: Image.Image = field(init=False, repr=False, compare=False)
    rim: Image.Image = field(init=False, repr=False, compare=False)
    mask: Image.Image = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rng = self.stage.rng(f"globe {self.x}")
        size = int(self.radius * 2) + 4
        tall, wide = size, size * 2
        cells, stretch = (9.0, 7.0) if self.banded else (3.5, 1.0)
        cloud = noise.field(rng, wide, tall, cells=cells, octaves=6, stretch=stretch)
        seam = np.linspace(0, 1, wide // 4, dtype=np.float32)[None, :]
        cloud[:, -(wide // 4) :] = cloud[:, -(wide // 4) :] * (1 - seam) + cloud[:, : wide // 4][:, ::-1] * seam
        table = ramp(self.tones, 256)
        surface = table[(cloud * 255).astype(np.int32)]
        axis = (np.arange(size, dtype=np.float32) - size / 2 + 0.5) / self.radius
        nx, ny = axis[None, :], axis[:, None]
        nz = np.sqrt(np.clip(1 - nx**2 - ny**2, 0, 1))
        u = (np.arctan2(nx, nz + 1e-6) / np.pi + 0.5) * (wide / 2)
        v = np.clip((np.arcsin(np.clip(ny, -1, 1)) / np.pi + 0.5) * (tall - 1), 0, tall - 1)
        lit = np.clip(nx * self.light[0] + ny * self.light[1] + nz * 0.35, 0, 1)
        mask = np.clip((1 - np.hypot(nx, ny)) * self.radius + 0.5, 0, 1)
        rim = (1 - nz) ** 3 * np.clip(lit * 1.6 + 0.06, 0, 1)
        object.__setattr__(self, "surface", (surface * 255).astype(np.uint8))
        object.__setattr__(
            self,
            "wrap",
            np.stack(
                [np.broadcast_to(u, v.shape if v.shape == u.shape else u.shape), np.broadcast_to(v, u.shape)]
            ).astype(np.int32),
        )
        glow = np.array(self.stage.palette.glow, dtype=np.float32)
        shade = np.repeat(((0.03 + 0.97 * lit**0.8) * mask)[..., None], 3, axis=-1)
        object.__setattr__(self, "shade", opaque(shade.astype(np.float32)))
        object.__setattr__(self, "rim", opaque((rim * mask * 0.75)[..., None] * glow))
        object.__setattr__(self, "mask", Image.fromarray((mask * 255).astype(np.uint8)))

    def paint(self, canvas: Image.Image, view: View, seconds: float) -> None:
        """Paint the ball with its map turned a little further."""
        turned = (self.wrap[0] + int(seconds * 9 * self.stage.reading.pace)) % self.surface.shape[1]
        face = Image.fromarray(self.surface[self.wrap[1], turned])
        lit = ImageChops.add(ImageChops.multiply(face, self.shade), self.rim)
        picture = Image.merge("RGBa", (*lit.split(), self.mask))
        px, py = self.stage.spot(self.x, self.y)
        left, top = px - picture.width / 2, py - picture.height / 2
        Plate(self.stage, picture, self.depth, left=left, top=top).paint(canvas, view, seconds)


def ring(stage: Stage, size: float, *, tilt: float) -> tuple[Image.Image, Image.Image]:
    """The ring of a planet: the half behind it and the half before it."""
    wide = int(size * 4.9)
    away = distance(wide) / size
    grain = noise.line(stage.rng("ring"), 512, waves=26, octaves=3)
    alpha = grain[np.clip((away - 1.3) / 1.0 * 511, 0, 511).astype(np.int32)]
    alpha = alpha * np.clip((away - 1.34) * 14, 0, 1) * np.clip((2.28 - away) * 14, 0, 1) * 0.85
    flat = cover(alpha.astype(np.float32), mix(stage.palette.glow, stage.palette.disc, 0.4)).resize(
        (wide, int(wide * 0.24)), Image.Resampling.LANCZOS
    )
    square = Image.new("RGBa", (wide, wide))
    halves = []
    for front in (False, True):
        half = square.copy()
        box = (0, flat.height // 2, wide, flat.height) if front else (0, 0, wide, flat.height // 2)
        half.paste(flat.crop(box), (0, wide // 2 if front else wide // 2 - flat.height // 2))
        halves.append(half.rotate(tilt, Image.Resampling.BILINEAR))
    return halves[0], halves[1]
