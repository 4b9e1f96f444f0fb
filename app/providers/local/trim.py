"""Trimming: nothing is moved and blended for every frame that no camera can see."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image

from app.providers.local.elements.water import Water
from app.providers.local.stage import Layer, Plate, Stage

_SLACK = 0.14
"""How far nearer ground may slide down and bare what lies behind it, in frame heights: the most that any move does."""


def trimmed(stage: Stage, layers: list[Layer]) -> list[Layer]:
    """Cut every plate to what it shows, and below the line from which nearer ground hides it."""
    layers = _merged(stage, layers)
    slack = int(_SLACK * stage.height) if stage.moving else 4
    floor = stage.plate[1]
    kept: list[Layer] = []
    for layer in reversed(layers):
        if isinstance(layer, Plate):
            plate = _cut(layer, floor)
            if plate is None:
                continue
            floor = min(floor, _solid_from(stage, plate, floor) + slack)
            kept.append(plate)
            continue
        if isinstance(layer, Water) and layer.end > 1.05:
            floor = min(floor, int(stage.spot(0, layer.horizon)[1]) + slack)
        kept.append(layer)
    return kept[::-1]


def _merged(stage: Stage, layers: list[Layer]) -> list[Layer]:
    """Join neighbours that stand at the same depth and do not move by themselves: one blend instead of several."""
    out: list[Layer] = []
    for layer in layers:
        last = out[-1] if out else None
        if isinstance(layer, Plate) and isinstance(last, Plate) and _alike(last, layer):
            out[-1] = _joined(last, layer)
        else:
            out.append(layer)
    return out


def _alike(first: Plate, second: Plate) -> bool:
    still = not (first.drift or second.drift or first.bob[0] or second.bob[0])
    return still and first.depth == second.depth and first.image.mode == second.image.mode == "RGBa"


def _joined(first: Plate, second: Plate) -> Plate:
    left, top = min(first.left, second.left), min(first.top, second.top)
    right = max(first.left + first.image.width, second.left + second.image.width)
    bottom = max(first.top + first.image.height, second.top + second.image.height)
    image = Image.new("RGBa", (round(right - left), round(bottom - top)))
    for plate in (first, second):
        image.paste(plate.image, (round(plate.left - left), round(plate.top - top)), plate.image)
    return replace(first, image=image, left=left, top=top)


def _cut(plate: Plate, floor: int) -> Plate | None:
    image = plate.image
    visible = min(image.height, int(floor - plate.top) + 1)
    if plate.bob[0] or visible >= image.height:
        visible = image.height
    if visible < 1:
        return None
    box = image.crop((0, 0, image.width, visible)).getbbox()
    if box is None:
        return None
    if box == (0, 0, *image.size):
        return plate
    return replace(plate, image=image.crop(box), left=plate.left + box[0], top=plate.top + box[1])


def _solid_from(stage: Stage, plate: Plate, floor: int) -> int:
    """The plate row below which this plate hides everything, or the whole height where it does not."""
    width, height = stage.plate
    image = plate.image
    wide = plate.left <= 0 and plate.left + image.width >= width
    if image.mode != "RGBa" or plate.bob[0] or not wide or plate.top + image.height < min(floor, height) - 1:
        return height
    solid = np.asarray(image.getchannel(3)).min(axis=1) == 255
    holes = np.flatnonzero(~solid)
    return int(plate.top) + (int(holes[-1]) + 1 if len(holes) else 0)
