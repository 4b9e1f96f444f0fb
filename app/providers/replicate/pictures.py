"""Pictures cut to a ratio, for models whose videos are of the first frame's."""

from __future__ import annotations

import io

from app.providers.base import Reference
from app.providers.errors import InvalidRequest

CLOSE = 0.01
"""How far a picture's ratio may be without anything being cut."""
QUALITY = 92


def cropped(picture: Reference, aspect_ratio: str) -> Reference:
    """The middle of a picture in this ratio, as a JPEG; the picture itself where it has the ratio already.

    Pictures were made anew by us when they came, so this opens no strange file. Raises InvalidRequest when it is broken
    all the same.
    """
    try:
        return _cropped(picture, *map(int, aspect_ratio.split(":")))
    except (OSError, ValueError, SyntaxError) as error:
        problem = InvalidRequest(f"the picture cannot be opened: {type(error).__name__}", field="references")
    raise problem


def _cropped(picture: Reference, across: int, down: int) -> Reference:
    from PIL import Image

    with Image.open(io.BytesIO(picture.data), formats=("JPEG", "PNG", "WEBP")) as image:
        width, height = image.size
        if abs(width / height * down / across - 1) <= CLOSE:
            return picture
        wide, high = min(width, round(height * across / down)), min(height, round(width * down / across))
        left, top = (width - wide) // 2, (height - high) // 2
        out = io.BytesIO()
        image.convert("RGB").crop((left, top, left + wide, top + high)).save(out, "JPEG", quality=QUALITY)
    return Reference(out.getvalue(), "image/jpeg", picture.role)
