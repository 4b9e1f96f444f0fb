"""Buildings in rows: outlines with set-backs and masts, and windows that are lit or not."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from app.providers.local.colour import RGB, Field, mix
from app.providers.local.elements.particles import Swarm
from app.providers.local.stage import Plate, Stage, opaque, premultiplied


@dataclass(frozen=True)
class Block:
    """One row of buildings at one depth."""

    plate: Plate
    windows: npt.NDArray[np.float64] = field(repr=False)
    """Some lit windows: x, y in plate pixels."""
    pane: tuple[int, int]


def row(
    stage: Stage,
    name: str,
    *,
    base: float,
    low: float,
    high: float,
    wide: float,
    tint: RGB,
    foot: RGB,
    lamps: tuple[RGB, ...],
    lit: float,
    depth: float,
) -> Block:
    """Draw a row of buildings; heights and widths in units of the stage, `lit` the share of windows with light."""
    rng = stage.rng(f"block {name}")
    width, height = stage.plate
    bottom = int(stage.margin_y + base * stage.height)
    body = np.zeros((height, width), dtype=np.float32)
    shade = np.ones((height, width), dtype=np.float32)
    light = np.zeros((height, width, 3), dtype=np.float32)
    pane = max(int(stage.unit * (0.0035 + 0.0035 * depth)), 2), max(int(stage.unit * (0.005 + 0.005 * depth)), 3)
    spots: list[tuple[int, int]] = []
    x = -int(rng.uniform(0, wide) * stage.unit)
    while x < width:
        across = int(stage.unit * wide * float(rng.uniform(0.55, 1.35)))
        centre = 1 - 0.55 * min(
            abs((x + across / 2) / width - 0.5) * 2, 1
        )  # taller toward the middle: a skyline has a heart
        tall = int(stage.unit * (low + (high - low) * float(rng.random()) ** 1.4 * (0.45 + centre)))
        top = bottom - tall
        _tower(rng, body, shade, x, across, max(top, 2), bottom, stage.unit)
        spots += _windows(rng, light, x, across, max(top, 2), bottom, pane, lamps, lit)
        x += across + (int(stage.unit * 0.01 * float(rng.uniform(0, 2))) if rng.random() < 0.4 else 0)
    return _assemble(stage, body, shade, light, tint, foot, depth, bottom, spots, pane)


def flicker(stage: Stage, block: Block, lamps: tuple[RGB, ...], depth: float, count: int = 26) -> Swarm:
    """Windows of a block in which somebody is moving about."""
    rng = stage.rng(f"flicker {depth}")
    spots = (
        block.windows[rng.permutation(len(block.windows))[:count]] if len(block.windows) else np.array([[-99.0, -99.0]])
    )
    size = (block.pane[1] + 1, block.pane[0] + 1, 3)
    sprites = tuple(opaque(np.broadcast_to(np.array(colour, dtype=np.float32) * 0.85, size)) for colour in lamps)
    x = (spots[:, 0] + block.pane[0] / 2 - stage.margin_x) / stage.width
    y = (spots[:, 1] + block.pane[1] / 2 - stage.margin_y) / stage.height
    return Swarm(
        stage,
        sprites,
        x,
        y,
        rng.integers(0, len(sprites), len(x)),
        np.full(len(x), depth),
        blink=rng.uniform(1.6, 5, len(x)),
        light=True,
    )


def _tower(
    rng: np.random.Generator, body: Field, shade: Field, x: int, across: int, top: int, bottom: int, unit: float
) -> None:
    x0, x1 = max(x, 0), max(min(x + across, body.shape[1]), 0)
    body[top:bottom, x0:x1] = 1
    side = x0 + int((x1 - x0) * float(rng.uniform(0.55, 0.75)))
    shade[top:bottom, x0:x1] = float(rng.uniform(0.90, 1.08))
    shade[top:bottom, side:x1] *= 0.84
    middle, kind = (x0 + x1) // 2, rng.random()
    if kind < 0.35:  # set-backs
        step, half = int(unit * 0.016), across // 2
        for _ in range(int(rng.integers(1, 4))):
            half = int(half * 0.68)
            body[max(top - step, 0) : top, max(middle - half, 0) : max(middle + half, 0)] = 1
            top -= step
    elif kind < 0.5:  # a slanting roof
        rise = int(across * float(rng.uniform(0.25, 0.6)))
        for step in range(rise):
            body[max(top - step, 0), x0 : x0 + int((x1 - x0) * (1 - step / rise))] = 1
    if rng.random() < 0.35:
        mast = int(unit * float(rng.uniform(0.02, 0.07)))
        thick = max(int(unit * 0.0015), 1)
        body[max(top - mast, 0) : top, max(middle - thick, 0) : middle + thick] = 0.9


def _windows(
    rng: np.random.Generator,
    light: Field,
    x: int,
    across: int,
    top: int,
    bottom: int,
    pane: tuple[int, int],
    lamps: tuple[RGB, ...],
    lit: float,
) -> list[tuple[int, int]]:
    wide, tall = pane
    step_x, step_y = int(wide * 2.2) + 1, int(tall * 2.0) + 1
    colours = np.array(lamps, dtype=np.float32)
    house = float(rng.uniform(0.3, 1.5)) * lit
    ribbon = rng.random() < 0.16
    spots: list[tuple[int, int]] = []
    for y in range(top + step_y, min(bottom, light.shape[0]) - tall, step_y):
        floor = house * float(rng.uniform(0.4, 1.5))
        for px in range(x + step_x, x + across - step_x, wide + 1 if ribbon else step_x):
            if 0 <= px < light.shape[1] - wide and rng.random() < (floor if not ribbon else floor * 0.8):
                light[y : y + tall, px : px + wide] = colours[int(rng.integers(len(colours)))] * float(
                    rng.uniform(0.35, 1.0)
                )
                spots.append((px, y))
    return spots


def _assemble(
    stage: Stage,
    body: Field,
    shade: Field,
    light: Field,
    tint: RGB,
    foot: RGB,
    depth: float,
    bottom: int,
    spots: list[tuple[int, int]],
    pane: tuple[int, int],
) -> Block:
    rows = np.flatnonzero(body.max(axis=1))
    top = int(rows[0]) if len(rows) else 0
    end = min(bottom, body.shape[0])
    body, shade, light = body[top:end], shade[top:end], light[top:end] * body[top:end, :, None]
    share = (np.linspace(0, 1, end - top, dtype=np.float32) ** 1.6)[:, None, None]
    out = np.empty((*body.shape, 4), dtype=np.float32)
    colour = (np.array(tint, dtype=np.float32) * (1 - share) + np.array(foot, dtype=np.float32) * share) * shade[
        ..., None
    ]
    seen = light.max(axis=-1, keepdims=True) > 0
    lit = np.where(seen, np.maximum(colour, light), colour)
    glow = np.clip(_blurred(light, stage.unit * 0.005) * 1.3, 0, 0.9)
    # The glow lies in the same plate: on the walls as light, beyond them as a faint veil of its own colour.
    veil = glow.max(axis=-1, keepdims=True) * 0.8
    cover = body[..., None]
    out[..., :3] = (1 - (1 - lit) * (1 - glow)) * cover + glow * 0.8 * (1 - cover)
    out[..., 3:] = cover + veil * (1 - cover)
    plate = Plate(stage, premultiplied(np.clip(out, 0, 1)), depth, top=top)
    return Block(plate, np.array(spots, dtype=np.float64).reshape(-1, 2), pane)


def _blurred(light: Field, radius: float) -> Field:
    height, width = light.shape[:2]
    whole = Image.fromarray((light * 255).clip(0, 255).astype(np.uint8))
    coarse = whole.resize((width // 2, height // 2), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(radius))
    return np.asarray(coarse.resize((width, height), Image.Resampling.BILINEAR), dtype=np.float32) / 255


def lamps_for(stage: Stage) -> tuple[RGB, ...]:
    """The colours of lit windows: warm by nature, electric where the prompt is."""
    palette = stage.palette
    warm = mix(palette.accent, (1.0, 0.82, 0.5), 0.5)
    if stage.reading.style in {"neon", "synthwave"} or stage.reading.has("neon"):
        return palette.accent, palette.glow, (1.0, 0.75, 0.45), mix(palette.accent, palette.glow, 0.5)
    return warm, mix(warm, (1, 1, 1), 0.35), (1.0, 0.70, 0.40), mix((0.75, 0.87, 1.0), warm, 0.3)
