"""One flower, close: rings of petals that open slowly, the outer ones further from the eye."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from app.providers.local.camera import View
from app.providers.local.colour import RGB, hex_rgb, mix, ramp, shift
from app.providers.local.elements.weather import dust
from app.providers.local.shapes import Point, circle, distance, fill, smooth
from app.providers.local.stage import Layer, Plate, Stage, blend, cover, opaque, solid

_TONES = (
    ("#2a0d18", "#8c2f45", "#e0695f", "#f7a98a", "#fde0c2"), ("#1a0f2e", "#5a2a78", "#a35cc0", "#e0a0d8", "#fbe0ec"),
    ("#2b0a12", "#8f1230", "#d42a48", "#f2637a", "#ffc2c4"), ("#0c1e2c", "#1f5568", "#4a9aa4", "#a2d8cc", "#f0f7e2"),
    ("#2e1405", "#9a4a10", "#e8912a", "#fbc45a", "#fff0c0"), ("#221014", "#a8586a", "#f0a0a8", "#fbd4cc", "#fff4ea"),
)  # fmt: skip


@dataclass(frozen=True)
class Ring:
    """One ring of petals, drawn once; it grows and turns a little as the flower opens."""

    stage: Stage
    image: Image.Image = field(repr=False)
    middle: tuple[float, float]
    depth: float
    opening: float

    def paint(self, canvas: Image.Image, view: View, seconds: float) -> None:
        """Paint the ring at the size it has reached."""
        grown = (0.94 + self.opening * (1 - math.exp(-seconds * self.stage.reading.pace / 5.5))) * view.zoom_at(
            self.depth
        )
        x = ((self.middle[0] - 0.5 - view.x * self.depth) * view.zoom_at(self.depth) + 0.5) * canvas.width
        y = ((self.middle[1] - 0.5 - view.y * self.depth) * view.zoom_at(self.depth) + 0.5) * canvas.height
        half = self.image.width / 2
        x0, y0 = max(0, math.ceil(x - half * grown)), max(0, math.ceil(y - half * grown))
        x1, y1 = min(canvas.width, math.floor(x + half * grown)), min(canvas.height, math.floor(y + half * grown))
        if x1 - x0 < 2 or y1 - y0 < 2:
            return
        box = tuple(
            min(max((value - centre) / grown + half, 0), self.image.width)
            for value, centre in ((x0, x), (y0, y), (x1, x), (y1, y))
        )
        blend(
            canvas,
            self.image.resize((x1 - x0, y1 - y0), Image.Resampling.BILINEAR, box=(box[0], box[1], box[2], box[3])),
            x0,
            y0,
        )


def draw(stage: Stage) -> list[Layer]:
    """Lay out a dark ground, leaves out of focus, and the flower's rings from the outside in."""
    rng, reading = stage.rng("bloom"), stage.reading
    tones = _tones(stage)
    middle = (0.5 + float(rng.uniform(-0.07, 0.07)), 0.52 + float(rng.uniform(-0.04, 0.05)))
    layers: list[Layer] = [_ground(stage, tones, middle)]
    pointed = {"lotus", "lily", "sunflower", "sunflowers", "dahlia", "chrysanthemum", "mandala", "marigold"} & set(
        reading.content
    )
    rings = 8 if not {"lotus", "lily"} & set(reading.content) else 5
    colours = ramp(tones[1:], rings + 1)
    radius = 0.56 * stage.unit
    for index in range(rings):
        share = index / (rings - 1)
        size = radius * (1 - share) ** 0.92 + radius * 0.07
        count = int((13 if pointed else 9) - 4 * share) + int(rng.integers(0, 2))
        tone = colours[rings - index]
        light = (float(tone[0]), float(tone[1]), float(tone[2]))
        heart = colours[max(rings - index - 2, 0)]
        dark = (float(heart[0]), float(heart[1]), float(heart[2]))
        image = _ring(stage, index, size, count, light, dark, bool(pointed))
        layers.append(Ring(stage, image, middle, 0.55 + 0.35 * share, 0.12 - 0.05 * share))
    layers.append(_heart(stage, middle, radius * 0.075, tones))
    layers.append(dust(stage, 40, colour=tones[4]))
    return layers


def _tones(stage: Stage) -> tuple[RGB, ...]:
    rng, reading = stage.rng("petal tones"), stage.reading
    names = reading.colours or reading.details
    rows = [tuple(hex_rgb(text) for text in row) for row in _TONES]
    if names:
        from app.providers.local.swatches import COLOURS

        main, last = hex_rgb(COLOURS[names[0]]), hex_rgb(COLOURS[names[-1]])
        if names[0] in {"white", "ivory", "silver"}:
            return (hex_rgb("#16211c"), hex_rgb("#8d8f80"), hex_rgb("#d8d3c0"), hex_rgb("#f0ece0"), hex_rgb("#fffdf6"))
        if names[0] == "black":
            return (hex_rgb("#221014"), hex_rgb("#0c0a0e"), hex_rgb("#241a26"), hex_rgb("#46323f"), hex_rgb("#7d5a64"))
        return (
            mix(shift(main, light=-0.4), (0, 0, 0), 0.4),
            mix(main, (0.05, 0, 0.05), 0.45),
            main,
            mix(last, (1, 1, 1), 0.3),
            mix(last, (1, 0.98, 0.94), 0.72),
        )
    return rows[int(rng.integers(len(rows)))]


def _ground(stage: Stage, tones: tuple[RGB, ...], middle: tuple[float, float]) -> Plate:
    width, height = stage.plate
    rng = stage.rng("leaves")
    across = (stage.columns()[None, :] - middle[0]) * stage.width / stage.unit
    down = (stage.rows()[:, None] - middle[1]) * stage.height / stage.unit
    glow = np.exp(-np.hypot(across, down + 0.1) / 0.5)[..., None]
    picture = np.array(mix(tones[0], (0, 0, 0), 0.35)) * (1 - glow) + np.array(mix(tones[0], tones[1], 0.5)) * glow
    light = np.zeros((height, width), dtype=np.float32)
    for _ in range(24):  # lights out of focus
        x, y, radius = rng.uniform(0, width), rng.uniform(0, height), stage.unit * float(rng.uniform(0.02, 0.075))
        away = np.hypot(np.arange(width) - x, (np.arange(height) - y)[:, None])
        light += (
            np.clip((radius - away) / (radius * 0.12), 0, 1)
            * float(rng.uniform(0.02, 0.09))
            * (0.6 + 0.4 * np.clip(away / radius, 0, 1))
        )
    picture = picture + light[..., None] * np.array(tones[3])
    return Plate(stage, solid(opaque(np.clip(picture, 0, 1).astype(np.float32))), 0.15)


def _ring(stage: Stage, index: int, size: float, count: int, light: RGB, dark: RGB, pointed: bool) -> Image.Image:
    box = int(size * 2.3) + 8
    middle = box / 2
    rng = stage.rng(f"ring {index}")
    away = distance(box) / size
    share = np.clip((away - 0.15) / 0.85, 0, 1)[..., None] ** 0.85
    colours = np.array(dark) * (1 - share) + np.array(light) * share
    out = Image.new("RGBa", (box, box))
    turn = index * 0.61 + float(rng.uniform(0, 0.2))
    for petal in range(count):
        angle = turn + petal * 2 * math.pi / count + float(rng.uniform(-0.04, 0.04))
        outline = _petal(middle, angle, size * float(rng.uniform(0.94, 1.04)), 2.5 * math.pi / count, pointed)
        x0, y0 = (max(int(min(point[axis] for point in outline)) - 2, 0) for axis in (0, 1))
        x1, y1 = (min(int(max(point[axis] for point in outline)) + 3, box) for axis in (0, 1))
        mask = fill((x1 - x0, y1 - y0), [[(x - x0, y - y0) for x, y in outline]])
        side = np.arctan2(np.arange(y0, y1)[:, None] - middle, np.arange(x0, x1)[None, :] - middle) - angle
        side -= 2 * np.pi * np.round(side / (2 * np.pi))
        lean = np.sin(side)  # one half of each petal lies in its neighbour's shade
        crease = np.exp(-(side**2) / 0.0016) * 0.05
        shade = (1 - 0.34 * np.clip(lean * 1.6 * count / 9, 0, 1) - crease)[..., None]
        part = cover(mask, (colours[y0:y1, x0:x1] * shade).astype(np.float32))
        out.paste(part, (x0, y0), part)
    return out


def _petal(middle: float, angle: float, size: float, wide: float, pointed: bool) -> list[Point]:
    half = math.tan(min(wide, 1.5) / 2) * 0.78
    tip = (
        [(0.86, half * 0.55), (1.0, 0.0), (1.0, 0.0), (0.86, -half * 0.55)]
        if pointed
        else [(0.90, half * 0.72), (1.0, half * 0.30), (0.985, 0.0), (1.0, -half * 0.30), (0.90, -half * 0.72)]
    )
    shape = [(0.0, 0.0), (0.30, half * 0.45), (0.62, half * 0.86), *tip, (0.62, -half * 0.86), (0.30, -half * 0.45)]
    cos, sin = math.cos(angle), math.sin(angle)
    return [(middle + (x * cos - y * sin) * size, middle + (x * sin + y * cos) * size) for x, y in smooth(shape, 6)]


def _heart(stage: Stage, middle: tuple[float, float], radius: float, tones: tuple[RGB, ...]) -> Ring:
    box = int(radius * 3)
    rng = stage.rng("stamens")
    picture = cover(fill((box, box), [circle(box / 2, box / 2, radius * 0.8)]), tones[1])
    for tone in (tones[2], mix(tones[3], hex_rgb("#ffd36b"), 0.6)):
        dots = []
        for index in range(60):
            away, turn = radius * 0.82 * math.sqrt(index / 60), index * 2.39996 + float(rng.uniform(0, 0.3))
            dots.append(
                circle(box / 2 + math.cos(turn) * away, box / 2 + math.sin(turn) * away, radius * 0.06, count=9)
            )
        layer = cover(fill((box, box), dots), tone)
        picture.paste(layer, (0, 0), layer)
    return Ring(stage, picture, middle, 0.92, 0.05)
