"""Mountains, hills and fjords; with a lake, a volcano, a village or a forest edge where the prompt asks for one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.providers.local.colour import RGB, Field, mix, shift
from app.providers.local.elements import cast, clouds, landmarks, sky, trees, waterside
from app.providers.local.elements.actors import Part, actor
from app.providers.local.elements.grid import Grid
from app.providers.local.elements.lights import Aurora
from app.providers.local.elements.ridges import crest, ridge, tones
from app.providers.local.elements.sky import Sun
from app.providers.local.elements.water import Water
from app.providers.local.stage import Layer, Plate, Stage


@dataclass(frozen=True)
class _Plan:
    """How one landscape is laid out."""

    horizon: float
    count: int
    kind: str
    water: bool
    snow: bool


def draw(stage: Stage) -> list[Layer]:
    """Lay out sky, ridges from far to near, and what stands on them."""
    plan = _plan(stage)
    sun = sky.sun_for(stage, plan.horizon)
    layers: list[Layer] = [sky.dome(stage, sun, plan.horizon)]
    if stage.palette.night:
        layers.append(sky.twinkle(stage, plan.horizon))
    if not stage.reading.has("clear"):
        layers.append(
            clouds.streaks(stage, sun, plan.horizon, amount=0.62 if stage.reading.has("clouds", "storm") else 0.42)
        )
    if stage.reading.has("clouds"):
        layers += clouds.heaps(stage, sun, plan.horizon)
    if stage.reading.has("aurora"):
        palette = stage.palette
        layers.append(
            Aurora(stage, plan.horizon, (palette.glow, mix(palette.glow, (0.25, 0.55, 1.0), 0.3), palette.accent))
        )
    if stage.reading.has("volcano"):
        layers += landmarks.volcano(stage, sun, plan.horizon)
    layers += _ranges(stage, plan, sun)
    layers += cast.aloft(stage, sun, stage.palette.near, plan.horizon)
    if stage.reading.has("iceberg"):
        layers += waterside.icebergs(stage, sun, 0.64)
    if plan.water:
        layers.append(Water(stage, 0.64, shift(stage.palette.near, light=0.02), sun, swell=0.32, clarity=0.6, end=1.1))
    layers += _foreground(stage, plan, sun)
    return layers


def _plan(stage: Stage) -> _Plan:
    reading, rng = stage.reading, stage.rng("plan")
    water = reading.has("lake", "iceberg", "waterfall") or "fjord" in reading.content
    snow = reading.has("snow", "arctic")
    kind = (
        "peaks"
        if snow or water or {"peak", "peaks", "alps", "alpine", "summit", "cliffs"} & set(reading.content)
        else str(rng.choice(["peaks", "hills", "hills"]))
    )
    if {"hill", "hills", "rolling"} & set(reading.content) or reading.style == "sumi":
        kind = "hills"
    if reading.style == "synthwave":
        return _Plan(0.56, 2, "peaks", water=False, snow=False)
    horizon = 0.60 if water else float(rng.uniform(0.46, 0.60))
    return _Plan(horizon, 3 if water else int(rng.integers(5, 7)), kind, water, snow)


def _ranges(stage: Stage, plan: _Plan, sun: Sun) -> list[Layer]:
    palette, rng = stage.palette, stage.rng("ranges")
    out: list[Layer] = []
    ground = tones(palette.far, palette.near, plan.count + (2 if plan.water else 0))
    air = mix(palette.horizon, palette.glow, 0.35)
    foggy = stage.reading.has("fog")
    for index in range(plan.count):
        share = index / max(plan.count - 1, 1)
        base = plan.horizon + 0.05 + share * (0.005 if plan.water else 0.98 - plan.horizon)
        rise = _rise(plan, index, share) * float(rng.uniform(0.8, 1.15))
        kind = plan.kind if share < 0.8 else "hills"
        line = crest(stage, f"r{index}", kind, base, rise, waves=1.4 + share * 1.2)
        line = _mound(stage, sun, index, line)
        depth, tint = 0.14 + 0.75 * share**1.3, ground[index]
        out += _landmarks(stage, plan, sun, index, line, depth, tint)
        out.append(_range(stage, plan, sun, index, line, tint, air))
        if index == 1:
            out += _waterfall(stage, line, depth)
        if index < plan.count - 1 and (foggy or rng.random() < 0.4):
            veil = 0.75 if foggy else 0.4
            out.append(
                clouds.mist(stage, f"m{index}", base - rise * 0.1, 0.10, depth=depth + 0.03, tone=air, strength=veil)
            )
    return out


def _rise(plan: _Plan, index: int, share: float) -> float:
    """How high a range stands, in frame heights."""
    if plan.water:
        return (0.36, 0.22, 0.075)[index]
    return 0.30 - 0.10 * share if plan.kind == "peaks" else 0.20 - 0.03 * share


def _range(stage: Stage, plan: _Plan, sun: Sun, index: int, line: Field, tint: RGB, air: RGB) -> Plate:
    palette, share = stage.palette, index / max(plan.count - 1, 1)
    snow = mix(mix((1, 1, 1), palette.glow, 0.22), palette.far, 0.5 if palette.night else 0.0)
    return ridge(
        stage,
        line,
        tint,
        depth=0.14 + 0.75 * share**1.3,
        mist=mix(tint, air, 0.55 - 0.35 * share),
        haze=0.85,
        sun=sun if share < 0.9 else None,
        relief=0.20 if plan.kind == "peaks" else 0.07,
        name=f"r{index}",
        caps=snow if plan.snow and share < 0.75 else None,
    )


def _mound(stage: Stage, sun: Sun, index: int, line: Field) -> Field:
    """A hill for what is built upon it."""
    if index != 1 or not stage.reading.has("castle", "temple", "lighthouse"):
        return line
    away = stage.columns() - _site(sun)
    top = stage.margin_y + stage.height * 0.50
    return np.asarray(line + (np.minimum(line, top) - line) * np.exp(-((away / 0.21) ** 2)), dtype=np.float32)


def _site(sun: Sun) -> float:
    """Where something is built: on the side away from the light."""
    return 0.5 + (0.14 if sun.x < 0.5 else -0.14)


def _waterfall(stage: Stage, line: Field, depth: float) -> list[Layer]:
    """A fall from the highest point near the middle, as far down as the next ridge lets one see."""
    if not stage.reading.has("waterfall"):
        return []
    first, last = int(stage.spot(0.3, 0)[0]), int(stage.spot(0.7, 0)[0])
    x = (first + int(np.argmin(line[first:last])) - stage.margin_x) / stage.width
    top = stage.height_at(line, x) + 0.035
    low = 0.645
    return [waterside.Fall(stage, x, top, low, 0.085, depth), waterside.spray(stage, x, low - 0.01, depth)]


def _landmarks(stage: Stage, plan: _Plan, sun: Sun, index: int, line: Field, depth: float, tint: RGB) -> list[Layer]:
    """What stands on the ridge just drawn."""
    reading, ink = stage.reading, mix(tint, stage.palette.near, 0.7)
    out: list[Layer] = []
    if index == 1:
        for kind, size in (("castle", 0.26), ("temple", 0.27), ("lighthouse", 0.3)):
            if reading.has(kind):
                x = _site(sun)
                out += actor(stage, Part(kind, x, stage.height_at(line, x) + 0.045, size, depth), ink, sun=sun)
    if index == 2 and reading.has("village", "house", "lantern"):
        out += landmarks.village(stage, sun, line, ink, depth)
    if index == min(2, plan.count - 1) and reading.has("train"):
        out += landmarks.viaduct(stage, ink, plan.horizon + 0.16, depth)
    return out


def _foreground(stage: Stage, plan: _Plan, sun: Sun) -> list[Layer]:
    palette, rng = stage.palette, stage.rng("front")
    if stage.reading.style == "synthwave":
        return [Grid(stage, 0.66, palette.near, palette.accent), *cast.standing(stage, sun, palette.near, 0.90)]
    ink: RGB = shift(palette.near, light=-0.02)
    base = 0.97 if plan.water else 1.0
    line = crest(stage, "front", "hills", base, 0.10, waves=1.2)
    if stage.reading.has("pines", "forest", "aurora", "snow") or plan.water or rng.random() < 0.5:
        slope = np.linspace(-1, 1, len(line), dtype=np.float32) * (1 if rng.random() < 0.5 else -1)
        line = line - np.clip(slope - 0.05, 0, 1) ** 1.2 * 0.10 * stage.height
        front: list[Layer] = [
            trees.treeline(stage, "front", line, size=0.17, colour=ink, depth=1.0, spacing=0.3, gaps=0.3)
        ]
    else:
        front = [ridge(stage, line, ink, depth=1.0, mist=ink, haze=0.0)]
    skip = frozenset({"castle", "temple", "lighthouse", "house", "train"})
    return [*cast.standing(stage, sun, ink, line, depth=1.0, skip=skip), *front]
