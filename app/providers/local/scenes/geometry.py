"""Posters of plain shapes: circles, arcs and blocks with the grain and the shadows of cut paper."""

from __future__ import annotations

import math

import numpy as np
from PIL import ImageFilter

from app.providers.local import noise
from app.providers.local.colour import RGB, hex_rgb, lightness, shift
from app.providers.local.shapes import Point, circle, fill
from app.providers.local.stage import Layer, Plate, Stage, cover, opaque, solid
from app.providers.local.swatches import COLOURS

_SETS = (
    "#f2e8d8 #1f2a44 #d9472f #f2b233 #3a7d8c #e8a598", "#ece4d4 #26212e #e4613f #f0c24b #5b8c7d #c8d5c0",
    "#182033 #f0e4cf #ff6b4a #ffc24b #4fa3a5 #7a86c8", "#f5ead9 #3b2a4a #c9446a #f7a13d #4c8fb0 #a9c9b2",
    "#e9ddc8 #123a3f #d8572a #e9b44c #7fa99b #f3f0e2",
)  # fmt: skip

Cut = tuple[list[list[Point]], int, float]
"""Outlines, the index of a colour, and a depth."""


def draw(stage: Stage) -> list[Layer]:
    """Lay out paper, then cut shapes from large to small, each with its shadow."""
    rng = stage.rng("geometry")
    tones = _tones(stage)
    layers: list[Layer] = [_paper(stage, tones[0])]
    words = set(stage.reading.content)
    if words & {
        "report",
        "chart",
        "graph",
        "data",
        "quarterly",
        "business",
        "infographic",
        "strategy",
        "statistics",
        "growth",
    }:
        cuts = _columns(stage, rng)
    else:
        cuts = (_arcs, _tiles, _balance, _bars)[int(rng.integers(4))](stage, rng)
    for index, (outlines, tone, depth) in enumerate(cuts):
        layers += _cut(stage, index, outlines, tones[1 + tone % (len(tones) - 1)], depth)
    return layers


def _tones(stage: Stage) -> list[RGB]:
    rng, names = stage.rng("poster"), stage.reading.colours
    tones = [hex_rgb(text) for text in _SETS[int(rng.integers(len(_SETS)))].split()]
    for index, name in enumerate(names):
        tones[(2, 3, 4)[index]] = hex_rgb(COLOURS[name])
    if stage.reading.style in {"noir", "sumi"}:
        tones = [shift(tone, chroma=0.05) for tone in tones]
    if stage.palette.night and lightness(tones[0]) > 0.5:
        tones[0], tones[1] = tones[1], tones[0]
    return tones


def _paper(stage: Stage, tone: RGB) -> Plate:
    width, height = stage.plate
    fibre = noise.field(stage.rng("fibre"), width, height, cells=90, octaves=3, stretch=2.0) - 0.5
    broad = noise.field(stage.rng("light"), width, height, cells=1.6, octaves=2) - 0.5
    light = 1.0 + 0.035 * fibre + 0.05 * broad - 0.05 * stage.rows()[:, None]
    return Plate(stage, solid(opaque(np.clip(np.array(tone) * light[..., None], 0, 1).astype(np.float32))), 0.1)


def _cut(stage: Stage, index: int, outlines: list[list[Point]], tone: RGB, depth: float) -> list[Layer]:
    xs = [x for outline in outlines for x, _ in outline]
    ys = [y for outline in outlines for _, y in outline]
    pad = int(stage.unit * 0.05)
    left, top = int(min(xs)) - pad, int(min(ys)) - pad
    box = (int(max(xs)) - left + pad, int(max(ys)) - top + pad)
    mask = fill(box, [[(x - left, y - top) for x, y in outline] for outline in outlines])
    soft = np.asarray(mask.filter(ImageFilter.GaussianBlur(stage.unit * 0.012)), dtype=np.float32) / 255 * 0.42
    grain = (
        noise.field(stage.rng(f"cut {index}"), box[0], box[1], cells=max(min(box) / stage.unit * 70, 4), octaves=2)
        - 0.5
    )
    fall = np.linspace(0.05, -0.06, box[1], dtype=np.float32)[:, None]
    colours = np.clip(np.array(tone) * (1 + 0.05 * grain + fall)[..., None], 0, 1).astype(np.float32)
    bob = (stage.unit * 0.006 * depth, 6.0 + index % 4)
    shade = Plate(
        stage,
        cover(soft, (0.05, 0.04, 0.08)),
        depth * 0.96,
        left=left + stage.unit * 0.010,
        top=top + stage.unit * 0.016,
        bob=bob,
        phase=index * 0.21,
    )
    return [shade, Plate(stage, cover(mask, colours), depth, left=left, top=top, bob=bob, phase=index * 0.21)]


def _unit(stage: Stage) -> float:
    """A poster keeps all its shapes inside the frame, so it is measured by the shorter side."""
    return 1.04 * min(stage.width, stage.height)


def _at(stage: Stage, x: float, y: float) -> Point:
    """Plate pixels of a point in units from the frame's middle."""
    cx, cy = stage.spot(0.5, 0.5)
    return cx + x * _unit(stage), cy + y * _unit(stage)


def _half(x: float, y: float, radius: float, turn: float) -> list[Point]:
    return [
        (x + math.cos(turn + math.pi * i / 40) * radius, y + math.sin(turn + math.pi * i / 40) * radius)
        for i in range(41)
    ]


def _rect(x: float, y: float, wide: float, tall: float, turn: float = 0.0) -> list[Point]:
    cos, sin = math.cos(turn), math.sin(turn)
    return [
        (x + dx * cos - dy * sin, y + dx * sin + dy * cos)
        for dx, dy in ((-wide / 2, -tall / 2), (wide / 2, -tall / 2), (wide / 2, tall / 2), (-wide / 2, tall / 2))
    ]


def _arcs(stage: Stage, rng: np.random.Generator) -> list[Cut]:
    """Rings within rings that rise like suns, over a bar and a disc."""
    unit = _unit(stage)
    x, y = _at(stage, float(rng.uniform(-0.14, 0.14)), 0.16)
    out: list[Cut] = [([circle(*_at(stage, 0.24 * float(rng.choice([-1, 1])), -0.30), unit * 0.13)], 1, 0.3)]
    out += [
        ([_half(x, y, unit * (0.44 - 0.082 * index), math.pi)], (0, 3, 2, 1, 4)[index], 0.4 + 0.1 * index)
        for index in range(5)
    ]
    out.append(([_rect(*_at(stage, 0, 0.21), unit * 1.02, unit * 0.085)], 0, 0.9))
    out += [
        ([_half(*_at(stage, -0.33 + 0.22 * index, 0.30), unit * 0.09, 0)], (2, 1, 3, 4)[index], 0.85)
        for index in range(4)
    ]
    out.append(([circle(*_at(stage, -0.36, -0.12), unit * 0.035)], 0, 1.0))
    return out


def _tiles(stage: Stage, rng: np.random.Generator) -> list[Cut]:
    """A grid of quarter and half circles."""
    size = 0.235
    columns, rows = int(stage.width / _unit(stage) / size), int(stage.height / _unit(stage) / size)
    out: list[Cut] = []
    for row in range(rows):
        for column in range(columns):
            x, y = _at(stage, (column - (columns - 1) / 2) * size, (row - (rows - 1) / 2) * size)
            full, kind = size * _unit(stage) * 0.97, int(rng.integers(6))
            tone = int(rng.integers(5))
            out.append(([_rect(x, y, full, full)], tone, 0.5))
            other = tone + 1 + int(rng.integers(4))
            turn = float(rng.integers(4)) * math.pi / 2
            corner = (
                x - math.cos(turn + math.pi / 4) * full * 0.7071,
                y - math.sin(turn + math.pi / 4) * full * 0.7071,
            )
            quarter = [corner] + [
                (
                    corner[0] + math.cos(turn + math.pi / 2 * i / 24) * full,
                    corner[1] + math.sin(turn + math.pi / 2 * i / 24) * full,
                )
                for i in range(25)
            ]
            shapes = {
                0: [quarter],
                1: [circle(x, y, full * 0.36)],
                2: [_half(x - math.cos(turn) * 0, y, full * 0.5, turn)],
                3: [quarter],
                4: [_rect(x, y, full * 0.5, full * 0.5, math.pi / 4)],
            }
            if kind in shapes:
                out.append((shapes[kind], other, 0.62))
    return out


def _balance(stage: Stage, rng: np.random.Generator) -> list[Cut]:
    """A few heavy shapes leaning on each other, as on a Bauhaus poster."""
    unit, lean = _unit(stage), float(rng.choice([-1, 1]))
    out: list[Cut] = [
        ([circle(*_at(stage, -0.10 * lean, -0.08), unit * 0.34)], 1, 0.35),
        ([_half(*_at(stage, -0.10 * lean, -0.08), unit * 0.34, math.pi / 2 if lean > 0 else -math.pi / 2)], 0, 0.45),
        ([_rect(*_at(stage, 0.20 * lean, 0.14), unit * 0.13, unit * 0.86, 0.62 * lean)], 2, 0.6),
        ([_rect(*_at(stage, -0.04 * lean, 0.28), unit * 0.82, unit * 0.05, -0.18 * lean)], 0, 0.75),
        ([circle(*_at(stage, 0.25 * lean, -0.24), unit * 0.105)], 4, 0.85),
        ([circle(*_at(stage, 0.25 * lean, -0.24), unit * 0.055)], 2, 0.95),
        ([[_at(stage, -0.42 * lean, 0.36), _at(stage, -0.18 * lean, 0.36), _at(stage, -0.30 * lean, 0.12)]], 3, 0.9),
    ]
    return out + [
        ([_rect(*_at(stage, (0.10 + 0.06 * index) * lean, 0.40), unit * 0.018, unit * 0.09)], 0, 1.0)
        for index in range(5)
    ]


def _bars(stage: Stage, rng: np.random.Generator) -> list[Cut]:
    """Upright bars of many heights, with discs that rest upon them and one great disc behind."""
    unit = _unit(stage)
    out: list[Cut] = [([circle(*_at(stage, float(rng.choice([-0.2, 0.2])), -0.06), unit * 0.30)], 2, 0.3)]
    across = int(stage.width / unit / 0.105)
    for index in range(across):
        tall = 0.10 + 0.52 * float(rng.random()) ** 1.3
        x, foot = _at(stage, (index - (across - 1) / 2) * 0.105, 0.42)
        tone = (0, 3, 4, 1)[int(rng.integers(4))]
        out.append(([_rect(x, foot - tall * unit / 2, unit * 0.082, tall * unit)], tone, 0.55))
        if rng.random() < 0.5:
            out.append(([circle(x, foot - tall * unit - unit * 0.042, unit * 0.041)], int(rng.integers(1, 5)), 0.7))
    return out


def _columns(stage: Stage, rng: np.random.Generator) -> list[Cut]:
    """Columns that rise toward a sun: what figures look like on a good day."""
    unit, out = _unit(stage), list[Cut]()
    out.append(([circle(*_at(stage, 0.22, -0.22), unit * 0.17)], 2, 0.3))
    heights = np.sort(rng.uniform(0.12, 0.62, 8)) * np.where(rng.random(8) < 0.2, 0.8, 1.0)
    for index, tall in enumerate(heights):
        x, foot = _at(stage, -0.42 + 0.12 * index, 0.36)
        wide = unit * 0.088
        top = foot - float(tall) * unit
        out.append(
            (
                [[(x - wide / 2, foot), *_half(x, top, wide / 2, math.pi), (x + wide / 2, foot)]],
                (3, 1, 4, 0)[index % 4],
                0.5 + 0.05 * index,
            )
        )
    out.append(([_rect(*_at(stage, 0.0, 0.385), unit * 1.06, unit * 0.05)], 0, 1.0))
    return out
