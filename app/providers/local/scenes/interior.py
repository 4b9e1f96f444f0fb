"""Indoors: a table by a window with the world of the prompt outside; or a thing on a plinth in studio light."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image, ImageFilter

from app.providers.local import noise
from app.providers.local.camera import View
from app.providers.local.colour import RGB, hex_rgb, mix, ramp, shift
from app.providers.local.elements import objects, turned, weather
from app.providers.local.elements.lights import Shafts
from app.providers.local.scenes import ridges
from app.providers.local.shapes import fill
from app.providers.local.stage import Layer, Plate, Stage, cover, opaque, solid


def draw(stage: Stage) -> list[Layer]:
    """A still life on a plinth where a product is asked for, else a room."""
    reading, words = stage.reading, set(stage.reading.content)
    if words & {"plinth", "pedestal", "podium", "product", "packshot", "perfume", "studio"} or (
        reading.has("bottle") and not reading.has("interior")
    ):
        return _plinth(stage)
    return _room(stage)


def _room(stage: Stage) -> list[Layer]:
    palette, reading, rng = stage.palette, stage.reading, stage.rng("room")
    evening = palette.night or reading.time in {"dusk", "sunset", "blue hour"}
    side = float(rng.choice([-1, 1]))
    wall = mix(palette.far, (0.42, 0.30, 0.24) if not evening else (0.16, 0.12, 0.15), 0.55)
    middle = 0.5 + side * (0.10 if stage.width < stage.height * 1.2 else 0.17)
    opening = (middle - _share(stage, 0.27), 0.10, middle + _share(stage, 0.27), 0.63)
    layers: list[Layer] = [_outside(stage, opening)]
    layers.append(_wall(stage, wall, opening, evening))
    layers += _muntins(stage, opening, mix(wall, (0.9, 0.84, 0.76), 0.35 if not evening else 0.1))
    layers += _curtain(stage, opening, mix(palette.accent, wall, 0.45), side)
    if not evening:
        layers.append(Shafts(stage, middle - side * 0.15, -0.3, palette.glow, strength=0.30, reach=1.7))
    layers += _table(stage, wall, evening)
    layers += objects.arranged(stage, 0.80, 0.5 - side * 0.04, evening)
    layers.append(weather.dust(stage, 50))
    return layers


def _share(stage: Stage, units: float) -> float:
    return min(units * stage.unit / stage.width, 0.38)


def _outside(stage: Stage, opening: tuple[float, float, float, float]) -> Plate:
    """The prompt's own weather and hour, seen through the window, slightly soft."""
    wide, tall = int((opening[2] - opening[0]) * stage.width) + 80, int((opening[3] - opening[1]) * stage.height) + 80
    inner = Stage(wide, tall, replace(stage.reading, scene="ridges", subjects=()), stage.palette, moving=False)
    canvas = Image.new("RGB", (wide, tall))
    for layer in [*ridges.draw(inner), *weather.falling(inner)]:
        layer.paint(canvas, View(), 0.0)
    picture = canvas.filter(ImageFilter.GaussianBlur(stage.unit * 0.0025))
    left, top = stage.spot(opening[0], opening[1])
    return Plate(stage, solid(picture), 0.15, left=left - 40, top=top - 40)


def _wall(stage: Stage, tone: RGB, opening: tuple[float, float, float, float], evening: bool) -> Plate:
    width, height = stage.plate
    palette = stage.palette
    plaster = noise.field(stage.rng("plaster"), width, height, cells=26, octaves=4) - 0.5
    mx, my = (opening[0] + opening[2]) / 2, (opening[1] + opening[3]) / 2
    across = (stage.columns()[None, :] - mx) * stage.width / stage.unit
    down = (stage.rows()[:, None] - my) * stage.height / stage.unit
    spill = np.exp(-np.hypot(across, down) / 0.45)[..., None] * (0.25 if evening else 0.5)
    base = (
        np.array(tone)
        * (1 + 0.05 * plaster - 0.30 * (stage.rows()[:, None] - 0.4) ** 2 - 0.10 * np.abs(across))[..., None]
    )
    colours = base + spill * (np.array(mix(palette.glow, palette.horizon, 0.4)) - base)
    x0, y0 = stage.spot(opening[0], opening[1])
    x1, y1 = stage.spot(opening[2], opening[3])
    ix, iy = np.arange(width)[None, :], np.arange(height)[:, None]
    inside = np.clip(np.minimum(np.minimum(ix - x0, x1 - ix), np.minimum(iy - y0, y1 - iy)) + 0.5, 0, 1)
    return Plate(stage, cover((1 - inside).astype(np.float32), np.clip(colours, 0, 1).astype(np.float32)), 0.35)


def _muntins(stage: Stage, opening: tuple[float, float, float, float], tone: RGB) -> list[Layer]:
    x0, y0 = stage.spot(opening[0], opening[1])
    x1, y1 = stage.spot(opening[2], opening[3])
    bar, frame = stage.unit * 0.008, stage.unit * 0.018
    pad = int(frame * 4)
    box = (int(x1 - x0) + 2 * pad, int(y1 - y0) + 2 * pad)
    wide, tall = x1 - x0, y1 - y0
    rects = [
        (-frame, -frame, wide + frame, 0.0),
        (-frame, -frame, 0.0, tall),
        (wide, -frame, wide + frame, tall),
        (wide / 2 - bar, 0, wide / 2 + bar, tall),
        (0, tall * 0.42 - bar, wide, tall * 0.42 + bar),
    ]
    sill = (-frame * 3, tall - frame * 0.3, wide + frame * 3, tall + frame * 1.5)
    outlines = [
        [(pad + a, pad + b), (pad + c, pad + b), (pad + c, pad + d), (pad + a, pad + d)]
        for a, b, c, d in (*rects, sill)
    ]
    mask = fill(box, outlines)
    dark = np.asarray(mask.filter(ImageFilter.GaussianBlur(stage.unit * 0.008)), dtype=np.float32) / 255 * 0.35
    fall = np.linspace(1.05, 0.9, box[1], dtype=np.float32)[:, None, None]
    return [
        Plate(
            stage,
            cover(dark, (0.05, 0.03, 0.04)),
            0.35,
            left=x0 - pad + stage.unit * 0.006,
            top=y0 - pad + stage.unit * 0.010,
        ),
        Plate(
            stage,
            cover(mask, np.broadcast_to(np.array(tone) * fall, (box[1], box[0], 3)).astype(np.float32)),
            0.35,
            left=x0 - pad,
            top=y0 - pad,
        ),
    ]


def _curtain(stage: Stage, opening: tuple[float, float, float, float], tone: RGB, side: float) -> list[Layer]:
    wide, tall = int(stage.unit * 0.17), int((opening[3] - opening[1] + 0.11) * stage.height)
    x = np.linspace(0, 1, wide, dtype=np.float32)[None, :]
    y = np.linspace(0, 1, tall, dtype=np.float32)[:, None]
    reach = 0.95 - 0.42 * np.exp(-(((y - 0.62) / 0.16) ** 2)) - 0.05 * y
    folds = np.sin(x / reach * 24 + 0.6 * np.sin(y * 4)) * 0.5 + 0.5
    mask = np.clip((reach - x) * wide * 0.7, 0, 1) * np.ones_like(y)
    table = ramp([shift(tone, light=-0.16), tone, mix(tone, stage.palette.glow, 0.45)], 128)
    image = cover(
        mask.astype(np.float32) * 0.94, table[(np.clip(folds * (0.55 + 0.45 * x), 0, 1) * 127).astype(np.int32)]
    )
    out: list[Layer] = []
    for edge, flip in ((opening[0] - 0.03, False), (opening[2] + 0.03, True)):
        left, top = stage.spot(edge, opening[1] - 0.05)
        picture = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if flip else image
        out.append(Plate(stage, picture, 0.42, left=left - (wide if flip else 0), top=top))
    return out


def _table(stage: Stage, wall: RGB, evening: bool) -> list[Layer]:
    width, height = stage.plate
    top = int(stage.margin_y + 0.76 * stage.height)
    rows = height - top
    wood = noise.field(stage.rng("wood"), width, rows, cells=12, octaves=4, stretch=12) - 0.5
    tone = mix(hex_rgb("#6b4128"), wall, 0.35) if not evening else mix(hex_rgb("#2b1a14"), wall, 0.3)
    share = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    sheen = np.exp(-(((stage.columns()[None, :] - 0.5) / 0.4) ** 2)) * np.exp(-share / 0.25)
    colours = np.array(tone) * (1.1 + 0.22 * wood - 0.45 * share)[..., None]
    colours = colours + (sheen * 0.30)[..., None] * (np.array(stage.palette.glow) - colours)
    mask = np.clip(share * rows + 0.5, 0, 1) * np.ones((rows, width))
    edge = np.clip(1 - share * rows / (stage.unit * 0.004), 0, 1) * 0.4
    colours = colours + edge[..., None] * (np.array(stage.palette.glow) - colours)
    return [Plate(stage, cover(mask.astype(np.float32), np.clip(colours, 0, 1).astype(np.float32)), 0.75, top=top)]


def _plinth(stage: Stage) -> list[Layer]:
    """A plain sweep of colour, an arch, two drums, and the thing itself in a pool of light."""
    palette = stage.palette
    across = (stage.columns()[None, :] - 0.5) * stage.width / stage.unit
    rows = stage.rows()[:, None]
    table = ramp([palette.sky[1], palette.sky[2], palette.sky[3], palette.horizon], 512)
    floor = 1 / (1 + np.exp(-(rows - 0.72) * 26))
    share = np.clip(
        0.30
        + rows * 0.42
        + 0.25 * np.exp(-np.hypot(across, (rows - 0.42) * stage.height / stage.unit) / 0.3)
        + floor * 0.14,
        0,
        1,
    )
    ground = Plate(stage, solid(opaque(table[(share * 511).astype(np.int32)])), 0.1)
    layers: list[Layer] = [ground, *turned.arch(stage, 0.5, 0.78), *turned.drums(stage, 0.5)]
    layers += objects.hero(stage, 0.5, 0.715)
    layers.append(Shafts(stage, 0.12, -0.35, palette.glow, strength=0.26, reach=1.6))
    layers.append(weather.dust(stage, 30))
    return layers
