"""Weed that sways: ribbons anchored below, drawn anew for every frame because every part moves differently."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import Image, ImageDraw

from app.providers.local.camera import View
from app.providers.local.colour import RGB
from app.providers.local.shapes import stroke
from app.providers.local.stage import Stage


@dataclass(frozen=True)
class Kelp:
    """A stand of kelp at one depth."""

    stage: Stage
    name: str
    colour: RGB
    depth: float
    count: int
    tall: float
    """Height of the tallest, in frame heights."""
    leafy: bool = True

    def paint(self, canvas: Image.Image, view: View, seconds: float) -> None:
        """Draw every frond where the swell has it now."""
        rng = self.stage.rng(f"kelp {self.name}")
        zoom = view.zoom_at(self.depth)
        width, height = canvas.size
        fine = Image.new("L", (width * 2, height * 2))
        draw = ImageDraw.Draw(fine)
        floor = ((1.08 - 0.5 - view.y * self.depth) * zoom + 0.5) * height
        for _ in range(self.count):
            place, grown, phase, side = (
                float(rng.normal(0, 1)),
                float(rng.uniform(0.45, 1)),
                float(rng.uniform(0, 6.28)),
                int(rng.integers(2)),
            )
            home = (0.10 + 0.16 * place) if side else (0.90 + 0.16 * place)
            x = ((home - 0.5 - view.x * self.depth) * zoom + 0.5) * width
            self._frond(draw, x, floor, grown * self.tall * height * zoom, phase, seconds * self.stage.reading.pace)
        mask = fine.reduce(2)
        canvas.paste(tuple(int(part * 255) for part in self.colour), (0, 0), mask)

    def _frond(
        self, draw: ImageDraw.ImageDraw, x: float, floor: float, tall: float, phase: float, clock: float
    ) -> None:
        unit = self.stage.unit
        joints = 15
        spine = []
        for joint in range(joints):
            share = joint / (joints - 1)
            swing = (
                math.sin(share * 5.2 + phase - clock * 0.9) * 0.030
                + math.sin(share * 2.2 + phase * 2 - clock * 0.55) * 0.045
            )
            spine.append((x + swing * unit * share**0.8, floor - tall * share))
        stem = unit * 0.010 * (0.7 + 0.5 * self.depth)
        _polygon(draw, stroke(spine, [stem * (1.0 - 0.75 * i / joints) + 0.8 for i in range(joints)]))
        if not self.leafy:
            return
        for joint in range(2, joints - 1):
            (ax, ay), (bx, by) = spine[joint], spine[joint + 1]
            for side in (-1, 1):
                long = unit * 0.062 * (0.55 + 0.5 * self.depth) * (1.1 - joint / joints * 0.5)
                turn = math.atan2(by - ay, bx - ax) + side * (0.75 + 0.22 * math.sin(clock * 1.1 + joint + phase))
                mid = (ax + math.cos(turn) * long * 0.5, ay + math.sin(turn) * long * 0.5)
                tip = (ax + math.cos(turn + side * 0.35) * long, ay + math.sin(turn + side * 0.35) * long)
                _polygon(draw, stroke([(ax, ay), mid, tip], [stem * 0.3, long * 0.17, 0.8]))


def _polygon(draw: ImageDraw.ImageDraw, points: list[tuple[float, float]]) -> None:
    draw.polygon([(x * 2, y * 2) for x, y in points], fill=255)
