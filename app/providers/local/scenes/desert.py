"""Desert and canyon: dunes with a lit and a shaded side, mesas, pyramids, a caravan."""

from __future__ import annotations

import numpy as np

from app.providers.local import noise
from app.providers.local.colour import RGB, Field, mix, shift
from app.providers.local.elements import cast, clouds, sky
from app.providers.local.elements.actors import Part, actor
from app.providers.local.elements.ridges import crest, ridge, tones
from app.providers.local.elements.sky import Sun
from app.providers.local.stage import Layer, Plate, Stage, premultiplied


def draw(stage: Stage) -> list[Layer]:
    """Lay out sky, far rock, dunes and whoever crosses them."""
    reading, rng, palette = stage.reading, stage.rng("desert"), stage.palette
    horizon = float(rng.uniform(0.50, 0.58))
    sun = sky.sun_for(stage, horizon)
    layers: list[Layer] = [sky.dome(stage, sun, horizon)]
    if palette.night:
        layers.append(sky.twinkle(stage, horizon))
    layers.append(clouds.streaks(stage, sun, horizon, amount=0.55 if reading.has("clouds") else 0.36))
    layers += cast.aloft(stage, sun, palette.near, horizon)
    canyon = reading.has("canyon")
    layers += _far(stage, sun, horizon, canyon)
    if reading.has("pyramid"):
        for x, size in ((0.30, 0.22), (0.56, 0.30), (0.80, 0.16)):
            layers += actor(
                stage, Part("pyramid", x, horizon + 0.07, size, 0.25), mix(palette.far, palette.near, 0.35), sun=sun
            )
    layers += _dunes(stage, sun, horizon, canyon)
    return layers


def _far(stage: Stage, sun: Sun, horizon: float, canyon: bool) -> list[Layer]:
    palette = stage.palette
    air = mix(palette.horizon, palette.glow, 0.3)
    out: list[Layer] = []
    for index in range(3 if canyon else 1):
        share = index / 3
        tint = mix(mix(palette.far, palette.horizon, 0.35), palette.near, share * 0.75)
        kind = "mesa" if canyon else "hills"
        line = crest(
            stage,
            f"mesa{index}",
            kind,
            horizon + 0.04 + 0.09 * index,
            (0.22 if canyon else 0.06) + 0.03 * index,
            waves=1.8,
        )
        out.append(
            ridge(
                stage,
                line,
                tint,
                depth=0.14 + 0.14 * index,
                mist=mix(tint, air, 0.6),
                haze=0.9,
                sun=sun,
                relief=0.16 if canyon else 0,
                name=f"mesa{index}",
                bottom=min(1.0, horizon + 0.35),
            )
        )
    return out


def _dunes(stage: Stage, sun: Sun, horizon: float, canyon: bool) -> list[Layer]:
    palette = stage.palette
    out: list[Layer] = []
    sands = tones(mix(palette.far, palette.glow, 0.18), mix(palette.near, palette.far, 0.18), 4)
    count = 2 if canyon else 4
    for index in range(count):
        share = (index + (4 - count)) / 3
        base = horizon + 0.10 + share * (0.98 - horizon - 0.02)
        line = crest(stage, f"dune{index}", "dunes", base, 0.15 + 0.10 * share, waves=1.9 - 0.5 * share)
        depth = 0.2 + 0.8 * share
        out.append(_dune(stage, line, sands[min(index + 4 - count, 3)], depth, sun, f"dune{index}"))
        if index == count - 2:
            out += _travellers(stage, sun, line, depth + 0.05)
    return out


def _dune(stage: Stage, line: Field, tint: RGB, depth: float, sun: Sun, name: str) -> Plate:
    """A dune: its slope toward the sun is lit, the other falls into shade along a soft winding edge."""
    width, height = stage.plate
    top = max(int(line.min()) - 2, 0)
    below = np.arange(top, height, dtype=np.float32)[:, None] - line[None, :]
    tall = 0.34 * stage.height
    share = np.clip(below / tall, 0, 1)
    slope = np.convolve(np.gradient(line), np.ones(31) / 31, mode="same") * (1 if sun.x > 0.5 else -1)
    wander = (noise.line(stage.rng(name), height - top, waves=2.2, octaves=2) - 0.5) * stage.unit * 0.16
    at = np.clip(np.arange(width)[None, :] + wander[:, None] * np.sqrt(share), 0, width - 1).astype(np.int32)
    facing = 1 / (1 + np.exp(-slope[at] * 9))
    lit = facing * np.exp(-share * 1.3)
    ripples = noise.field(stage.rng(f"{name} ripples"), width, height - top, cells=26, octaves=2, stretch=7.0) - 0.5
    lit += ripples * 0.12 * np.clip(share * 3, 0, 1) * (1.1 - share)
    light = np.array(mix(tint, stage.palette.glow, 0.42), dtype=np.float32)
    dark = np.array(mix(tint, shift(stage.palette.near, light=0.02), 0.42), dtype=np.float32)
    out = np.empty((*below.shape, 4), dtype=np.float32)
    part = np.clip(lit, 0, 1)[..., None]
    mask = np.clip(below + 0.5, 0, 1)
    out[..., :3] = (dark * (1 - part) + light * part) * mask[..., None]
    out[..., 3] = mask
    return Plate(stage, premultiplied(out), depth, top=top)


def _travellers(stage: Stage, sun: Sun, line: Field, depth: float) -> list[Layer]:
    reading, ink = stage.reading, shift(stage.palette.near, light=-0.02)
    out: list[Layer] = []
    if reading.has("camels"):
        for index in range(6):
            x = 0.28 + 0.075 * index
            y = float(line[int(stage.spot(x, 0)[0])] - stage.margin_y) / stage.height + 0.012
            out += actor(
                stage,
                Part("camel" if index else "person", x, y, 0.085 if index else 0.07, depth, flip=True),
                ink,
                sun=sun,
            )
        return out
    x = 0.36 if sun.x > 0.5 else 0.64
    y = float(line[int(stage.spot(x, 0)[0])] - stage.margin_y) / stage.height + 0.01
    for index, kind in enumerate(
        kind
        for kind in reading.subjects
        if kind in {"person", "fox", "wolf", "horse", "astronaut", "robot", "tent", "cat", "dog", "elephant"}
    ):
        out += actor(
            stage,
            Part(kind, x + 0.09 * index, y, 0.13 if kind != "tent" else 0.06, depth, flip=sun.x < x),
            ink,
            sun=sun,
        )
    if reading.has("cactus"):
        for x, size in ((0.16, 0.22), (0.27, 0.12), (0.84, 0.17)):
            y = float(line[int(stage.spot(x, 0)[0])] - stage.margin_y) / stage.height + 0.015
            out += actor(stage, Part("cactus", x, y, size, depth), ink, sun=sun)
    return out
