"""Above the clouds: banks of cloud to the horizon, a low sun, and whoever flies there."""

from __future__ import annotations

from app.providers.local.colour import mix, shift
from app.providers.local.elements import cast, clouds, fauna, sky
from app.providers.local.elements.ridges import crest, ridge
from app.providers.local.elements.sky import Sun
from app.providers.local.stage import Layer, Plate, Stage


def draw(stage: Stage) -> list[Layer]:
    """Lay out sky, far summits, and six banks of cloud from far to near."""
    palette, rng, reading = stage.palette, stage.rng("above"), stage.reading
    sun = sky.sun_for(stage, _HORIZON)
    layers: list[Layer] = [sky.dome(stage, sun, _HORIZON)]
    if palette.night:
        layers.append(sky.twinkle(stage, _HORIZON))
    layers.append(clouds.streaks(stage, sun, _HORIZON, amount=0.5))
    for index in range(6):
        layers.append(_bank(stage, sun, index))
        if index == 1 and (reading.has("mountains") or rng.random() < 0.6):
            layers.append(_summits(stage, sun))
        if index == 2:
            layers += cast.aloft(stage, sun, palette.near, _HORIZON)
    if not reading.has("birds", "balloon", "lantern", "cranes"):
        layers.append(fauna.birds(stage, mix(palette.near, palette.far, 0.2), y=0.34, count=7, size=0.026))
    return layers


_HORIZON = 0.52


def _bank(stage: Stage, sun: Sun, index: int) -> Plate:
    palette, share = stage.palette, index / 5
    shade = mix(palette.sky[1], palette.far, 0.4)
    lit = mix(palette.glow, palette.disc, 0.45 if not palette.night else 0.1)
    tone = mix(mix(palette.horizon, shade, 0.25), shift(shade, light=-0.04), share)
    light = mix(lit, mix(palette.sky[2], lit, 0.45), share * 0.85)
    base, rise, depth = _HORIZON + 0.03 + 0.50 * share**1.35, 0.06 + 0.13 * share, 0.12 + 0.85 * share**1.3
    drift = 0.004 + 0.012 * share
    return clouds.bank(stage, f"c{index}", base, rise, sun, depth=depth, tone=tone, lit=light, drift=drift)


def _summits(stage: Stage, sun: Sun) -> Plate:
    palette = stage.palette
    line = crest(stage, "summit", "peaks", _HORIZON + 0.13, 0.24, waves=1.0)
    tint, mist = mix(palette.far, palette.near, 0.25), mix(palette.horizon, palette.far, 0.3)
    return ridge(stage, line, tint, depth=0.25, mist=mist, haze=0.9, sun=sun, relief=0.15, name="summit", bottom=0.8)
