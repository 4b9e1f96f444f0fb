"""Palettes: curated sets of colours for times of day, weathers and moods, bent by what the prompt names."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from app.providers.local.colour import RGB, hex_rgb, mix, shift, toward_hue
from app.providers.local.reading import Reading
from app.providers.local.swatches import COLOURS, SETS


@dataclass(frozen=True)
class Palette:
    """The colours of one picture."""

    sky: tuple[RGB, ...]
    """From overhead down to the horizon."""
    disc: RGB
    """The sun or moon itself."""
    glow: RGB
    """The light around it, and on edges that face it."""
    far: RGB
    """Ground at the horizon, already half air."""
    near: RGB
    """Ground at our feet."""
    accent: RGB
    """Lamps, petals, sails: the one colour that is not the air's."""
    night: bool = False

    @property
    def horizon(self) -> RGB:
        """The air where sky and ground meet."""
        return self.sky[-1]


def choose(reading: Reading, rng: np.random.Generator) -> Palette:
    """Pick the palette for what was read."""
    name = _set_for(reading)
    variants = SETS[name]
    row = variants[int(rng.integers(len(variants)))]
    sky = tuple(hex_rgb(text) for text in row[0].split())
    disc, glow, far, near, accent = (hex_rgb(text) for text in row[1].split())
    palette = Palette(sky, disc, glow, far, near, accent, night=name in _DARK)
    turn = float(rng.uniform(-9, 9))
    palette = _each(palette, lambda colour: shift(colour, hue=turn))
    return _styled(_weathered(_detailed(_tinted(palette, reading), reading), reading), reading)


_DARK = frozenset({"night", "midnight", "blue hour", "space", "deep", "neon", "synthwave", "aurora", "storm night"})

_BY_STYLE = {
    "sumi": "sumi",
    "synthwave": "synthwave",
    "ukiyo-e": "ukiyo",
    "sepia": "sepia",
    "pastel": "pastel",
    "neon": "neon",
}


def _set_for(reading: Reading) -> str:
    if reading.scene == "space":
        return "space"
    if reading.scene == "underwater":
        deep = reading.time in {"night", "midnight", "dusk"} or reading.has("jellyfish") or "deep" in reading.content
        return "deep" if deep else "tropic"
    if reading.style in _BY_STYLE:
        return _BY_STYLE[reading.style]
    return _by_weather(reading) or _by_place(reading) or reading.time or "golden"


def _by_weather(reading: Reading) -> str:
    open_day = reading.time in {"", "day", "noon", "morning"}
    named = (
        ("storm", reading.has("storm") and reading.time not in {"night", "midnight"}),
        ("aurora", reading.has("aurora")),
        ("lava", reading.has("volcano") and reading.time in {"", "night", "dusk"}),
        ("autumn", reading.has("leaves") and open_day),
        ("neon", reading.scene == "city" and not reading.time and reading.has("rain")),
        ("fog", reading.has("fog", "rain") and open_day),
        ("arctic", reading.has("snow") and open_day),
    )
    return next((name for name, fits in named if fits), "")


def _by_place(reading: Reading) -> str:
    if reading.scene == "forest" and reading.time in {"", "morning", "noon"}:
        return "emerald"
    if reading.time:
        return ""
    if reading.scene in {"spheres", "silk"} or (reading.scene == "interior" and reading.has("bottle", "still life")):
        return "studio"
    return "night" if reading.scene == "city" else ""


def _tinted(palette: Palette, reading: Reading) -> Palette:
    named = [hex_rgb(COLOURS[name]) for name in reading.colours]
    hued = [
        colour
        for colour, name in zip(named, reading.colours, strict=True)
        if name not in {"black", "white", "grey", "silver"}
    ]
    if not hued:
        return palette
    main, second = hued[0], hued[-1]
    share = (0.8 if len(hued) > 1 or len(reading.content) <= 6 else 0.5) * (0.35 if reading.scene == "meadow" else 1)
    sky = tuple(toward_hue(colour, main, share, floor=0.04) for colour in palette.sky)
    if len(hued) > 1:
        sky = (*sky[:-1], toward_hue(palette.sky[-1], second, share, floor=0.05))
    return replace(
        palette,
        sky=sky,
        glow=toward_hue(palette.glow, second, share, floor=0.06),
        far=toward_hue(palette.far, main, share, floor=0.04),
        near=toward_hue(palette.near, main, share, floor=0.02),
        accent=mix(palette.accent, second, 0.75),
    )


def _detailed(palette: Palette, reading: Reading) -> Palette:
    """A colour that belongs to one thing (a red sail) is the accent, and leaves the air alone."""
    if not reading.details:
        return palette
    tone = hex_rgb(COLOURS[reading.details[0]])
    disc = mix(palette.disc, tone, 0.85) if {"sun", "moon"} & set(reading.concepts) else palette.disc
    return replace(palette, accent=mix(palette.accent, tone, 0.85), disc=disc)


def _weathered(palette: Palette, reading: Reading) -> Palette:
    if reading.has("fog"):
        palette = _each(palette, lambda colour: shift(mix(colour, palette.horizon, 0.18), chroma=0.8))
    if reading.has("rain", "storm"):
        palette = _each(palette, lambda colour: shift(colour, chroma=0.75, light=-0.03))
    return palette


def _styled(palette: Palette, reading: Reading) -> Palette:
    if reading.style == "noir" or {"black", "white"} <= set(reading.colours):
        return _each(palette, lambda colour: shift(colour, chroma=0.04))
    if reading.mood == "vivid":
        return _each(palette, lambda colour: shift(colour, chroma=1.2))
    if reading.mood == "muted":
        return _each(palette, lambda colour: shift(colour, chroma=0.8))
    return palette


def _each(palette: Palette, change: object) -> Palette:
    assert callable(change)  # noqa: S101
    changed: dict[str, object] = {}
    for item in fields(palette):
        value = getattr(palette, item.name)
        if item.name == "sky":
            changed["sky"] = tuple(change(colour) for colour in value)
        elif item.name != "night":
            changed[item.name] = change(value)
    return replace(palette, **changed)  # type: ignore[arg-type]
