"""The forest: trunks in rows that fade into light, with shafts, mist, and someone among them."""

from __future__ import annotations

import math

import numpy as np

from app.providers.local.colour import RGB, mix, shift
from app.providers.local.elements import clouds, fauna, sky, trees
from app.providers.local.elements.actors import Part, actor, known
from app.providers.local.elements.lights import Aurora, Shafts
from app.providers.local.elements.ridges import crest, ridge
from app.providers.local.elements.sky import Sun
from app.providers.local.shapes import Point, fill, stroke
from app.providers.local.stage import Layer, Plate, Stage, cover


def draw(stage: Stage) -> list[Layer]:
    """Lay out light, rows of trees from far to near, and the clearing."""
    rng, palette, reading = stage.rng("forest"), stage.palette, stage.reading
    sun = Sun(
        float(rng.choice([0.36, 0.6, 0.66])),
        0.38,
        stage.unit * 0.05,
        palette.night,
        shown=palette.night and not reading.has("fog"),
    )
    layers: list[Layer] = [sky.dome(stage, sun, 0.78, stops=_light(stage))]
    if reading.has("aurora"):
        layers.append(Aurora(stage, 0.7, (palette.glow, mix(palette.glow, (0.3, 0.6, 1), 0.5), palette.accent)))
    rows = 5
    for index in range(rows):
        share = index / (rows - 1)
        tint = mix(mix(palette.far, palette.sky[-2], 0.55), palette.near, share**0.9)
        layers += _row(stage, index, share, tint, sun)
        if index == 1:
            layers.append(
                Shafts(stage, sun.x, -0.25, palette.glow, strength=0.28 if palette.night else 0.62, reach=1.7)
            )
        if index < rows - 1:
            layers.append(
                clouds.mist(
                    stage,
                    f"f{index}",
                    0.80 + 0.04 * index,
                    0.20,
                    depth=0.2 + 0.5 * share,
                    tone=mix(palette.horizon, palette.glow, 0.3),
                    strength=0.62 if reading.has("fog") else 0.36,
                )
            )
        if index == (3 if _needles(stage) else 2):
            layers += _someone(stage, sun)
    if reading.has("birds"):
        layers.append(fauna.birds(stage, palette.near, y=0.25))
    return layers


def _light(stage: Stage) -> tuple[RGB, ...]:
    """Among trees the brightest air is at eye height, the darkest overhead."""
    palette = stage.palette
    return (mix(palette.sky[1], palette.far, 0.5), palette.sky[2], palette.sky[3], palette.horizon)


def _needles(stage: Stage) -> bool:
    """Whether the trees are conifers."""
    return stage.reading.has("pines", "snow", "aurora") or "pine" in stage.reading.content


def _row(stage: Stage, index: int, share: float, tint: RGB, sun: Sun) -> list[Layer]:
    depth, base = 0.15 + 0.95 * share**1.2, 0.74 + 0.23 * share
    if share < 0.95 and _needles(stage):
        line = crest(stage, f"tops{index}", "hills", base + 0.04, 0.06, waves=1.5)
        size, gap = 0.36 + 0.30 * share, 0.16 + 0.08 * share
        pines = trees.treeline(stage, f"row{index}", line, size=size, colour=tint, depth=depth, spacing=gap, gaps=0.2)
        return [pines]
    ground = crest(stage, f"ground{index}", "hills", base + 0.05, 0.07, waves=1.3)
    lit, mist = sun if share < 0.8 else None, mix(tint, stage.palette.near, 0.3)
    earth = ridge(stage, ground, tint, depth=depth, mist=mist, haze=0.4, sun=lit, name=f"g{index}")
    return [Plate(stage, cover(fill(stage.plate, _trunks(stage, index, share, base)), tint), depth), earth]


def _trunks(stage: Stage, index: int, share: float, base: float) -> list[list[Point]]:
    width, height = stage.plate
    rng = stage.rng(f"trunks{index}")
    outlines: list[list[Point]] = []
    foot = stage.margin_y + (base + 0.02) * stage.height
    gap = stage.unit * (0.055 + 0.16 * share)
    x = float(rng.uniform(-gap, gap))
    while x < width + gap:
        if abs(x / width - 0.5) >= 0.20 * share:  # the view into the clearing stays open
            thick = stage.unit * (0.014 + 0.050 * share**1.4) * float(rng.uniform(0.6, 1.3))
            outlines += _trunk(rng, x, foot, thick, height)
        x += gap * float(rng.uniform(0.5, 1.6))
    return outlines + _canopy(stage, rng) if share > 0.9 else outlines


def _trunk(rng: np.random.Generator, x: float, foot: float, width: float, height: float) -> list[list[Point]]:
    lean = float(rng.normal(0, 0.02)) * height
    spine = [
        (x - width * 0.1, foot + width),
        (x, foot - height * 0.04),
        (x + lean * 0.4, foot - height * 0.4),
        (x + lean, -10.0),
    ]
    out = [stroke(spine, [width * 1.9, width * 1.05, width * 0.9, width * 0.62])]
    for _ in range(int(rng.integers(1, 5))):
        level = float(rng.uniform(0.25, 0.75)) * foot
        side = float(rng.choice([-1, 1]))
        reach = width * float(rng.uniform(2.2, 5))
        rise = float(rng.uniform(0.2, 0.8))
        at = x + lean * (1 - level / foot)
        branch = [
            (at, level),
            (at + side * reach * 0.5, level - reach * rise * 0.35),
            (at + side * reach, level - reach * rise),
        ]
        out.append(stroke(branch, [width * 0.28, width * 0.18, width * 0.05]))
        for twig in (0.45, 0.75):
            px, py = at + side * reach * twig, level - reach * rise * twig
            out.append(stroke([(px, py), (px + side * reach * 0.25, py - reach * 0.28)], [width * 0.12, width * 0.04]))
    return out


def _canopy(stage: Stage, rng: np.random.Generator) -> list[list[Point]]:
    """Leaves that hang into the picture from above and frame it."""
    width = stage.plate[0]
    out: list[list[Point]] = []
    for _ in range(260):
        x = float(rng.uniform(0, width))
        hang = (abs(x / width - 0.5) * 2) ** 1.6 * 0.20 + 0.02
        y = stage.margin_y + float(rng.uniform(-0.1, hang)) * stage.height
        size, turn = stage.unit * float(rng.uniform(0.010, 0.026)), float(rng.uniform(0, math.pi))
        cos, sin = math.cos(turn), math.sin(turn)
        out.append(
            [
                (x - cos * size, y - sin * size),
                (x + sin * size * 0.34, y - cos * size * 0.34),
                (x + cos * size, y + sin * size),
                (x - sin * size * 0.34, y + cos * size * 0.34),
            ]
        )
    return out


def _someone(stage: Stage, sun: Sun) -> list[Layer]:
    palette, reading = stage.palette, stage.reading
    ink = shift(mix(palette.near, palette.far, 0.12), light=-0.01)
    out: list[Layer] = []
    for index, kind in enumerate([kind for kind in reading.subjects if known(kind)][:3]):
        size = {
            "deer": 0.27,
            "horse": 0.30,
            "elephant": 0.34,
            "bear": 0.24,
            "house": 0.26,
            "castle": 0.42,
            "temple": 0.5,
            "torii": 0.42,
            "person": 0.22,
            "umbrella": 0.22,
        }.get(kind, 0.18)
        x = (0.5, 0.40, 0.62)[index] if kind != "train" else 0.75
        if kind == "owl":
            out += _perched(stage, sun, ink)
            continue
        out += actor(stage, Part(kind, x, 0.89, size, 0.55, flip=sun.x < x), ink, sun=sun)
    return out


def _perched(stage: Stage, sun: Sun, ink: RGB) -> list[Layer]:
    width, height = stage.plate
    x, y = stage.spot(0.5, 0.60)
    branch = stroke(
        [
            (x - stage.unit * 0.9, y + stage.unit * 0.05),
            (x - stage.unit * 0.3, y + stage.unit * 0.005),
            (x + stage.unit * 0.1, y),
            (x + stage.unit * 0.34, y - stage.unit * 0.03),
        ],
        [stage.unit * w for w in (0.05, 0.032, 0.022, 0.006)],
    )
    return [
        Plate(stage, cover(fill((width, height), [branch]), ink), 0.75),
        *actor(stage, Part("owl", 0.5, 0.61, 0.24, 0.75), ink, sun=sun),
    ]
