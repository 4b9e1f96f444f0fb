"""Casting: who of the prompt's subjects stands where in an open landscape."""

from __future__ import annotations

from app.providers.local.colour import RGB, Field, mix, shift
from app.providers.local.elements import fauna
from app.providers.local.elements.actors import Part, actor, known, lantern_glow
from app.providers.local.elements.sky import Sun
from app.providers.local.stage import Layer, Stage

_SIZES = {
    "person": 0.15, "umbrella": 0.15, "astronaut": 0.17, "robot": 0.20, "cat": 0.19, "fox": 0.17, "wolf": 0.20,
    "dog": 0.17, "deer": 0.22, "horse": 0.23, "elephant": 0.26, "bear": 0.18, "rabbit": 0.13, "owl": 0.16,
    "castle": 0.26, "temple": 0.30, "torii": 0.26, "house": 0.11, "windmill": 0.24, "lighthouse": 0.34,
    "tent": 0.09, "cactus": 0.17, "train": 0.055, "pyramid": 0.30,
}  # fmt: skip


def standing(
    stage: Stage,
    sun: Sun,
    ink: RGB,
    ground: float | Field,
    *,
    depth: float = 0.95,
    scale: float = 1.0,
    skip: frozenset[str] = frozenset(),
) -> list[Layer]:
    """Everyone with feet on the near ground, kept to the side away from the light.

    `ground` is in frame heights, or a crest line in plate pixels.
    """
    rng = stage.rng("cast")
    side = -1 if sun.x > 0.5 else 1
    kinds = [
        kind for kind in stage.reading.subjects if known(kind) and kind not in skip | {"balloon", "boat", "pyramid"}
    ]
    if "umbrella" in kinds and "person" in kinds:
        kinds.remove("person")
    if "astronaut" in kinds and len(kinds) > 1 and "person" in kinds:
        kinds.remove("person")
    out: list[Layer] = []
    for index, kind in enumerate(kinds[:4]):
        x = 0.5 + side * (0.16, -0.18, 0.32, -0.34)[index] + float(rng.uniform(-0.03, 0.03))
        if kind == "train":
            x = 0.78
        size = _SIZES.get(kind, 0.16) * scale
        y = ground if isinstance(ground, float) else stage.height_at(ground, x) + 0.008
        out += actor(stage, Part(kind, x, y, size, depth, flip=sun.x < x and kind != "train"), ink, sun=sun)
    return out


def aloft(stage: Stage, sun: Sun, ink: RGB, horizon: float) -> list[Layer]:
    """Everyone in the air: birds, balloons, cranes, lanterns."""
    reading, palette = stage.reading, stage.palette
    out: list[Layer] = []
    if reading.has("balloon"):
        out += _balloons(stage, sun, horizon)
    if reading.has("cranes"):
        out.append(fauna.cranes(stage, (palette.accent, palette.disc, palette.glow)))
    if reading.has("lantern"):
        out += _lanterns(stage)
    if reading.has("birds"):
        out.append(fauna.birds(stage, shift(mix(ink, palette.far, 0.2), light=-0.02), y=horizon * 0.55, count=11))
    return out


def _balloons(stage: Stage, sun: Sun, horizon: float) -> list[Layer]:
    palette, rng = stage.palette, stage.rng("balloons")
    out: list[Layer] = []
    spots = (
        (0.24, 0.72, 0.09),
        (0.80, 0.42, 0.075),
        (0.56, 0.62, 0.055),
        (0.12, 0.36, 0.05),
        (0.38, 0.30, 0.16),
        (0.70, 0.80, 0.20),
    )
    for index, (x, y, size) in enumerate(spots):
        tone = (palette.accent, mix(palette.accent, palette.near, 0.5), mix(palette.glow, palette.accent, 0.4))[
            index % 3
        ]
        tone = mix(tone, palette.far, max(0.55 - size * 3.2, 0.0))
        x += float(rng.uniform(-0.04, 0.04))
        out += actor(
            stage,
            Part("balloon", x, horizon * (y + 0.18), size, 0.2 + size * 2.2),
            tone,
            sun=sun,
            bob=(stage.unit * 0.007, 7.0),
        )
    return out


def _lanterns(stage: Stage) -> list[Layer]:
    rng = stage.rng("lanterns")
    out: list[Layer] = []
    for index in range(16):
        size = float(rng.choice([0.03, 0.045, 0.075], p=(0.5, 0.35, 0.15)))
        out.append(
            lantern_glow(
                stage,
                float(rng.uniform(0.04, 0.96)),
                float(rng.uniform(0.06, 0.62)),
                size,
                0.3 + size * 5 + index * 0.001,
                colour=(1.0, 0.72, 0.36),
            )
        )
    return out
