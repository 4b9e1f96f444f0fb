"""The sea: open water under sun or moon, with an island, a headland, a lighthouse, sails or a whale."""

from __future__ import annotations

import numpy as np

from app.providers.local.colour import RGB, mix, shift
from app.providers.local.elements import cast, clouds, sky, swimmers, trees
from app.providers.local.elements.actors import Part, actor, known
from app.providers.local.elements.lights import Aurora, Beam
from app.providers.local.elements.ridges import crest, ridge
from app.providers.local.elements.sky import Sun
from app.providers.local.elements.water import Water
from app.providers.local.elements.waterside import icebergs
from app.providers.local.shapes import fill
from app.providers.local.stage import Layer, Plate, Stage, cover


def draw(stage: Stage) -> list[Layer]:
    """Lay out sky, far land, water and what is near."""
    rng, palette, reading = stage.rng("sea"), stage.palette, stage.reading
    horizon = float(rng.uniform(0.54, 0.62))
    sun = sky.sun_for(stage, horizon)
    layers: list[Layer] = [sky.dome(stage, sun, horizon)]
    if palette.night:
        layers.append(sky.twinkle(stage, horizon))
    layers.append(clouds.streaks(stage, sun, horizon, amount=0.62 if reading.has("storm") else 0.48))
    if reading.has("aurora"):
        layers.append(Aurora(stage, horizon, (palette.glow, mix(palette.glow, (0.25, 0.55, 1.0), 0.3), palette.accent)))
    if reading.has("clouds", "storm") or rng.random() < 0.4:
        layers += clouds.heaps(stage, sun, horizon)
    ink = mix(palette.near, palette.far, 0.12)
    layers += _land(stage, sun, horizon, ink)
    layers += cast.aloft(stage, sun, palette.near, horizon)
    tint = shift(mix(palette.near, palette.far, 0.22), light=-0.01)
    rough = 1.6 if reading.has("storm") else 0.5 if {"calm", "still", "glassy"} & set(reading.content) else 1.0
    layers.append(Water(stage, horizon, tint, sun, swell=rough, clarity=0.42, depth=0.12))
    layers += _afloat(stage, sun, horizon, ink)
    layers += _shore(stage, sun, shift(palette.near, light=-0.02))
    return layers


def _land(stage: Stage, sun: Sun, horizon: float, ink: RGB) -> list[Layer]:
    palette, reading = stage.palette, stage.reading
    out: list[Layer] = []
    side = 1 if sun.x < 0.5 else -1
    if reading.has("mountains", "island") or stage.rng("land").random() < 0.5:
        kind, rise = ("peaks", 0.16) if reading.has("mountains") else ("hills", 0.06)
        line = crest(stage, "land", kind, horizon + 0.015, rise, waves=1.1)
        far, air, end = mix(palette.far, palette.horizon, 0.25), palette.horizon, horizon + 0.03
        out.append(
            ridge(stage, line, far, depth=0.12, mist=air, haze=0.6, sun=sun, bottom=end, relief=0.1, name="land")
        )
    if reading.has("iceberg", "arctic"):
        out += icebergs(stage, sun, horizon)
    if reading.has("island"):
        out += _island(stage, sun, horizon, mix(ink, palette.far, 0.2), 0.5 + 0.16 * side)
    if reading.has("lighthouse"):
        out += _lighthouse(stage, sun, horizon, ink, 0.5 + 0.20 * side)
    if reading.has("castle", "temple", "village", "house"):
        x = 0.5 + 0.22 * side
        kind = next(kind for kind in ("castle", "temple", "house") if reading.has(kind) or kind == "house")
        part = Part(kind, x, horizon - 0.05, 0.2 if kind != "house" else 0.08, 0.2)
        out += [*_headland(stage, sun, horizon, ink, x), *actor(stage, part, ink, sun=sun)]
    return out


def _lighthouse(stage: Stage, sun: Sun, horizon: float, ink: RGB, x: float) -> list[Layer]:
    part = Part("lighthouse", x, horizon - 0.055, 0.42, 0.2)
    lamp = part.y - 0.825 * part.size * stage.unit / stage.height
    beam = Beam(stage, x, lamp, mix(stage.palette.accent, (1, 1, 0.85), 0.4), part.depth)
    return [*_headland(stage, sun, horizon, ink, x), *actor(stage, part, ink, sun=sun), beam]


def _headland(stage: Stage, sun: Sun, horizon: float, ink: RGB, x: float) -> list[Layer]:
    """A rock that falls to the sea on one side and runs out of the frame on the other."""
    line = crest(stage, "headland", "peaks", horizon + 0.03, 0.035, waves=5)
    at = (stage.columns() - x) * (1 if x > 0.5 else -1)
    rise = 1 / (1 + np.exp(-(at + 0.13) * 34))
    height = (0.115 + 0.03 * np.sin(at * 9)) * rise - 0.035 * (1 - rise)
    return [
        ridge(
            stage,
            (line - height * stage.height + 0.01 * stage.height).astype(np.float32),
            ink,
            depth=0.2,
            mist=mix(ink, stage.palette.horizon, 0.3),
            haze=0.6,
            sun=sun,
            bottom=horizon + 0.04,
            relief=0.2,
            name="headland",
        )
    ]


def _island(stage: Stage, sun: Sun, horizon: float, ink: RGB, x: float) -> list[Layer]:
    line = stage.margin_y + (horizon + 0.03 - 0.075 * np.exp(-(((stage.columns() - x) / 0.14) ** 2))) * stage.height
    out: list[Layer] = [
        ridge(
            stage,
            line.astype(np.float32),
            ink,
            depth=0.2,
            mist=mix(ink, stage.palette.horizon, 0.25),
            haze=0.5,
            sun=sun,
            bottom=horizon + 0.04,
        )
    ]
    rng = stage.rng("palms")
    size = stage.unit * 0.26
    box = (int(size * 4.2), int(size * 1.5))
    palms = []
    for offset, scale, lean in ((-0.42, 0.75, -0.3), (-0.12, 1.0, -0.12), (0.22, 0.85, 0.28), (0.5, 0.6, 0.42)):
        palms += trees.palm(rng, box[0] / 2 + offset * size, box[1] - 4, size * scale, lean=lean)
    px, py = stage.spot(x, horizon - 0.022)
    out.append(Plate(stage, cover(fill(box, palms), ink), 0.2, left=px - box[0] / 2, top=py - box[1] + 4))
    return out


def _afloat(stage: Stage, sun: Sun, horizon: float, ink: RGB) -> list[Layer]:
    reading, out = stage.reading, list[Layer]()
    side = 1 if sun.x < 0.5 else -1
    if reading.has("boat"):
        spots = ((0.5 - 0.02 * side, 0.055, 0.24), (0.5 + 0.24 * side, 0.018, 0.11), (0.5 - 0.30 * side, 0.012, 0.08))
        for index, (x, drop, size) in enumerate(spots):
            tone = mix(ink, stage.palette.far, 0.15 * index)
            bob = (stage.unit * 0.004 * (1 - 0.3 * index), 3.6 + index)
            out += _mirrored(stage, Part("boat", x, horizon + drop, size, 0.35 - 0.08 * index, flip=side < 0), tone)
            out += actor(
                stage, Part("boat", x, horizon + drop, size, 0.35 - 0.08 * index, flip=side < 0), tone, sun=sun, bob=bob
            )
    if reading.has("whale", "dolphin"):
        out.append(swimmers.breach(stage, ink, mix(ink, stage.palette.glow, 0.3), 0.5 + 0.1 * side, horizon + 0.01))
    return out


def _mirrored(stage: Stage, part: Part, ink: RGB) -> list[Layer]:
    """A boat's dark likeness in the water, fading with distance from the hull."""
    from app.providers.local.elements.actors import outlines_of
    from app.providers.local.shapes import placed

    size = part.size * stage.unit
    box = (int(size * 1.2), int(size * 0.8))
    points = [
        [(x, -y * 0.72) for x, y in placed(outline, box[0] / 2, 0.0, size, flip=part.flip)]
        for outline in outlines_of(part.kind)
    ]
    mask = np.asarray(fill(box, points), dtype=np.float32) / 255
    rows = np.arange(box[1])
    sway = (np.sin(rows * 60 / size) * size * 0.012).astype(int)
    mask = np.stack([np.roll(line, int(push)) for line, push in zip(mask, sway, strict=True)])
    fade = np.clip(0.6 - rows / box[1] * 0.7, 0, 1)[:, None]
    px, py = stage.spot(part.x, part.y)
    return [Plate(stage, cover((mask * fade).astype(np.float32), ink), part.depth, left=px - box[0] / 2, top=py)]


def _shore(stage: Stage, sun: Sun, ink: RGB) -> list[Layer]:
    reading = stage.reading
    people = [
        kind
        for kind in reading.subjects
        if known(kind) and kind not in {"boat", "lighthouse", "castle", "temple", "house", "balloon"}
    ]
    if not (
        reading.has("palm", "surfboard") or people or {"beach", "shore", "seaside", "coast"} & set(reading.content)
    ):
        return []
    line = crest(stage, "shore", "hills", 0.985, 0.05, waves=0.9)
    out: list[Layer] = [ridge(stage, line, ink, depth=1.0, mist=ink, haze=0.0, sun=sun)]
    if reading.has("palm") or {"beach", "tropical"} & set(reading.content):
        rng, size = stage.rng("shore palms"), stage.unit * 0.78
        box = (int(size * 1.6), int(size * 1.3))
        side = 1 if sun.x < 0.5 else -1
        palms = trees.palm(rng, box[0] / 2, box[1] - 4, size, lean=-0.28 * side) + trees.palm(
            rng, box[0] / 2 + size * 0.1 * side, box[1] - 4, size * 0.74, lean=0.12 * side
        )
        px, py = stage.spot(0.5 + 0.34 * side, 0.99)
        out.append(Plate(stage, cover(fill(box, palms), ink), 1.0, left=px - box[0] / 2, top=py - box[1]))
    return [*out, *cast.standing(stage, sun, ink, 0.965, skip=frozenset({"lighthouse", "castle", "temple", "house"}))]
