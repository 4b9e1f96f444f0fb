"""Paper cut: sheets with wavy edges laid over each other like a stage, with a light at the back and cranes between."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from app.providers.local import noise
from app.providers.local.colour import RGB, Field, mix, ramp, shift
from app.providers.local.elements import cast, fauna
from app.providers.local.elements.actors import Part, actor
from app.providers.local.elements.lights import Shafts
from app.providers.local.elements.sky import Sun
from app.providers.local.shapes import disc
from app.providers.local.stage import Layer, Plate, Stage, cover, opaque, solid


def draw(stage: Stage) -> list[Layer]:
    """Lay out a glowing back sheet, a paper sun, hills of paper, and a frame of nearer sheets."""
    palette, reading = stage.palette, stage.reading
    rng = stage.rng("paper")
    sun = Sun(float(rng.choice([0.38, 0.5, 0.62])), 0.40, stage.unit * 0.13, palette.night)
    layers: list[Layer] = [_back(stage, sun), *_disc(stage, sun)]
    sheets = ramp(
        [mix(palette.horizon, palette.glow, 0.3), palette.far, mix(palette.far, palette.accent, 0.25), palette.near], 6
    )
    flock = fauna.cranes(
        stage, (mix(palette.disc, (1, 1, 1), 0.4), palette.accent, mix(palette.glow, (1, 1, 1), 0.3)), count=7
    )
    for index in range(5):
        share = index / 4
        tone = (float(sheets[index + 1][0]), float(sheets[index + 1][1]), float(sheets[index + 1][2]))
        layers += _sheet(stage, f"hill{index}", 0.56 + 0.10 * index, 0.16, tone, 0.25 + 0.15 * index)
        if index == 1 and (reading.has("cranes", "birds", "paper") or not reading.subjects):
            layers.append(flock)
        if index == 3:
            layers += cast.standing(
                stage, sun, shift(tone, light=-0.12), 0.86 + 0.02 * share, depth=0.75, skip=frozenset({"boat"})
            )
    if reading.has("boat"):
        layers += actor(
            stage,
            Part("boat", 0.5, 0.70, 0.24, 0.6),
            mix(palette.disc, (1, 1, 1), 0.4),
            sun=sun,
            bob=(stage.unit * 0.008, 4.0),
        )
    layers += _frame(stage)
    if reading.has("lamp", "dust"):
        layers.append(Shafts(stage, 0.2, -0.4, palette.glow, strength=0.35, reach=1.6))
    return layers


def _back(stage: Stage, sun: Sun) -> Plate:
    width, height = stage.plate
    palette = stage.palette
    across = (stage.columns()[None, :] - sun.x) * stage.width / stage.unit
    down = (stage.rows()[:, None] - sun.y) * stage.height / stage.unit
    away = np.hypot(across, down)
    table = ramp([mix(palette.glow, palette.disc, 0.4), palette.horizon, palette.sky[2], palette.sky[1]], 512)
    rings = np.floor(np.clip(away / 0.85, 0, 1) * 7) / 7  # the sky itself is rings of paper
    edge = np.clip(np.abs((away / 0.85 * 7) % 1) * 9, 0.80, 1)
    picture = table[(np.clip(rings, 0, 1) * 511).astype(np.int32)] * (0.88 + 0.12 * edge)[..., None]
    return Plate(stage, solid(opaque(np.clip(picture * _fibre(stage, width, height), 0, 1).astype(np.float32))), 0.1)


def _disc(stage: Stage, sun: Sun) -> list[Layer]:
    radius = sun.radius
    box = int(radius * 2.6)
    mask = disc(box, radius)
    return _lifted(
        stage,
        mask,
        stage.palette.disc if not sun.moon else mix(stage.palette.disc, (1, 1, 1), 0.2),
        0.18,
        stage.spot(sun.x, sun.y),
        (box / 2, box / 2),
    )


def _sheet(stage: Stage, name: str, base: float, rise: float, tone: RGB, depth: float) -> list[Layer]:
    width, height = stage.plate
    line = (
        stage.margin_y
        + (base - rise * noise.line(stage.rng(name), width, waves=2.0 * stage.width / stage.unit, octaves=2))
        * stage.height
    )
    top = max(int(line.min()) - int(stage.unit * 0.06), 0)
    mask = np.clip(np.arange(top, height)[:, None] - line[None, :] + 0.5, 0, 1).astype(np.float32)
    return _lifted(stage, mask, tone, depth, (0.0, float(top)), (0.0, 0.0))


def _frame(stage: Stage) -> list[Layer]:
    """Two nearer sheets with a wavy window cut out, so that the eye looks into a box."""
    width, height = stage.plate
    palette = stage.palette
    x, y = np.abs(stage.columns()[None, :] - 0.5) * 2, np.abs(stage.rows()[:, None] - 0.5) * 2
    out: list[Layer] = []
    for index, (inner, tone) in enumerate(((0.90, mix(palette.near, palette.far, 0.22)), (0.99, palette.near))):
        wave = noise.field(stage.rng(f"frame{index}"), width, height, cells=3.0, octaves=2)
        away = (x**3.2 + y**3.2) ** (1 / 3.2)
        mask = np.clip((away - inner - 0.10 * (wave - 0.5)) * stage.unit * 0.4, 0, 1)
        out += _lifted(stage, mask.astype(np.float32), tone, 1.05 + 0.2 * index, (0.0, 0.0), (0.0, 0.0))
    return out


def _lifted(
    stage: Stage, mask: Field, tone: RGB, depth: float, spot: tuple[float, float], origin: tuple[float, float]
) -> list[Layer]:
    """A sheet and the soft shadow it throws on what lies behind."""
    height, width = mask.shape
    small = Image.fromarray((mask * 255).astype(np.uint8)).resize(
        (max(width // 4, 2), max(height // 4, 2)), Image.Resampling.BOX
    )
    blurred = small.filter(ImageFilter.GaussianBlur(stage.unit * 0.0045)).resize(
        (width, height), Image.Resampling.BILINEAR
    )
    shade = np.asarray(blurred, dtype=np.float32) / 255 * 0.42
    lit = np.clip(1.06 - np.linspace(0, 0.16, height, dtype=np.float32), 0, 1.1)[:, None]
    edge = np.clip(mask - np.roll(mask, 2, axis=0), 0, 1) * 0.35
    colours = np.array(tone) * (_fibre(stage, width, height)[..., 0] * lit)[..., None]
    colours = colours + edge[..., None] * (1 - colours)
    left, top = spot[0] - origin[0], spot[1] - origin[1]
    return [
        Plate(
            stage,
            cover(shade.astype(np.float32), shift(stage.palette.near, light=-0.1)),
            depth,
            left=left,
            top=top - stage.unit * 0.012,
        ),
        Plate(stage, cover(mask, np.clip(colours, 0, 1).astype(np.float32)), depth, left=left, top=top),
    ]


def _fibre(stage: Stage, width: int, height: int) -> Field:
    grain = (
        noise.field(
            stage.rng("fibre"),
            width,
            height,
            cells=max(min(width, height) / stage.unit * 110, 4),
            octaves=3,
            stretch=1.6,
        )
        - 0.5
    )
    return np.asarray((1 + 0.06 * grain)[..., None], dtype=np.float32)
