"""Colour in OKLab, where equal steps look equal: mixing, ramps and gentle changes of hue, chroma and lightness.

Source: Björn Ottosson, "A perceptual color space for image processing", bottosson.github.io/posts/oklab.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Field = npt.NDArray[np.floating[Any]]
RGB = tuple[float, float, float]
"""Red, green and blue as the screen takes them (sRGB), each 0 to 1."""

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LAB = np.linalg.inv(_TO_LAB)
_FROM_LMS = np.linalg.inv(_TO_LMS)


def hex_rgb(text: str) -> RGB:
    """Read "#1b2c3d"."""
    return int(text[1:3], 16) / 255, int(text[3:5], 16) / 255, int(text[5:7], 16) / 255


def oklab(colours: npt.ArrayLike) -> Field:
    """Turn sRGB (last axis of three) into OKLab."""
    srgb = np.clip(np.asarray(colours, dtype=np.float32), 0, 1)
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T, dtype=np.float32)


def srgb(labs: npt.ArrayLike) -> Field:
    """Turn OKLab (last axis of three) into sRGB, clipped to what a screen can show."""
    lms = (np.asarray(labs, dtype=np.float32) @ _FROM_LAB.T.astype(np.float32)) ** 3
    linear = np.clip(lms @ _FROM_LMS.T.astype(np.float32), 0, 1)
    out = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(out, dtype=np.float32)


def mix(first: RGB, second: RGB, share: float) -> RGB:
    """Blend two colours as the eye would; `share` is how much of the second."""
    labs = oklab([first, second])
    return _rgb(srgb(labs[0] * (1 - share) + labs[1] * share))


def ramp(stops: Sequence[RGB], count: int, *, ease: float = 1.0) -> Field:
    """Lay `count` colours evenly from the first stop to the last, mixed in OKLab.

    `ease` above 1 lingers at the first.
    """
    labs = oklab(stops)
    at = np.linspace(0, 1, count) ** ease * (len(stops) - 1)
    knots = np.arange(len(stops))
    return srgb(np.stack([np.interp(at, knots, labs[:, axis]) for axis in range(3)], axis=-1))


def shift(colour: RGB, *, hue: float = 0.0, chroma: float = 1.0, light: float = 0.0) -> RGB:
    """Turn the hue by degrees, scale the chroma, and add lightness (0 to 1)."""
    lightness, a, b = (float(part) for part in oklab(colour))
    turn = math.radians(hue)
    turned = (a * math.cos(turn) - b * math.sin(turn), a * math.sin(turn) + b * math.cos(turn))
    return _rgb(srgb([min(max(lightness + light, 0), 1), turned[0] * chroma, turned[1] * chroma]))


def toward_hue(colour: RGB, target: RGB, share: float, *, floor: float = 0.0) -> RGB:
    """Take the hue of `target` while keeping the lightness, so that light and dark stay where they were.

    `floor` is the least chroma the result keeps, scaled by the target's own, so that greys take the hue too.
    """
    lab, aim = oklab(colour), oklab(target)
    chroma = max(math.hypot(float(lab[1]), float(lab[2])), floor)
    reach = math.hypot(float(aim[1]), float(aim[2]))
    grey = min(reach / 0.05, 1.0)
    unit = (float(aim[1]) / max(reach, 1e-6), float(aim[2]) / max(reach, 1e-6))
    wanted = (unit[0] * chroma * grey, unit[1] * chroma * grey)
    a = float(lab[1]) * (1 - share) + wanted[0] * share
    b = float(lab[2]) * (1 - share) + wanted[1] * share
    return _rgb(srgb([float(lab[0]), a, b]))


def lightness(colour: RGB) -> float:
    """How light the colour looks, 0 to 1."""
    return float(oklab(colour)[0])


def _rgb(values: Field) -> RGB:
    return float(values[0]), float(values[1]), float(values[2])
