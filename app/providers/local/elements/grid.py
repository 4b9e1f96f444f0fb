"""The glowing floor of a synthwave picture: lines to the horizon, and rungs that come toward us."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from app.providers.local.camera import View
from app.providers.local.colour import RGB
from app.providers.local.stage import Stage


@dataclass(frozen=True)
class Grid:
    """A floor below `horizon` (frame heights)."""

    stage: Stage
    horizon: float
    ground: RGB
    line: RGB

    def paint(self, canvas: Image.Image, view: View, seconds: float) -> None:
        """Draw the floor as it lies now."""
        width, height = canvas.size
        top = round(((self.horizon - 0.5 - view.y * 0.2) * view.zoom_at(0.2) + 0.5) * height)
        tall = height - top
        if tall < 8:
            return
        mask = Image.new("L", (width, tall))
        draw = ImageDraw.Draw(mask)
        gap = self.stage.unit * 0.11
        middle = width * (0.5 - view.x * 0.5)
        for index in range(-40, 41):
            draw.line((middle + index * gap * 0.16, 0, middle + index * gap * 2.6, tall), fill=210, width=2)
        run = seconds * 1.1 * self.stage.reading.pace % 1
        for rung in range(24):
            away = rung + 1 - run
            y = tall / (0.32 * away + 0.12) * 0.13
            draw.line((0, y, width, y), fill=max(int(255 - 6 * away), 60), width=3 if away < 5 else 2)
        canvas.paste(tuple(int(part * 255) for part in self.ground), (0, top, width, height))
        small = mask.reduce(2).filter(ImageFilter.GaussianBlur(self.stage.unit * 0.004))
        light = ImageChops.add(mask.filter(ImageFilter.SMOOTH), small.resize(mask.size, Image.Resampling.BILINEAR))
        canvas.paste(
            tuple(int(part * 255) for part in self.line), (0, top), light.point(lambda value: int(value * 0.85))
        )
