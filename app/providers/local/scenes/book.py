"""Which family draws which scene, and the picture they make: layers from back to front, and a sound."""

from __future__ import annotations

from collections.abc import Callable

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



def compose(reading: Reading, width: int, height: int, *, moving: bool) -> tuple[Stage, list[Layer]]:
    """Set the stage for a reading and lay out its layers."""
    import numpy as np

    rng = np.random.Generator(np.random.PCG64(reading.seed))
    palette = choose(reading, rng)
    stage = Stage(width, height, reading, palette, moving)
    layers = BOOK.get(reading.scene, ridges.draw)(stage)
    return stage, [*layers, *weather.falling(stage)]
