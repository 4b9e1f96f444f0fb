"""Space: nebulae, stars at several distances, a turning planet, and travellers."""

from __future__ import annotations

import numpy as np

from app.providers.local import noise
from app.providers.local.colour import mix, ramp, shift
from app.providers.local.elements import objects, sky
from app.providers.local.elements.actors import Part, actor, known
from app.providers.local.elements.globe import Globe
from app.providers.local.elements.globe import ring as ring_of
from app.providers.local.elements.ridges import crest, ridge
from app.providers.local.elements.sky import Sun
from app.providers.local.shapes import distance, fill, placed, smooth
from app.providers.local.stage import Layer, Plate, Stage, cover, opaque, premultiplied, solid


def draw(stage: Stage) -> list[Layer]:
    """Lay out the deep, what hangs in it, and the ground if somebody stands there."""
    reading, rng = stage.reading, stage.rng("space")
    side = float(rng.choice([-1, 1]))
    sun = Sun(0.5 - side * 0.33, 0.16, stage.unit * 0.02, moon=False)
    layers: list[Layer] = [
        _deep(stage, side),
        _stars(stage, 0.10, 1.0),
        _stars(stage, 0.22, 0.5),
        sky.twinkle(stage, 1.15, 60),
    ]
    if reading.has("galaxy"):
        layers.append(_galaxy(stage))
    grounded = [kind for kind in reading.subjects if known(kind) and kind not in {"boat", "balloon", "train"}]
    if not reading.has("galaxy") or reading.has("planet"):
        layers += _planets(stage, side, bool(grounded), sun)
    if reading.has("rocket"):
        layers += _rocket(stage, side)
    if grounded:
        layers += _moonscape(stage, grounded, sun, side)
    return layers


def _deep(stage: Stage, side: float) -> Plate:
    width, height = stage.plate
    rng = stage.rng("nebula")
    palette = stage.palette
    table = ramp(palette.sky, 512)
    cloud = noise.field(rng, width, height, cells=2.4, octaves=6)
    fine = noise.field(rng, width, height, cells=5.5, octaves=6)
    across = (stage.columns()[None, :] - 0.5) * stage.width / stage.unit
    down = (stage.rows()[:, None] - 0.5) * stage.height / stage.unit
    band = np.exp(-(((down - side * across * 0.55 + (cloud - 0.5) * 0.5) / 0.34) ** 2))
    body = np.clip(band * (0.20 + cloud * 0.85) * (0.45 + 0.75 * fine), 0, 1)
    picture = table[(np.clip(body * 0.92, 0, 1) * 511).astype(np.int32)]
    hot = np.clip(body * 1.6 - 0.72, 0, 1)[..., None] ** 1.5
    picture = picture + hot * (np.array(palette.glow, dtype=np.float32) - picture) * 0.85
    other = np.clip(noise.field(rng, width, height, cells=3.0, octaves=5) * band * 1.5 - 0.62, 0, 1)[..., None]
    picture = picture + other * 0.5 * np.array(mix(palette.accent, palette.sky[3], 0.35), dtype=np.float32)
    lanes = np.clip(1 - np.abs(fine - 0.5) * 9, 0, 1) * band
    picture *= (1 - lanes * 0.35)[..., None]
    return Plate(stage, solid(opaque(np.clip(picture, 0, 1).astype(np.float32))), 0.05)


def _stars(stage: Stage, depth: float, density: float) -> Plate:
    width, height = stage.plate
    rng = stage.rng(f"stars {depth}")
    light = np.zeros((height, width, 3), dtype=np.float32)
    count = int(width * height / 1500 * density)
    ys, xs = rng.integers(1, height - 1, count), rng.integers(1, width - 1, count)
    power = (rng.random(count) ** 6 * 0.9 + 0.10).astype(np.float32)
    tints = np.array([(1, 1, 1), (0.75, 0.85, 1.0), (1.0, 0.86, 0.72)], dtype=np.float32)[rng.integers(0, 3, count)]
    light[ys, xs] = tints * power[:, None]
    for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        light[ys + dy, xs + dx] = np.maximum(light[ys + dy, xs + dx], tints * power[:, None] * 0.35)
    alpha = light.max(axis=-1, keepdims=True)
    return Plate(stage, premultiplied(np.concatenate([light, alpha], axis=-1)), depth)


def _planets(stage: Stage, side: float, grounded: bool, sun: Sun) -> list[Layer]:
    palette, rng = stage.palette, stage.rng("planets")
    ringed = stage.reading.has("planet") or rng.random() < 0.5
    size = stage.unit * float(rng.uniform(0.20, 0.25)) * (1.0 if grounded or ringed else 1.25)
    x, y = 0.5 + side * 0.16, 0.40 if grounded else 0.48
    tones = (
        mix(palette.far, palette.near, 0.3),
        mix(palette.glow, palette.far, 0.35),
        mix(palette.glow, palette.disc, 0.5),
    )
    light = (-side * 0.72, -0.55)
    halo = distance(int(size * 4)) / size
    aura = np.exp(-np.clip(halo - 0.96, 0, None) * 5.5) * (halo > 0.9) * 0.30
    px, py = stage.spot(x, y)
    out: list[Layer] = [
        Plate(
            stage,
            opaque((aura[..., None] * np.array(palette.glow)).astype(np.float32)),
            0.28,
            left=px - size * 2,
            top=py - size * 2,
        )
    ]
    ring = ring_of(stage, size, tilt=-18 * side) if ringed else None
    if ring:
        out.append(Plate(stage, ring[0], 0.28, left=px - ring[0].width / 2, top=py - ring[0].height / 2))
    out.append(Globe(stage, x, y, size, 0.28, tones, light, banded=ringed))
    if ring:
        out.append(Plate(stage, ring[1], 0.28, left=px - ring[1].width / 2, top=py - ring[1].height / 2))
    moon = stage.unit * 0.045
    grey = (shift(palette.far, light=-0.1), palette.far, mix(palette.far, (1, 1, 1), 0.4))
    out.append(Globe(stage, 0.5 - side * 0.27, 0.26, moon, 0.4, grey, light, banded=False))
    return out


def _galaxy(stage: Stage) -> Plate:
    size = int(stage.unit * 1.5)
    rng = stage.rng("galaxy")
    axis = (np.arange(size, dtype=np.float32) - size / 2) / (size / 2)
    x, y = axis[None, :], axis[:, None] * 2.1
    x, y = x * 0.94 + y * 0.34, y * 0.94 - x * 0.34
    away, turn = np.hypot(x, y) + 1e-4, np.arctan2(y, x)
    cloud = noise.field(rng, size, size, cells=9, octaves=5)
    arms = np.cos(2 * (turn - 2.6 * np.log(away + 0.06)) + (cloud - 0.5) * 2.2) * 0.5 + 0.5
    disc = np.exp(-away * 2.3) * (0.16 + arms**2.2 * (0.4 + 0.9 * cloud)) * 1.6
    heart = np.exp(-((away / 0.12) ** 1.3))
    dust = (rng.random((size, size), dtype=np.float32) > 0.985) * disc * 1.2
    edge = np.clip((1 - np.hypot(axis[None, :], axis[:, None])) * 5, 0, 1)
    palette = stage.palette
    light = (disc + dust)[..., None] * np.array(mix(palette.glow, (0.8, 0.9, 1), 0.35)) + heart[..., None] * np.array(
        palette.disc
    )
    px, py = stage.spot(0.5, 0.46)
    return Plate(
        stage,
        opaque(np.clip(light * edge[..., None], 0, 1).astype(np.float32)),
        0.16,
        left=px - size / 2,
        top=py - size / 2,
    )


def _rocket(stage: Stage, side: float) -> list[Layer]:
    palette = stage.palette
    size = stage.unit * 0.26
    body = [
        (0.0, 0.5),
        (0.085, 0.33),
        (0.10, 0.05),
        (0.075, -0.24),
        (0.075, -0.24),
        (0.18, -0.40),
        (0.18, -0.40),
        (0.05, -0.30),
        (-0.05, -0.30),
        (-0.18, -0.40),
        (-0.18, -0.40),
        (-0.075, -0.24),
        (-0.075, -0.24),
        (-0.10, 0.05),
        (-0.085, 0.33),
    ]
    box = (int(size * 1.6), int(size * 2.0))
    tilt = 32 * -side
    hull = cover(
        fill(box, [placed(smooth(body), box[0] / 2, box[1] * 0.42, size, tilt=tilt)]),
        mix(palette.disc, palette.far, 0.15),
    )
    flame = [(-0.04, -0.30), (0.04, -0.30), (0.03, -0.55), (0.0, -0.95), (-0.03, -0.55)]
    fire = cover(fill(box, [placed(smooth(flame), box[0] / 2, box[1] * 0.42, size, tilt=tilt)]), palette.accent)
    px, py = stage.spot(0.5 - side * 0.22, 0.58)
    return [
        Plate(stage, part, 0.7, left=px - box[0] / 2, top=py - box[1] / 2, bob=(stage.unit * 0.01, 5.0))
        for part in (fire, hull)
    ]


def _moonscape(stage: Stage, kinds: list[str], sun: Sun, side: float) -> list[Layer]:
    palette = stage.palette
    out: list[Layer] = []
    for index, base in enumerate((0.84, 0.93)):
        line = crest(stage, f"moon{index}", "hills", base, 0.08, waves=1.1)
        tint = mix(mix(palette.far, palette.near, 0.45 + 0.45 * index), palette.sky[2], 0.2)
        out.append(
            ridge(
                stage,
                line,
                tint,
                depth=0.6 + 0.3 * index,
                mist=palette.near,
                haze=0.7,
                sun=sun,
                relief=0.12,
                name=f"moon{index}",
            )
        )
    ink = shift(palette.near, light=0.01)
    suited = "astronaut" in kinds
    people = [kind for kind in kinds if kind != "person" or not suited][:2]
    if suited and "cat" in people:
        people = ["cat"]
    for index, kind in enumerate(people):
        x, y = 0.5 - side * (0.14 - 0.3 * index), 0.905
        out += actor(stage, Part(kind, x, y, 0.24, 0.9, flip=sun.x < x), ink, sun=sun)
        if kind == "cat" and suited:
            if stage.reading.has("cup"):
                out += objects.bowl(stage, x - 0.17 * side, y + 0.004)
            out += _helmet(stage, x, y - 0.81 * 0.24 * stage.unit / stage.height)
    return out


def _helmet(stage: Stage, x: float, y: float) -> list[Layer]:
    """A glass bowl around a head that is not a person's."""
    radius = stage.unit * 0.066
    away = distance(int(radius * 2.4)) / radius
    shell = np.clip((1 - away) * radius + 0.5, 0, 1) * (0.10 + 0.55 * np.clip(away, 0, 1) ** 6)
    px, py = stage.spot(x, y)
    left, top = px - away.shape[1] / 2, py - away.shape[0] / 2
    glass = cover(shell.astype(np.float32), mix(stage.palette.glow, (1, 1, 1), 0.4))
    return [Plate(stage, glass, 0.9, left=left, top=top)]
