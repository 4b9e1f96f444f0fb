"""Things on a table or a plinth: cup, vase, books, lamp, bottle, fruit; round things lit from one side."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from app.providers.local.colour import RGB, hex_rgb, mix, shift
from app.providers.local.elements.actors import Part, actor, known, lantern_glow
from app.providers.local.elements.steam import Steam
from app.providers.local.elements.turned import BOTTLE, CUP, PEAR, VASE, Profile, shadow, turned
from app.providers.local.shapes import Point, circle, fill, smooth, stroke
from app.providers.local.stage import Layer, Plate, Stage, cover


def arranged(stage: Stage, y: float, x: float, evening: bool) -> list[Layer]:
    """What the prompt puts on the table, or a cup, a vase and books where it names nothing."""
    reading, palette = stage.reading, stage.palette
    wanted = [
        kind
        for kind in reading.subjects
        if kind in {"cup", "vase", "books", "lamp", "bottle", "fruit"}
        or (known(kind) and kind in {"cat", "owl", "rabbit", "dog", "fox", "robot"})
    ]
    for usual in ("cup", "books", "vase"):
        if len(wanted) < 3 and usual not in wanted:
            wanted.append(usual)
    if evening and "lamp" not in wanted:
        wanted.append("lamp")
    spots = (0.0, -0.24, 0.25, -0.40)
    out: list[Layer] = []
    order = sorted(zip(wanted[:4], spots, strict=False), key=lambda pair: pair[0] == wanted[0])
    for kind, offset in order:
        at = x + offset * stage.unit / stage.width * (1.0 if stage.width > stage.height else 0.85)
        foot = y + (0.075 if offset == 0 else 0.02)
        out += _thing(stage, kind, at, foot, palette.accent)
    return out


def hero(stage: Stage, x: float, y: float) -> list[Layer]:
    """The one thing on the plinth."""
    reading, accent = stage.reading, stage.palette.accent
    for kind in reading.subjects:
        if kind in {"cup", "vase", "fruit", "lamp"} or (known(kind) and kind != "person"):
            return _thing(stage, kind, x, y, accent, scale=1.6)
    return _bottle(stage, x, y, 0.34, accent)


def bowl(stage: Stage, x: float, y: float) -> list[Layer]:
    """A steaming bowl with chopsticks."""
    tall, depth = 0.07, 0.9
    px, py = stage.spot(x, y)
    size = tall * stage.unit
    box = (int(size * 2.6), int(size * 2.2))
    sticks = [
        stroke([(size * 1.2, size * 1.15), (size * 2.3, end)], [size * 0.05, size * 0.04]) for end in (0.0, size * 0.28)
    ]
    bowl_profile: Profile = [(0.35, 0.0), (0.38, 0.06), (0.62, 0.30), (0.80, 0.62), (0.88, 1.0)]
    mouth = cover(fill(box, [circle(size * 1.2, size * 1.15, size * 0.88, squash=0.16)]), hex_rgb("#f0d9a0"))
    return [
        *turned(stage, bowl_profile, x, y, tall, mix(stage.palette.accent, hex_rgb("#d8472e"), 0.4), depth),
        Plate(stage, mouth, depth, left=px - size * 1.2, top=py - size * 2.15),
        Plate(stage, cover(fill(box, sticks), hex_rgb("#e8c890")), depth, left=px - size * 1.2, top=py - size * 2.15),
        Steam(stage, x, y - tall * stage.unit / stage.height, 0.2, depth),
    ]


def _thing(stage: Stage, kind: str, x: float, y: float, accent: RGB, *, scale: float = 1.0) -> list[Layer]:
    china = mix(hex_rgb("#efe4d2"), stage.palette.horizon, 0.3)
    depth = 0.85
    if kind == "cup":
        return _cup(stage, x, y, 0.155 * scale, china if scale == 1 else accent, depth)
    if kind == "vase":
        return [
            *_stems(stage, x, y - 0.20 * scale * stage.unit / stage.height, accent, depth),
            *turned(stage, VASE, x, y, 0.22 * scale, mix(accent, china, 0.55), depth),
        ]
    if kind == "books":
        return _books(stage, x, y, accent, depth)
    if kind == "lamp":
        return _lamp(stage, x, y, scale)
    if kind == "bottle":
        return _bottle(stage, x, y, 0.28 * scale, accent)
    if kind == "fruit":
        dx = 0.085 * scale * stage.unit / stage.width
        return [
            *turned(stage, PEAR, x - dx, y, 0.14 * scale, hex_rgb("#c9b23f"), depth),
            *turned(stage, PEAR, x + dx, y + 0.01, 0.12 * scale, mix(hex_rgb("#c9582f"), accent, 0.3), depth),
        ]
    px = stage.spot(x, y)[0]
    return [
        shadow(stage, px, stage.spot(x, y)[1], stage.unit * 0.07 * scale, depth),
        *actor(stage, Part(kind, x, y, 0.23 * scale, depth), mix(stage.palette.near, (0.1, 0.06, 0.06), 0.4)),
    ]


def _cup(stage: Stage, x: float, y: float, tall: float, tone: RGB, depth: float) -> list[Layer]:
    px, py = stage.spot(x, y)
    size = tall * stage.unit
    box = (int(size * 1.8), int(size * 1.3))
    handle = stroke(
        smooth(
            [
                (size * 0.92, size * 0.35),
                (size * 1.25, size * 0.35),
                (size * 1.32, size * 0.62),
                (size * 1.1, size * 0.86),
                (size * 0.85, size * 0.86),
            ],
            5,
        )[:-6],
        [size * 0.085] * 34,
    )
    ring = cover(fill(box, [handle]), shift(tone, light=-0.14))
    mouth = cover(
        fill(box, [circle(size * 0.56, size * 0.12, size * 0.51, squash=0.17)]), mix(tone, stage.palette.glow, 0.25)
    )
    drink = cover(fill(box, [circle(size * 0.56, size * 0.135, size * 0.46, squash=0.14)]), hex_rgb("#3a1f12"))
    out: list[Layer] = [Plate(stage, ring, depth, left=px - size * 0.45, top=py - size * 1.06)]
    out += turned(stage, CUP, x, y, tall, tone, depth)
    out += [Plate(stage, part, depth, left=px - size * 0.56, top=py - size * 1.11) for part in (mouth, drink)]
    out.append(Steam(stage, x, y - tall * stage.unit / stage.height * 1.05, 0.30, depth))
    return out


def _stems(stage: Stage, x: float, y: float, accent: RGB, depth: float) -> list[Layer]:
    rng, size = stage.rng("stems"), stage.unit * 0.34
    area = (int(size * 1.6), int(size * 1.15))
    foot = (area[0] / 2, area[1] - 2.0)
    stems: list[list[Point]] = []
    heads: list[list[list[Point]]] = [[], [], []]
    for index in range(9):
        turn = -math.pi / 2 + (index - 4) * 0.17 + float(rng.normal(0, 0.06))
        long = size * float(rng.uniform(0.55, 0.92))
        tip = (foot[0] + math.cos(turn) * long, foot[1] + math.sin(turn) * long)
        middle = ((foot[0] + tip[0]) / 2, (foot[1] + tip[1]) / 2 - size * 0.04)
        stems.append(stroke([foot, middle, tip], [size * 0.014] * 3))
        for share in (0.4, 0.65):
            root = (foot[0] + (tip[0] - foot[0]) * share, foot[1] + (tip[1] - foot[1]) * share)
            stems.append(_leaf(root, turn + float(rng.choice([-0.8, 0.8])), size))
        heads[index % 3] += _blossom(rng, tip, size * float(rng.uniform(0.055, 0.10)))
    picture = cover(fill(area, stems), mix(hex_rgb("#4d6b45"), stage.palette.near, 0.35))
    tones = (accent, mix(accent, (1, 1, 1), 0.45), mix(accent, stage.palette.near, 0.35))
    for group, tone in zip(heads, tones, strict=True):
        layer = cover(fill(area, group), tone)
        picture.paste(layer, (0, 0), layer)
    px, py = stage.spot(x, y)
    return [Plate(stage, picture, depth, left=px - foot[0], top=py - foot[1])]


def _leaf(root: Point, turn: float, size: float) -> list[Point]:
    cos, sin = math.cos(turn) * size, math.sin(turn) * size
    spine = [root, (root[0] + cos * 0.08, root[1] + sin * 0.08), (root[0] + cos * 0.16, root[1] + sin * 0.14)]
    return stroke(spine, [1, size * 0.045, 1])


def _blossom(rng: np.random.Generator, tip: Point, radius: float) -> list[list[Point]]:
    turns = [petal * 0.9 + float(rng.uniform(0, 0.3)) for petal in range(7)]
    spots = [(tip[0] + math.cos(turn) * radius * 0.6, tip[1] + math.sin(turn) * radius * 0.55) for turn in turns]
    return [circle(*spot, radius * 0.55, count=14) for spot in spots]


def _books(stage: Stage, x: float, y: float, accent: RGB, depth: float) -> list[Layer]:
    rng, unit = stage.rng("books"), stage.unit
    px, py = stage.spot(x, y)
    out: list[Layer] = [shadow(stage, px, py, unit * 0.13, depth)]
    tones = [
        mix(accent, (0.2, 0.1, 0.1), 0.35),
        mix(stage.palette.sky[1], (0.9, 0.85, 0.75), 0.3),
        mix(stage.palette.near, accent, 0.2),
        hex_rgb("#d9c7a3"),
    ]
    foot = py
    for index in range(4):
        wide, tall = unit * float(rng.uniform(0.20, 0.27)), unit * float(rng.uniform(0.026, 0.042))
        box = (int(wide), int(tall))
        colours = (
            np.array(tones[index])
            * np.linspace(1.1, 0.8, box[1], dtype=np.float32)[:, None, None]
            * np.linspace(1.05, 0.85, box[0], dtype=np.float32)[None, :, None]
        )
        band = np.ones(box[0], dtype=np.float32)
        band[int(box[0] * 0.12) : int(box[0] * 0.14)] = 1.5
        band[int(box[0] * 0.84) : int(box[0] * 0.86)] = 1.5
        picture = cover(
            np.ones((box[1], box[0]), dtype=np.float32), np.clip(colours * band[None, :, None], 0, 1).astype(np.float32)
        )
        out.append(
            Plate(stage, picture, depth, left=px - wide / 2 + unit * float(rng.normal(0, 0.010)), top=foot - tall)
        )
        foot -= tall
    return out


def _lamp(stage: Stage, x: float, y: float, scale: float) -> list[Layer]:
    unit, depth = stage.unit * scale, 0.85
    px, py = stage.spot(x, y)
    size = 0.46 * unit
    area = (int(size * 1.1), int(size * 1.1))
    cx, foot = area[0] / 2, area[1] - 3.0
    base = circle(cx, foot - size * 0.015, size * 0.17, squash=0.16)
    pole = stroke([(cx, foot), (cx, foot - size * 0.62)], [size * 0.03] * 2)
    corners = ((-0.17, 0.98), (0.17, 0.98), (0.31, 0.58), (-0.31, 0.58))
    shade = [(cx + across * size, foot - up * size) for across, up in corners]
    warm = mix(stage.palette.accent, hex_rgb("#ffd890"), 0.7)
    rows = np.linspace(0, 1, area[1], dtype=np.float32)[:, None, None]
    lit = np.array(mix(warm, (1, 1, 0.95), 0.35)) * (1.05 - 0.25 * np.abs(rows - 0.3))
    silk = np.clip(np.broadcast_to(lit, (area[1], area[0], 3)), 0, 1).astype(np.float32)
    glow = (warm[0] * 0.75, warm[1] * 0.62, warm[2] * 0.42)
    metal = mix(stage.palette.near, (0.45, 0.33, 0.2), 0.4)
    stand = Plate(stage, cover(fill(area, [base, pole]), metal), depth, left=px - cx, top=py - foot)
    return [
        shadow(stage, px, py, size * 0.2, depth),
        lantern_glow(stage, x, y - 0.36 * unit / stage.height, 0.62 * scale, depth, colour=glow),
        stand,
        replace(stand, image=cover(fill(area, [shade]), silk)),
    ]


def _bottle(stage: Stage, x: float, y: float, tall: float, tone: RGB) -> list[Layer]:
    glass = shift(mix(tone, stage.palette.near, 0.12), chroma=1.1)
    out = turned(stage, BOTTLE, x, y, tall, glass, 0.6, alpha=0.93)
    inner = [(width * 0.86, 0.02 + height * 0.80) for width, height in BOTTLE if height <= 0.62]
    inner_layers = turned(stage, inner, x, y - 0.012, tall * 0.72, mix(tone, (1, 0.9, 0.7), 0.25), 0.6, alpha=0.55)
    cap: Profile = [(0.115, 0.0), (0.12, 0.1), (0.12, 0.9), (0.11, 1.0)]
    cap = [(width * tall / 0.06 * 0.9, height) for width, height in cap]
    lift = y - tall * 0.775 * stage.unit / stage.height
    return [
        *out,
        inner_layers[1],
        *turned(stage, cap, x, lift, 0.06, mix(hex_rgb("#d8b46a"), stage.palette.near, 0.1), 0.6)[1:],
    ]
