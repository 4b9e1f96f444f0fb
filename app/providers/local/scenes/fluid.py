"""Abstract matter: marbled fluid, and folds of silk. A still field of heights, through which the colours flow."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.providers.local import noise
from app.providers.local.camera import View
from app.providers.local.colour import RGB, Field, hex_rgb, mix, ramp, shift
from app.providers.local.stage import Layer, Stage
from app.providers.local.swatches import COLOURS

_STEPS = 4096
_SETS = (
    "#120a2e #5a1550 #c9302c #ff9a3c #ffe9a8 #f7c45a #a02048 #2a0f3c",
    "#04121f #0b3d5c #1f8a94 #a8e6cf #fff4d6 #f2a65a #7a2e3a #12101f",
    "#0d0b1e #2b1a6b #6a3fc9 #e05fb0 #ffd0e0 #7fd6ff #2450a8 #100c2c",
    "#1a0f0a #6b3a1e #c98a4b #f4e3c1 #fffaf0 #9fb8ad #3f5e63 #14201f",
    "#0a1512 #14503f #3fa36b #d6ee9c #fffbe0 #f7d06b #c9682e #2a120c",
    "#1c0b1a #8a1f4f #f0567a #ffc2a8 #fff3e6 #ffb347 #d8472e #3a0d1e",
)  # fmt: skip


@dataclass(frozen=True)
class Flow:
    """A field of phases, coloured through a ring of tones that turns."""

    stage: Stage
    phase: npt.NDArray[np.uint16] = field(repr=False)
    swirl: npt.NDArray[np.uint16] = field(repr=False)
    shade: Field = field(repr=False)
    table: npt.NDArray[np.uint8] = field(repr=False)
    speed: float

    def paint(self, canvas: Image.Image, view: View, seconds: float) -> None:
        """Colour the part of the field that the camera sees."""
        stage = self.stage
        clock = seconds * self.speed * stage.reading.pace
        # Two phases that turn against each other: the bands do not only run, they change their form.
        lean = np.uint16(int(1000 + 900 * math.sin(clock * 0.6)))
        at = (
            self.phase
            + (self.swirl * np.uint32(lean) // np.uint32(1024)).astype(np.uint16)
            + np.uint16(int(clock * 210) % _STEPS)
        )
        picture = self.table[at & np.uint16(_STEPS - 1)]
        np.multiply(picture, self.shade, out=picture, casting="unsafe")
        zoom = view.zoom_at(0.8)
        height, width = picture.shape[:2]
        scale = width / stage.plate[0]
        x0 = (stage.margin_x + stage.width * (0.5 - 0.5 / zoom + view.x * 0.8)) * scale
        y0 = (stage.margin_y + stage.height * (0.5 - 0.5 / zoom + view.y * 0.8)) * scale
        box = (
            max(x0, 0),
            max(y0, 0),
            min(x0 + stage.width / zoom * scale, width),
            min(y0 + stage.height / zoom * scale, height),
        )
        canvas.paste(Image.fromarray(picture).resize(canvas.size, Image.Resampling.BICUBIC, box=box), (0, 0))


def draw(stage: Stage) -> list[Layer]:
    """Marbled fluid: bands of colour bent by eddies within eddies."""
    rng = stage.rng("fluid")
    width, height = _size(stage)
    cells = float(rng.uniform(1.3, 2.2))
    first = noise.field(rng, width, height, cells=cells, octaves=3)
    second = noise.field(rng, width, height, cells=cells, octaves=3)
    eddies = _bent(noise.field(rng, width, height, cells=cells * 1.7, octaves=5), first, second, 0.26)
    body = _bent(noise.field(rng, width, height, cells=cells, octaves=4), eddies, first, 0.20)
    bands = float(rng.uniform(1.5, 2.3))
    slope = np.gradient(body)
    shade = np.clip(1 + (slope[1] - slope[0]) * width * 0.05, 0.72, 1.12)[..., None] / 1.12
    return [
        Flow(
            stage,
            _steps(body * bands + second * 0.3),
            _steps(eddies * 0.22),
            shade.astype(np.float32),
            _table(stage),
            0.5,
        )
    ]


def silk(stage: Stage) -> list[Layer]:
    """Folds of cloth that catch the light."""
    rng = stage.rng("silk")
    width, height = _size(stage)
    x = np.linspace(0, stage.width / stage.unit, width, dtype=np.float32)[None, :]
    y = np.linspace(0, stage.height / stage.unit, height, dtype=np.float32)[:, None]
    turn = float(rng.uniform(0.4, 1.1)) * float(rng.choice([-1, 1]))
    along, over = x * math.cos(turn) + y * math.sin(turn), y * math.cos(turn) - x * math.sin(turn)
    wander = noise.field(rng, width, height, cells=1.4, octaves=2)
    folds = np.sin((over * 13 + wander * 4.5 + np.sin(along * 2.2) * 0.9) * 1.0) * 0.5 + 0.5
    fine = np.sin(over * 38 + wander * 11 + along * 2.5) * 0.5 + 0.5
    body = folds * 0.95 + fine * 0.30 + wander * 0.5
    palette = stage.palette
    tones = [
        mix(palette.near, palette.sky[0], 0.5),
        palette.sky[1],
        palette.sky[2],
        palette.glow,
        palette.disc,
        palette.glow,
        palette.sky[2],
        palette.sky[1],
    ]
    shade = np.clip(0.56 + folds**1.5 * 0.44, 0, 1)[..., None]
    table = (ramp([*tones, tones[0]], _STEPS) * 255).astype(np.uint8)
    return [Flow(stage, _steps(body * 0.75), _steps(wander * 0.3), shade.astype(np.float32), table, 0.4)]


def _size(stage: Stage) -> tuple[int, int]:
    """Stills are worked out in full; films on two thirds of the pixels each way, which a moving pattern hides."""
    scale = 0.66 if stage.moving else 1.0
    return int(stage.plate[0] * scale), int(stage.plate[1] * scale)


def _bent(source: Field, across: Field, down: Field, reach: float) -> Field:
    height, width = source.shape
    push = reach * min(width, height)
    ys = np.clip(np.arange(height, dtype=np.float32)[:, None] + (down - 0.5) * 2 * push, 0, height - 1.01)
    xs = np.clip(np.arange(width, dtype=np.float32)[None, :] + (across - 0.5) * 2 * push, 0, width - 1.01)
    y0, x0 = ys.astype(np.int32), xs.astype(np.int32)
    fy, fx = ys - y0, xs - x0
    top = source[y0, x0] * (1 - fx) + source[y0, x0 + 1] * fx
    low = source[y0 + 1, x0] * (1 - fx) + source[y0 + 1, x0 + 1] * fx
    return np.asarray(top * (1 - fy) + low * fy, dtype=np.float32)


def _steps(phase: Field) -> npt.NDArray[np.uint16]:
    return (np.clip(phase, 0, 12) * _STEPS).astype(np.uint16)


def _table(stage: Stage) -> npt.NDArray[np.uint8]:
    rng, names = stage.rng("marble"), stage.reading.colours
    tones: list[RGB] = [hex_rgb(text) for text in _SETS[int(rng.integers(len(_SETS)))].split()]
    if names:
        main, last = hex_rgb(COLOURS[names[0]]), hex_rgb(COLOURS[names[-1]])
        tones = [
            mix(main, (0.02, 0.02, 0.05), 0.85),
            mix(main, (0.02, 0.02, 0.05), 0.45),
            main,
            mix(main, (1, 1, 1), 0.55),
            mix(last, (1, 1, 0.97), 0.8),
            last,
            mix(last, (0.02, 0.02, 0.05), 0.5),
        ]
    if stage.reading.style in {"noir", "sumi"}:
        tones = [shift(tone, chroma=0.05) for tone in tones]
    return (ramp([*tones, tones[0]], _STEPS) * 255).astype(np.uint8)
