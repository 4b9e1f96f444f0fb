"""Scenes around given pictures: the prompt's place, light and weather, with the pictures in it."""

from __future__ import annotations

from app.providers.local import references
from app.providers.local.colour import mix
from app.providers.local.elements import weather
from app.providers.local.elements.lights import Shafts
from app.providers.local.references import Photo
from app.providers.local.stage import Layer, Stage


def draw(stage: Stage, scene: list[Layer], photos: list[Photo]) -> list[Layer]:
    """Lay the photos into the scene, then let the scene's light and dust pass in front of them."""
    palette = stage.palette
    layers = references.laid_in(stage, scene, photos)
    side = 0.1 if stage.reading.seed % 2 else 0.9
    layers.append(Shafts(stage, side, -0.35, palette.glow, strength=0.20 if palette.night else 0.32, reach=1.7))
    if not stage.reading.has("snow", "rain", "fireflies", "embers", "petals", "leaves"):
        layers.append(weather.dust(stage, 46, colour=mix(palette.glow, (1, 1, 1), 0.35)))
    return layers
