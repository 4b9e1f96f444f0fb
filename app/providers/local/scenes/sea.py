"""The sea: open water under sun or moon, with an island, a headland, a lighthouse or sails."""

from __future__ import annotations

from app.providers.local.colour import mix, shift
from app.providers.local.elements import clouds, sky
from app.providers.local.elements.ridges import crest, ridge
from app.providers.local.elements.water import Water
from app.providers.local.stage import Layer, Stage


def draw(stage: Stage) -> list[Layer]:
    """Lay out sky, far land, water and what is near."""
    rng, palette = stage.rng("sea"), stage.palette
    horizon = float(rng.uniform(0.52, 0.62))
    sun = sky.sun_for(stage, horizon)
    layers: list[Layer] = [sky.dome(stage, sun, horizon)]
    if palette.night:
        layers.append(sky.twinkle(stage, horizon))
    layers.append(clouds.streaks(stage, sun, horizon, amount=0.5))
    if stage.reading.has("clouds", "storm") or rng.random() < 0.45:
        layers += clouds.heaps(stage, sun, horizon)
    line = crest(stage, "land", "hills", horizon + 0.015, 0.07, waves=0.9)
    layers.append(
        ridge(
            stage,
            line,
            mix(palette.far, palette.horizon, 0.25),
            depth=0.12,
            mist=palette.horizon,
            haze=0.6,
            sun=sun,
            bottom=horizon + 0.03,
        )
    )
    tint = mix(palette.near, palette.far, 0.22)
    layers.append(Water(stage, horizon, shift(tint, light=-0.01), sun, swell=1.0, clarity=0.42, depth=0.12))
    return layers
