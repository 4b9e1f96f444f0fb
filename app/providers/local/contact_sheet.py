"""Draw the thirty named prompts onto one sheet.

`python -m app.providers.local.contact_sheet docs/local-renderer.webp`
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from app.providers.local.picture import thumbnail
from app.providers.local.prompts import NAMED

_COLUMNS, _WIDE, _TALL, _GAP, _LINE = 6, 264, 198, 10, 24
_INK, _GROUND = (214, 204, 190), (15, 11, 9)


def main(target: Path) -> None:
    """Write the sheet as WebP."""
    rows = -(-len(NAMED) // _COLUMNS)
    size = (_COLUMNS * (_WIDE + _GAP) + _GAP, rows * (_TALL + _LINE + _GAP) + _GAP)
    sheet = Image.new("RGB", size, _GROUND)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for index, (caption, prompt) in enumerate(NAMED.items()):
        x = _GAP + index % _COLUMNS * (_WIDE + _GAP)
        y = _GAP + index // _COLUMNS * (_TALL + _LINE + _GAP)
        picture = thumbnail(prompt, 1024, 768, seed=1).resize((_WIDE, _TALL), Image.Resampling.LANCZOS)
        sheet.paste(picture, (x, y))
        draw.text((x + 2, y + _TALL + 4), caption, fill=_INK, font=font)
    sheet.save(target, "WEBP", quality=86, method=6)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
