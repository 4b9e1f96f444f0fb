"""The city: a skyline in depths, over water, over roofs, or at the end of a wet street."""

from __future__ import annotations

import numpy as np

from app.providers.local.colour import mix, shift
from app.providers.local.elements import cast, city, clouds, fauna, sky
from app.providers.local.elements.actors import Part, actor, known
from app.providers.local.elements.lights import Fireworks
from app.providers.local.elements.particles import Swarm, glow_sprite
from app.providers.local.elements.ridges import ridge
from app.providers.local.elements.sky import Sun
from app.providers.local.elements.water import Water
from app.providers.local.stage import Layer, Stage


def draw(stage: Stage) -> list[Layer]:
    """Lay out sky, three rows of buildings, and water, street or roof in front."""
    reading, palette = stage.reading, stage.palette
    wet, front = reading.has("rain", "storm"), _front(stage)
    base = 0.98 if front == "roofs" else 0.70
    sun = sky.sun_for(stage, 0.62)
    layers: list[Layer] = [sky.dome(stage, sun, 0.72)]
    if palette.night and not wet:
        layers.append(sky.twinkle(stage, 0.5))
    layers.append(clouds.streaks(stage, sun, 0.62, amount=0.5))
    layers += cast.aloft(stage, sun, palette.near, 0.5)
    if reading.has("fireworks"):
        layers.append(Fireworks(stage, 0.6))
    layers += _rows(stage, base)
    if front == "water":
        layers.append(Water(stage, base, shift(palette.near, light=0.03), sun, swell=0.55, clarity=0.5, depth=0.3))
    elif front == "street":
        layers.append(
            Water(stage, base, shift(palette.near, light=0.02), None, swell=0.42, clarity=0.72, depth=0.4, squash=1.0)
        )
        layers += _traffic(stage, base)
    layers += _people(stage, sun, front)
    return layers


def _front(stage: Stage) -> str:
    """What lies before the buildings: a wet street, water, or the roof we stand on."""
    reading, words = stage.reading, set(stage.reading.content)
    if words & {"rooftop", "roof", "rooftops"} or reading.has("cat", "owl", "birds"):
        return "roofs"
    if reading.has("rain", "storm") or words & {"street", "alley", "traffic", "road", "puddles"}:
        return "street"
    if reading.has("sea", "lake", "fireworks", "boat") or words & {"bridge", "harbour", "bay"}:
        return "water"
    if any(known(kind) for kind in reading.subjects):
        return "roofs"
    return str(stage.rng("front").choice(["water", "roofs"]))


def _rows(stage: Stage, base: float) -> list[Layer]:
    palette = stage.palette
    lamps = city.lamps_for(stage)
    dark = palette.night or stage.reading.time in {"dusk", "sunset", "blue hour", ""}
    lit = 0.42 if dark else 0.10
    out: list[Layer] = []
    air = mix(palette.horizon, palette.far, 0.35)
    plans = ((0.10, 0.30, 0.055, 0.16, 0.5), (0.07, 0.38, 0.085, 0.32, 0.8), (0.05, 0.26, 0.12, 0.55, 1.0))
    scale = 0.72 if stage.reading.has("fireworks") else 0.9
    for index, (low, high, wide, depth, share) in enumerate(plans):
        tint = mix(mix(palette.far, palette.horizon, 0.3), palette.near, share * 0.9 - 0.2)
        lifted = base - (0.22, 0.11, 0.0)[index] if base > 0.9 else base
        block = city.row(
            stage,
            f"b{index}",
            base=lifted + 0.005,
            low=low,
            high=high * scale * (1.15 if base > 0.9 else 1.0),
            wide=wide,
            tint=tint,
            foot=mix(tint, air, 0.5 - 0.4 * share),
            lamps=lamps,
            lit=lit * (0.5 + 0.5 * share),
            depth=depth,
        )
        if base > 0.9 and index < 2:
            layer = np.full(stage.plate[0], stage.margin_y + lifted * stage.height, dtype=np.float32)
            out.append(ridge(stage, layer, mix(tint, air, 0.5 - 0.4 * share), depth=depth, mist=tint, haze=0.2))
        out += [block.plate]
        if dark:
            out.append(city.flicker(stage, block, lamps, depth, 14 + 8 * index))
    return out


def _traffic(stage: Stage, base: float) -> list[Layer]:
    """Lamps of cars that come and go along the street."""
    rng, out = stage.rng("traffic"), list[Layer]()
    for colour, direction in (((1.0, 0.88, 0.66), 1.0), ((1.0, 0.22, 0.16), -1.0)):
        count = 9
        sprites = tuple(glow_sprite(stage.unit * size, colour, core=0.16) for size in (0.015, 0.024))
        out.append(
            Swarm(
                stage,
                sprites,
                rng.random(count),
                base - 0.004 + rng.uniform(0, 0.012, count),
                rng.integers(0, 2, count),
                np.full(count, 0.5),
                vx=direction * rng.uniform(0.02, 0.06, count),
                light=True,
            )
        )
    return out


def _people(stage: Stage, sun: Sun, front: str) -> list[Layer]:
    reading, palette = stage.reading, stage.palette
    ink = shift(palette.near, light=-0.03)
    kinds = [
        kind
        for kind in reading.subjects
        if known(kind) and kind not in {"house", "balloon", "boat", "lighthouse", "castle"}
    ]
    if "umbrella" in kinds and "person" in kinds:
        kinds.remove("person")
    out: list[Layer] = []
    if front == "roofs":
        line = _roof(stage)
        out.append(ridge(stage, line, ink, depth=1.0, mist=ink, haze=0.0, sun=sun))
    elif reading.has("boat"):
        out += actor(stage, Part("boat", 0.32, 0.76, 0.15, 0.6), ink, sun=sun, bob=(stage.unit * 0.003, 4.0))
    ground = 0.885 if front == "roofs" else 0.93
    for index, kind in enumerate(kinds[:3]):
        size = {"train": 0.05, "temple": 0.36, "torii": 0.3}.get(kind, 0.30 if front == "street" else 0.22)
        x = (0.5, 0.28, 0.74)[index] if front == "street" else (0.64 if sun.x < 0.5 else 0.36, 0.5, 0.2)[index]
        out += actor(
            stage, Part(kind, x, ground, size, 1.0, flip=sun.x < x), ink, sun=Sun(sun.x, sun.y, sun.radius, sun.moon)
        )
    if reading.time in {"dawn", "sunset", "golden"} and not kinds and not reading.has("birds"):
        out.append(fauna.birds(stage, ink, y=0.25, count=6, size=0.02))
    return out


def _roof(stage: Stage) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """The near roof line: a flat coping with a chimney and a ladder's rails."""
    width = stage.plate[0]
    line = np.full(width, stage.margin_y + 0.885 * stage.height, dtype=np.float32)
    for x, half, rise in ((0.10, 0.035, 0.10), (0.86, 0.05, 0.07), (0.93, 0.008, 0.16)):
        at = int(stage.spot(x, 0)[0])
        wide = int(half * stage.unit)
        line[max(at - wide, 0) : at + wide] -= rise * stage.unit
        line[max(at - wide - 4, 0) : at + wide + 4] = np.minimum(
            line[max(at - wide - 4, 0) : at + wide + 4], stage.margin_y + 0.885 * stage.height
        )
    return line
