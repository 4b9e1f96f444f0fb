"""Steam that curls up and thins out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from app.providers.local.camera import View
from app.providers.local.elements.lights import add_light
from app.providers.local.stage import Stage


@dataclass(frozen=True)
class Steam:
    """Three strands of steam over a point in frame widths and heights; `tall` in units of the stage."""

    stage: Stage
    x: float
    y: float
    tall: float
    depth: float

    def paint(self, canvas: Image.Image, view: View, seconds: float) -> None:
        """Add the strands as they wind now."""
        width, height = canvas.width // 4, canvas.height // 4
        zoom, unit = view.zoom_at(self.depth), self.stage.unit / 4
        px = ((self.x - 0.5 - view.x * self.depth) * zoom + 0.5) * width
        py = ((self.y - 0.5 - view.y * self.depth) * zoom + 0.5) * height
        clock = seconds * self.stage.reading.pace
        rise = (py - np.arange(height, dtype=np.float32)) / (self.tall * unit * zoom)
        across = (np.arange(width, dtype=np.float32)[None, :] - px) / unit
        inside = np.clip(rise * 6, 0, 1) * np.clip(1 - rise, 0, 1) ** 1.3 * (rise > 0)
        light = np.zeros((height, width), dtype=np.float32)
        for index in range(3):
            lean = (index - 1) * 0.022 + np.sin(rise * (5.5 + index) - clock * 1.5 + index * 2.1) * 0.030 * np.clip(
                rise * 1.4, 0, 1
            )
            thick = 0.008 + 0.026 * np.clip(rise, 0, 1)
            light += (
                np.exp(-(((across - lean[:, None]) / thick[:, None]) ** 2))
                * (inside * (0.75 + 0.25 * np.sin(rise * 9 - clock * 2 + index)))[:, None]
            )
        tone = np.array(self.stage.palette.disc, dtype=np.float32)
        add_light(canvas, np.clip(light * 0.16, 0, 0.5)[..., None] * tone)
