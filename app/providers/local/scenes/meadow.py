"""Open country: hills, a field of flowers or a garden, with trees, grass and whoever is about."""

from __future__ import annotations

import math

import numpy as np

from app.providers.local.colour import RGB, hex_rgb, mix, shift
from app.providers.local.elements import cast, clouds, fauna, sky, trees
from app.providers.local.elements.actors import Part, actor
from app.providers.local.elements.ridges import crest, ridge
from app.providers.local.elements.sky import Sun
from app.providers.local.shapes import Point, circle, fill, smooth, stroke
from app.providers.local.stage import Layer, Plate, Stage, cover

_BLOOMS = {
    "lavender": "#9a78d8",
    "poppies": "#e2402f",
    "poppy": "#e2402f",
    "tulips": "#f0567a",
    "tulip": "#f0567a",
    "sunflowers": "#ffc22e",
    "sunflower": "#ffc22e",
    "wheat": "#e8bd5a",
}


def draw(stage: Stage) -> list[Layer]:
    """Lay out sky, hills, the field and what grows in front."""
    reading, rng, palette = stage.reading, stage.rng("meadow"), stage.palette
    horizon = float(rng.uniform(0.52, 0.60))
    sun = sky.sun_for(stage, horizon)
    layers: list[Layer] = [sky.dome(stage, sun, horizon)]
    if palette.night:
        layers.append(sky.twinkle(stage, horizon))
    layers.append(clouds.streaks(stage, sun, horizon, amount=0.45))
    if not palette.night and (reading.has("clouds") or rng.random() < 0.7):
        layers += clouds.heaps(stage, sun, horizon)
    green = _ground_hue(stage)
    layers += _hills(stage, sun, horizon, green)
    layers += cast.aloft(stage, sun, palette.near, horizon)
    ink = mix(shift(palette.near, light=-0.01), green, 0.15)
    if reading.has("garden", "cherry", "temple", "torii"):
        layers += _garden(stage, sun, ink)
    layers += cast.standing(stage, sun, ink, 0.86, scale=1.05, skip=frozenset({"temple", "torii"}))
    layers += _flowers(stage, green, ink)
    if reading.has("butterflies"):
        layers.append(fauna.butterflies(stage, mix(palette.accent, (1, 1, 1), 0.2)))
    return layers


def _ground_hue(stage: Stage) -> RGB:
    palette, words = stage.palette, set(stage.reading.content)
    natural = (
        hex_rgb("#caa24e") if words & {"wheat", "savanna", "savannah", "prairie", "steppe"} else hex_rgb("#6f9a4a")
    )
    light = {"night": 0.25, "midnight": 0.15, "dusk": 0.45, "blue hour": 0.3}.get(stage.reading.time, 0.7)
    return mix(palette.near, mix(natural, palette.glow, 0.18), light)


def _hills(stage: Stage, sun: Sun, horizon: float, green: RGB) -> list[Layer]:
    palette = stage.palette
    out: list[Layer] = []
    air = mix(palette.horizon, palette.glow, 0.3)
    for index in range(4):
        share = index / 3
        tint = mix(mix(palette.far, green, 0.3), green, share)
        line = crest(
            stage, f"hill{index}", "hills", horizon + 0.05 + 0.11 * index, 0.14 - 0.015 * index, waves=1.3 + 0.3 * index
        )
        depth = 0.16 + 0.2 * index
        out.append(
            ridge(
                stage,
                line,
                tint,
                depth=depth,
                mist=mix(tint, air, 0.45 - 0.35 * share),
                haze=0.8,
                sun=sun,
                relief=0.05,
                name=f"hill{index}",
            )
        )
        if index in {1, 2}:
            out.append(
                trees.treeline(
                    stage,
                    f"wood{index}",
                    line + 2,
                    size=0.05 + 0.025 * index,
                    colour=mix(tint, palette.near, 0.55),
                    depth=depth,
                    spacing=0.8,
                    kind="crown",
                    gaps=0.62,
                )
            )
    return out


def _garden(stage: Stage, sun: Sun, ink: RGB) -> list[Layer]:
    reading, palette = stage.reading, stage.palette
    out: list[Layer] = []
    side = 0.72 if sun.x < 0.5 else 0.28
    for kind, size in (("temple", 0.44), ("torii", 0.30)):
        if reading.has(kind) or (
            kind == "temple" and reading.has("garden") and {"japanese", "kyoto", "japan", "zen"} & set(reading.content)
        ):
            out += actor(stage, Part(kind, side if kind == "temple" else 0.5, 0.80, size, 0.6), ink, sun=sun)
    if reading.has("cherry", "garden"):
        pink = mix(hex_rgb("#ffb7cb"), palette.glow, 0.15)
        if palette.night:
            pink = mix(pink, palette.far, 0.45)
        out += _cherry(stage, 1 - side, ink, pink)
    return out


def _cherry(stage: Stage, x: float, ink: RGB, pink: RGB) -> list[Layer]:
    rng = stage.rng("cherry")
    size = stage.unit * 0.72
    px, py = stage.spot(x, 0.90)
    box = (int(size * 1.7), int(size * 1.35))
    wood, tips = trees.bare(rng, box[0] / 2, box[1] - 6, size, lean=0.25 if x < 0.5 else -0.25)
    picture = cover(fill(box, wood), ink)
    for tone, spread, radius in (
        (shift(pink, light=-0.16), 0.05, 0.030),
        (shift(pink, light=-0.05), 0.045, 0.024),
        (shift(pink, light=0.05), 0.04, 0.017),
    ):
        tufts: list[list[Point]] = []
        for tx, ty in tips:
            for _ in range(2):
                cx, cy = (
                    tx + float(rng.normal(0, spread)) * size,
                    ty + float(rng.normal(0, spread * 0.8)) * size - spread * size * 0.2,
                )
                tufts.append(circle(cx, cy, size * radius * float(rng.uniform(0.5, 1.1)), count=9))
        layer = cover(fill(box, tufts), tone)
        picture.paste(layer, (0, 0), layer)
    return [Plate(stage, picture, 0.85, left=px - box[0] / 2, top=py - box[1])]


def _flowers(stage: Stage, green: RGB, ink: RGB) -> list[Layer]:
    """Three rows of grass and flowers, small and dense far off, large and dark near."""
    reading, palette = stage.reading, stage.palette
    named = [hex_rgb(_BLOOMS[word]) for word in reading.content if word in _BLOOMS]
    dim = 0.55 if palette.night else 0.12
    tones = named or [palette.accent, mix(palette.glow, (1, 1, 1), 0.25), mix(palette.accent, palette.sky[1], 0.45)]
    tones = [mix(tone, palette.near, dim) for tone in tones]
    out: list[Layer] = []
    for index, (base, tall, depth, count) in enumerate(
        ((0.90, 0.06, 0.75, 260), (0.98, 0.12, 0.98, 120), (1.07, 0.22, 1.3, 42))
    ):
        stem = mix(mix(green, palette.near, 0.35 + 0.3 * index), ink, 0.3 * index)
        out.append(
            _bed(stage, f"bed{index}", base, tall, depth, count, stem, [mix(tone, stem, 0.12) for tone in tones])
        )
    return out


def _bed(
    stage: Stage, name: str, base: float, tall: float, depth: float, count: int, stem: RGB, tones: list[RGB]
) -> Plate:
    rng = stage.rng(name)
    width, height = stage.plate
    unit = stage.unit
    floor = crest(stage, name, "hills", base, 0.05, waves=1.4)
    top = max(int(floor.min() - tall * unit * 1.3), 0)
    box = (width, height - top)
    blades: list[list[Point]] = [
        [
            *[(float(x), float(floor[min(x, width - 1)]) - top) for x in range(0, width + 6, 6)],
            (float(width), float(box[1])),
            (0.0, float(box[1])),
        ]
    ]
    heads: list[list[list[Point]]] = [[] for _ in tones]
    for _ in range(int(count * 2.2 * width / unit)):
        x = float(rng.uniform(0, width))
        blades.append(
            _blade(rng, x, float(floor[int(min(x, width - 1))]) - top + 4, tall * unit * float(rng.uniform(0.25, 0.7)))
        )
    for _ in range(int(count * width / unit * 0.8)):
        x, rise = float(rng.uniform(0, width)), tall * unit * float(rng.uniform(0.5, 1.1))
        foot = float(floor[int(min(x, width - 1))]) - top + 4
        tip = (x + float(rng.normal(0, 0.12)) * rise, foot - rise)
        blades.append(stroke([(x, foot), ((x + tip[0]) / 2, foot - rise * 0.5), tip], [tall * unit * 0.03 + 0.6] * 3))
        heads[int(rng.integers(len(tones)))] += _head(rng, tip, tall * unit * float(rng.uniform(0.09, 0.17)))
    picture = cover(fill(box, blades), stem)
    for tone, group in zip(tones, heads, strict=True):
        layer = cover(fill(box, group), tone)
        picture.paste(layer, (0, 0), layer)
    return Plate(stage, picture, depth, top=top)


def _blade(rng: np.random.Generator, x: float, foot: float, rise: float) -> list[Point]:
    bend = float(rng.normal(0, 0.28)) * rise
    return stroke(
        [(x, foot), (x + bend * 0.35, foot - rise * 0.6), (x + bend, foot - rise)],
        [rise * 0.075 + 0.8, rise * 0.05 + 0.5, 0.3],
    )


def _head(rng: np.random.Generator, tip: Point, size: float) -> list[list[Point]]:
    if size < 5:
        return [circle(*tip, max(size, 1.2), squash=0.8, count=10)]
    tilt = float(rng.uniform(0.45, 0.9))
    out = []
    for petal in range(6):
        turn = petal * math.pi / 3 + float(rng.uniform(-0.2, 0.2))
        cx, cy = tip[0] + math.cos(turn) * size * 0.6, tip[1] + math.sin(turn) * size * 0.6 * tilt
        out.append(smooth(circle(cx, cy, size * 0.52, squash=tilt, count=9), 3))
    return out
