"""Putting a silhouette on the stage: its light edge, its lamps, and what moves about it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageFilter

from app.providers.local.colour import RGB, mix
from app.providers.local.elements import people
from app.providers.local.elements.animals import ANIMALS
from app.providers.local.elements.buildings import BUILDINGS, lamps_of
from app.providers.local.elements.particles import Swarm, glow_sprite
from app.providers.local.elements.sky import Sun
from app.providers.local.shapes import Point, fill, placed
from app.providers.local.stage import Layer, Plate, Stage, cover, opaque

_PEOPLE = {"person": people.person, "umbrella": people.umbrella, "astronaut": people.astronaut, "robot": people.robot}


@dataclass(frozen=True)
class Part:
    """Where an actor stands: foot in frame widths and heights, height in units of the stage."""

    kind: str
    x: float
    y: float
    size: float
    depth: float = 0.8
    flip: bool = False
    tilt: float = 0.0


def outlines_of(kind: str) -> list[list[Point]]:
    """The outline of anything that can stand on the stage, on the unit square."""
    known = _PEOPLE.get(kind) or ANIMALS.get(kind) or BUILDINGS.get(kind) or _PEOPLE["person"]
    return known()


def known(kind: str) -> bool:
    """Whether there is an outline of this name."""
    return kind in _PEOPLE or kind in ANIMALS or kind in BUILDINGS


def actor(
    stage: Stage, part: Part, colour: RGB, *, sun: Sun | None = None, bob: tuple[float, float] = (0.0, 0.0)
) -> list[Layer]:
    """A silhouette with a lit edge on the side of the light, and its lamps if it has any."""
    size = part.size * stage.unit
    reach = int(size * 0.95) + 4 if part.kind != "train" else int(size * 6.2)
    foot = (reach, int(size * 1.3) + 4)
    box = (2 * reach, foot[1] + int(size * 0.32) + 4)
    px, py = stage.spot(part.x, part.y)

    def shape(outlines: list[list[Point]]) -> Image.Image:
        return fill(box, [placed(o, *foot, size, flip=part.flip, tilt=part.tilt) for o in outlines])

    mask = shape(outlines_of(part.kind))
    pictures = [cover(mask, _edge_lit(stage, mask, colour, sun, px))]
    shining = lamps_of(part.kind) + people.eyes_of(part.kind)
    if shining and _lit(stage, part.kind):
        lamp = shape(shining)
        pictures.append(cover(lamp, mix(stage.palette.accent, (1, 1, 0.9), 0.35)))
        pictures.append(_halo(lamp, stage.palette.accent, size))
    body = Plate(stage, pictures[0], part.depth, px - foot[0], py - foot[1], _pace(stage, part), bob, part.x)
    return [replace(body, image=picture) for picture in pictures]


def _lit(stage: Stage, kind: str) -> bool:
    dusky = stage.palette.night or stage.reading.time in {"dusk", "blue hour", "sunset", ""}
    return dusky or kind not in {"house", "castle"}


def _pace(stage: Stage, part: Part) -> float:
    """How fast it travels by itself, in frame widths a second."""
    speed = {"train": 0.012, "boat": 0.012, "balloon": 0.003}.get(part.kind, 0.0)
    return speed * (-1 if part.flip else 1) * stage.reading.pace


def lantern_glow(stage: Stage, x: float, y: float, size: float, depth: float, *, colour: RGB | None = None) -> Swarm:
    """One breathing light."""
    sprite = glow_sprite(size * stage.unit, colour or stage.palette.accent, core=0.12)
    one = np.array([0.0])
    return Swarm(stage, (sprite,), one + x, one + y, np.array([0]), one + depth, blink=one + 5.0, light=True)


def _edge_lit(
    stage: Stage, mask: Image.Image, colour: RGB, sun: Sun | None, px: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    alpha = np.asarray(mask, dtype=np.float32) / 255
    tint = np.empty((*alpha.shape, 3), dtype=np.float32)
    rows = np.linspace(0, 1, alpha.shape[0], dtype=np.float32)[:, None, None]
    tint[:] = np.array(colour, dtype=np.float32) * (1.12 - 0.24 * rows)
    if sun is None:
        return tint
    side = 1 if stage.spot(sun.x, 0)[0] > px else -1
    width = max(int(stage.unit * 0.0035), 1)
    moved = np.roll(alpha, (width, -side * width), axis=(0, 1))
    edge = np.clip(alpha - moved, 0, 1)
    soft = (
        np.asarray(
            Image.fromarray((edge * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(stage.unit * 0.0016)),
            dtype=np.float32,
        )
        / 255
    )
    share = np.clip(soft * 1.1, 0, 0.75)[..., None]
    return np.asarray(tint + share * (np.array(stage.palette.glow, dtype=np.float32) - tint), dtype=np.float32)


def _halo(lamp: Image.Image, colour: RGB, size: float) -> Image.Image:
    wide = np.asarray(lamp.filter(ImageFilter.GaussianBlur(size * 0.06)), dtype=np.float32) / 255
    near = np.asarray(lamp.filter(ImageFilter.GaussianBlur(size * 0.02)), dtype=np.float32) / 255
    return opaque(((wide * 1.3 + near * 0.5).clip(0, 0.9)[..., None] * np.array(colour)).astype(np.float32))
