"""Under water: shafts of light from above, weed at the sides, and whoever swims there."""

from __future__ import annotations

import numpy as np

from app.providers.local import noise
from app.providers.local.colour import hex_rgb, mix, ramp, shift
from app.providers.local.elements import swimmers, weather
from app.providers.local.elements.actors import Part, actor, known
from app.providers.local.elements.kelp import Kelp
from app.providers.local.elements.lights import Shafts
from app.providers.local.elements.particles import Swarm, glow_sprite
from app.providers.local.elements.ridges import crest, ridge
from app.providers.local.stage import Layer, Plate, Stage, opaque, solid


def draw(stage: Stage) -> list[Layer]:
    """Lay out water, rocks, light, creatures and weed."""
    rng, palette, reading = stage.rng("water"), stage.palette, stage.reading
    light_x = float(rng.choice([0.28, 0.7, 0.55]))
    layers: list[Layer] = [_water(stage, light_x)]
    far, near = mix(palette.sky[3], palette.sky[2], 0.25), palette.near
    for index, share in enumerate((0.25, 0.6)):
        line = crest(stage, f"rock{index}", "hills", 0.97 + 0.06 * index, 0.26 - 0.08 * index, waves=1.6)
        tint = mix(far, near, share)
        layers.append(
            ridge(
                stage,
                line,
                tint,
                depth=0.3 + 0.25 * index,
                mist=mix(tint, palette.sky[3], 0.6),
                haze=0.7,
                relief=0.1,
                name=f"rock{index}",
            )
        )
    layers.append(Kelp(stage, "far", mix(far, near, 0.35), 0.4, 12, 0.62, leafy=False))
    layers += _creatures(stage, light_x)
    layers.append(Shafts(stage, light_x, -0.35, shift(palette.glow, light=-0.05), strength=0.75, reach=1.75))
    floor = crest(stage, "floor", "hills", 1.03, 0.13, waves=1.4)
    layers.append(ridge(stage, floor, mix(near, far, 0.12), depth=0.85, mist=near, haze=0.5))
    if not reading.has("jellyfish", "whale") or reading.has("underwater"):
        layers.append(Kelp(stage, "near", near, 0.95, 9, 0.86))
    layers += [weather.dust(stage, 60, colour=mix(palette.glow, (1, 1, 1), 0.4)), _bubbles(stage)]
    return layers


def _water(stage: Stage, light_x: float) -> Plate:
    width, height = stage.plate
    rows = np.clip(stage.rows(), 0, 1)
    table = ramp(stage.palette.sky, 512, ease=0.9)
    picture = np.repeat(table[(rows * 511).astype(np.int32)][:, None, :], width, axis=1)
    cloud = noise.field(stage.rng("murk"), width, height, cells=2.5, octaves=3, stretch=1.6) - 0.5
    picture *= (1 + cloud * 0.10)[..., None]
    across = (stage.columns() - light_x)[None, :] * stage.width / stage.unit
    down = (stage.rows() + 0.12)[:, None] * stage.height / stage.unit
    pool = np.exp(-np.hypot(across * 0.75, down) / 0.30)[..., None]
    picture += pool * 0.62 * (np.array(stage.palette.disc, dtype=np.float32) - picture)
    return Plate(stage, solid(opaque(np.clip(picture, 0, 1).astype(np.float32))), 0.1)


def _creatures(stage: Stage, light_x: float) -> list[Layer]:
    reading, palette = stage.reading, stage.palette
    out: list[Layer] = []
    silver = mix(palette.sky[1], (1, 1, 1), 0.35)
    warm = mix(palette.accent, palette.sky[2], 0.15)
    if reading.has("whale", "dolphin"):
        out.append(
            swimmers.whale(
                stage,
                mix(palette.near, palette.sky[3], 0.25),
                mix(palette.sky[1], palette.sky[2], 0.4),
                x=0.5,
                y=0.40,
                size=0.62 if reading.has("whale") else 0.34,
            )
        )
    if reading.has("jellyfish"):
        out += swimmers.jellyfish(stage, mix(palette.accent, hex_rgb("#ffd3f0"), 0.3))
    if reading.has("turtle") and not reading.has("whale"):
        out.append(swimmers.whale(stage, palette.near, palette.sky[2], size=0.3))
    for index, kind in enumerate(
        kind for kind in reading.subjects if known(kind) and kind not in {"lighthouse", "boat"}
    ):
        out += actor(stage, Part(kind, 0.42 + 0.2 * index, 0.9, 0.30, 0.7), palette.near)
    small = reading.has("whale", "jellyfish", "turtle", "dolphin")
    if not small or reading.has("fish"):
        out.append(
            swimmers.fish(stage, warm if reading.has("fish") and "silver" not in reading.colours else silver, y=0.46)
        )
    out.append(_school(stage, silver))
    return out


def _school(stage: Stage, colour: tuple[float, float, float]) -> Layer:
    return swimmers.fish(stage, mix(colour, stage.palette.sky[2], 0.55), count=26, size=0.009, y=0.27, depth=0.25)


def _bubbles(stage: Stage, count: int = 26) -> Swarm:
    rng = stage.rng("bubbles")
    tone = mix(stage.palette.glow, (1, 1, 1), 0.5)
    sprites = tuple(
        glow_sprite(stage.unit * size, (tone[0] * 0.55, tone[1] * 0.55, tone[2] * 0.55), core=0.5)
        for size in (0.003, 0.005, 0.008)
    )
    return Swarm(
        stage,
        sprites,
        rng.choice([0.2, 0.76], count) + rng.normal(0, 0.03, count),
        rng.random(count),
        rng.integers(0, 3, count),
        np.full(count, 0.8),
        vy=-rng.uniform(0.05, 0.11, count),
        sway=rng.uniform(0.003, 0.01, count),
        light=True,
    )
