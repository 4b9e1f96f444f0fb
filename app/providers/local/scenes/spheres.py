"""Glossy spheres in soft light, floating before a plain ground."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from app.providers.local.colour import RGB, Field, mix, ramp, shift
from app.providers.local.elements.weather import dust
from app.providers.local.shapes import disc
from app.providers.local.stage import Layer, Plate, Stage, cover, opaque, premultiplied, solid


def draw(stage: Stage) -> list[Layer]:
    """Lay out ground, far spheres out of focus, and near ones over them."""
    rng, palette = stage.rng("spheres"), stage.palette
    layers: list[Layer] = [_ground(stage)]
    tones = _tones(stage)
    placed: list[tuple[float, float, float]] = []
    aspect = stage.width / stage.unit, stage.height / stage.unit
    sizes = [0.30, 0.19, 0.155, 0.12, 0.095, 0.075, 0.06, 0.05, 0.042]
    for index, size in enumerate(sizes):
        for _ in range(60):
            spread = 0.20 if index == 0 else 0.44
            x = aspect[0] / 2 + float(rng.uniform(-spread, spread)) * min(aspect[0], 1.5)
            y = aspect[1] / 2 + float(rng.uniform(-spread, spread)) * min(aspect[1], 1.5)
            if all(np.hypot(x - px, y - py) > (size + pr) * (0.86 if index < 3 else 0.98) for px, py, pr in placed):
                placed.append((x, y, size))
                break
    ordered = sorted(enumerate(placed), key=lambda item: -item[1][2] if item[0] == 0 else item[1][2])
    for index, (x, y, size) in [ordered[0], *ordered[1:]]:
        depth = 0.45 if index == 0 else 0.55 + 0.5 * ((index * 37) % 10) / 10
        layers += _sphere(stage, (x / aspect[0], y / aspect[1]), size, tones[index % len(tones)], depth, index)
    layers.append(dust(stage, 24, colour=palette.disc))
    return layers


def _tones(stage: Stage) -> list[RGB]:
    palette = stage.palette
    base = [
        palette.accent,
        palette.sky[1],
        mix(palette.glow, palette.accent, 0.3),
        shift(palette.accent, hue=150),
        shift(palette.accent, hue=70, light=0.05),
        mix(palette.disc, palette.glow, 0.3),
    ]
    return [shift(tone, chroma=1.15) for tone in base]


def _ground(stage: Stage) -> Plate:
    palette = stage.palette
    across, down = stage.columns()[None, :], stage.rows()[:, None]
    share = np.clip(across * 0.35 + down * 0.75 - 0.05, 0, 1)
    table = ramp([mix(palette.horizon, palette.glow, 0.35), palette.sky[3], palette.sky[2], palette.sky[1]], 512)
    picture = table[(share * 511).astype(np.int32)]
    pool = np.exp(-(((across - 0.35) / 0.5) ** 2) - ((down - 0.25) / 0.45) ** 2)[..., None] * 0.3
    picture = picture + pool * (np.array(palette.disc, dtype=np.float32) - picture)
    return Plate(stage, solid(opaque(np.clip(picture, 0, 1).astype(np.float32))), 0.1)


def _sphere(stage: Stage, spot: tuple[float, float], size: float, tone: RGB, depth: float, index: int) -> list[Layer]:
    radius = size * stage.unit
    box = int(radius * 2) + 4
    px, py = stage.spot(*spot)
    bob = (stage.unit * 0.010 * (1.2 - size * 2), 5.0 + index * 0.7)
    ball = Plate(
        stage, _ball(stage, box, radius, tone), depth, left=px - box / 2, top=py - box / 2, bob=bob, phase=index * 0.37
    )
    wide = int(radius * 3.2)
    shadow_mask = Image.fromarray((disc(wide, radius * 0.92) * 255).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(radius * 0.28)
    )
    dark = np.asarray(shadow_mask, dtype=np.float32) / 255 * 0.34
    shadow = Plate(
        stage,
        cover(dark, shift(stage.palette.sky[1], light=-0.25)),
        depth * 0.8,
        left=px - wide / 2 + radius * 0.30,
        top=py - wide / 2 + radius * 0.42,
        bob=bob,
        phase=index * 0.37,
    )
    return [shadow, ball]


def _ball(stage: Stage, box: int, radius: float, tone: RGB) -> Image.Image:
    """Light from the upper left, bounce from below, a window's glint and a lit rim: what makes gloss."""
    axis = (np.arange(box, dtype=np.float32) - (box - 1) / 2) / radius
    nx, ny = axis[None, :], axis[:, None]
    nz = np.sqrt(np.clip(1 - nx**2 - ny**2, 0, 1))
    lit = np.clip(-0.52 * nx - 0.60 * ny + 0.61 * nz, 0, 1)
    table = ramp(
        [
            shift(tone, light=-0.36, hue=-14),
            shift(tone, light=-0.17, hue=-6),
            tone,
            shift(tone, light=0.10, hue=6),
            mix(tone, (1, 1, 1), 0.5),
        ],
        256,
    )
    out = table[(np.clip(0.10 + lit * 0.82, 0, 1) * 255).astype(np.int32)].astype(np.float32)
    bounce = (np.clip(0.45 * nx + 0.75 * ny, 0, 1) * (1 - nz) ** 1.4)[..., None]
    out += bounce * 0.75 * np.array(mix(stage.palette.glow, tone, 0.3), dtype=np.float32)
    rim = ((1 - nz) ** 4)[..., None] * 0.35
    out += rim * (np.array(stage.palette.horizon, dtype=np.float32) - out)
    glint = np.exp(-(((nx + 0.36) / 0.17) ** 2) - (((ny + 0.42) / 0.13) ** 2))
    spark = np.exp(-(((nx + 0.40) / 0.06) ** 2) - (((ny + 0.46) / 0.045) ** 2))
    sheen = _sheen(nx, ny, nz)
    out += np.clip(glint * 0.62 + spark * 0.5 + sheen * 0.16, 0, 1)[..., None] * (1 - out)
    mask = np.clip((1 - np.hypot(nx, ny)) * radius + 0.5, 0, 1)
    full = np.concatenate([np.clip(out, 0, 1) * mask[..., None], mask[..., None]], axis=-1)
    return premultiplied(full.astype(np.float32))


def _sheen(nx: Field, ny: Field, nz: Field) -> Field:
    """A wide soft box above, mirrored as a band near the upper edge."""
    away = np.hypot(nx, ny)
    angle = np.arctan2(ny, nx)
    return np.asarray(np.exp(-(((away - 0.84) / 0.05) ** 2)) * np.clip(np.cos(angle + 2.0), 0, 1) ** 2 * (nz > 0))
