"""Above the clouds: banks of cloud to the horizon, a low sun, and whoever flies there."""

from __future__ import annotations

from app.providers.local.colour import mix, shift
from app.providers.local.elements import cast, clouds, fauna, sky
from app.providers.local.elements.ridges import crest, ridge
from app.providers.local.stage import Layer, Stage


def draw(stage: Stage) -> list[Layer]:
    """Lay out sky, far summits, and seven banks of cloud from far to near."""
    palette, rng, reading = stage.palette, stage.rng("above"), stage.reading
    horizon = 0.52
    sun = sky.sun_for(stage, horizon)
    layers: list[Layer] = [sky.dome(stage, sun, horizon)]
    if palette.night:
        layers.append(sky.twinkle(stage, horizon))
    layers.append(clouds.streaks(stage, sun, horizon, amount=0.5))
    shade = mix(palette.sky[1], palette.far, 0.4)
    lit = mix(palette.glow, palette.disc, 0.45 if not palette.night else 0.1)
    for index in range(6):
        share = index / 5
        tone = mix(mix(palette.horizon, shade, 0.25), shift(shade, light=-0.04), share)
        light = mix(lit, mix(palette.sky[2], lit, 0.45), share * 0.85)
        base = horizon + 0.03 + 0.50 * share**1.35
        layers.append(
            clouds.bank(
                stage,
                f"c{index}",
                base,
                0.06 + 0.13 * share,
                sun,
                depth=0.12 + 0.85 * share**1.3,
                tone=tone,
                lit=light,
                drift=0.004 + 0.012 * share,
                fade=0.30,
            )
        )
        if index == 1 and (reading.has("mountains") or rng.random() < 0.6):
            line = crest(stage, "summit", "peaks", base + 0.04, 0.24, waves=1.0)
            layers.append(
                ridge(
                    stage,
                    line,
                    mix(palette.far, palette.near, 0.25),
                    depth=0.25,
                    mist=tone,
                    haze=0.9,
                    sun=sun,
                    relief=0.15,
                    name="summit",
                    bottom=0.8,
                )
            )
        if index == 2:
            layers += cast.aloft(stage, sun, palette.near, horizon)
    if not reading.has("birds", "balloon", "lantern", "cranes"):
        layers.append(fauna.birds(stage, mix(palette.near, palette.far, 0.2), y=0.34, count=7, size=0.026))
    return layers
