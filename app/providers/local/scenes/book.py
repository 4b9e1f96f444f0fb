"""Which family draws which scene, and the picture they make: layers from back to front."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from app.providers.base import Reference
from app.providers.local import references
from app.providers.local.elements import weather
from app.providers.local.palettes import choose
from app.providers.local.reading import Reading
from app.providers.local.scenes import (
    above,
    bloom,
    city,
    desert,
    fluid,
    forest,
    geometry,
    given,
    interior,
    meadow,
    paper,
    ridges,
    sea,
    space,
    spheres,
    underwater,
)
from app.providers.local.stage import Layer, Stage
from app.providers.local.trim import trimmed

Draw = Callable[[Stage], list[Layer]]

BOOK: dict[str, Draw] = {
    "ridges": ridges.draw,
    "sea": sea.draw,
    "desert": desert.draw,
    "forest": forest.draw,
    "underwater": underwater.draw,
    "city": city.draw,
    "meadow": meadow.draw,
    "space": space.draw,
    "bloom": bloom.draw,
    "fluid": fluid.draw,
    "silk": fluid.silk,
    "spheres": spheres.draw,
    "geometry": geometry.draw,
    "paper": paper.draw,
    "interior": interior.draw,
    "sky": above.draw,
}


def compose(
    reading: Reading, width: int, height: int, *, moving: bool, pictures: tuple[Reference, ...] = ()
) -> tuple[Stage, list[Layer]]:
    """Set the stage for a reading, with the given pictures, and lay out its layers."""
    rng = np.random.Generator(np.random.PCG64(reading.seed))
    palette = choose(reading, rng)
    photos = references.load(pictures)
    styles = [photo for photo in photos if photo.role == "style"]
    shown = [photo for photo in photos if photo.role != "style"]
    if styles:
        palette = references.styled(palette, styles[0])
    if shown:
        reading = replace(reading, subjects=())  # the given pictures are the subject
    stage = Stage(width, height, reading, palette, moving)
    layers = BOOK.get(reading.scene, ridges.draw)(stage)
    if shown:
        layers = given.draw(stage, layers, shown)
    layers = [*layers, *weather.falling(stage)]
    if styles:
        layers.append(references.texture(stage, styles[0]))
    return stage, trimmed(stage, layers)
