"""Water: what stands above it, mirrored, broken by waves, with the light's path on it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from app.providers.local.camera import View
from app.providers.local.colour import RGB, Field
from app.providers.local.elements.sky import Sun
from app.providers.local.stage import Stage


@dataclass(frozen=True)
class Water:
    """A mirror below the horizon, painted anew for every frame from what the canvas already shows."""

    stage: Stage
    horizon: float
    tint: RGB
    sun: Sun | None = None
    swell: float = 1.0
    """How rough: 0.3 a pond, 1 the sea."""
    clarity: float = 0.55
    """How much of the mirror is left at our feet."""
    depth: float = 0.12
    squash: float = 0.8
    end: float = 1.2
    """Where the water ends, in frame heights: a near shore hides the rest."""
    waves: Field = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rng = self.stage.rng("waves")
        angle = rng.normal(0, 0.35, _WAVES)
        length = np.geomspace(2.2, 16, _WAVES) * rng.uniform(0.85, 1.15, _WAVES)
        table = np.stack(
            [np.sin(angle) * length, np.cos(angle) * length, np.sqrt(length) * 1.1, rng.uniform(0, 6.28, _WAVES)]
        )
        object.__setattr__(self, "waves", table.astype(np.float32))

    def paint(self, canvas: Image.Image, view: View, seconds: float) -> None:
        """Mirror the canvas about the horizon as it is seen now."""
        zoom = view.zoom_at(self.depth)
        height = canvas.height
        line = round((height * (self.horizon - 0.5 - view.y * self.depth)) * zoom + height / 2)
        last = min(height, round((height * (self.end - 0.5 - view.y * self.depth)) * zoom + height / 2))
        if last - line < 4 or line < 8:
            return
        half = canvas.width // 2
        above = np.asarray(canvas.crop((0, 0, canvas.width, line)).resize((half, line), Image.Resampling.BOX))
        surface = self._surface(above, last - line, height, zoom, view, seconds)
        strip = Image.fromarray(surface).resize((canvas.width, last - line), Image.Resampling.BILINEAR)
        canvas.paste(strip, (0, line))

    def _surface(
        self,
        above: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
        rows: int,
        height: int,
        zoom: float,
        view: View,
        seconds: float,
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        line, half = above.shape[:2]
        v = (np.arange(rows, dtype=np.float32) + 0.5) / height / zoom
        stage = self.stage
        frame = (np.arange(half, dtype=np.float32) / half - 0.5) / zoom + view.x * 0.6
        x = frame * stage.width / stage.unit
        wave = self._waves(x, v, zoom, seconds)
        amount = np.clip(v * 2.2, 0.015, 1)[:, None] * self.swell
        push = wave * amount * (0.045 + 0.05 * min(self.swell, 1.0)) * height
        source = line - 1 - (np.arange(rows, dtype=np.float32)[:, None] * self.squash + push)
        source = np.clip(np.abs(source), 0, line - 1).astype(np.int32)
        columns = np.clip(np.arange(half)[None, :] + (push * 0.35).astype(np.int32), 0, half - 1)
        mirror = above[source, columns].astype(np.float32)
        keep = (self.clarity + (0.94 - self.clarity) * np.exp(-v / 0.12))[:, None]
        shade = keep * (1 + wave * 0.10 * np.clip(v * 8, 0.2, 1)[:, None])
        mirror *= shade[..., None]
        mirror += ((1 - keep) * 255)[..., None] * np.array(self.tint, dtype=np.float32)
        if self.sun is not None:
            self._glitter(mirror, wave, v, frame)
        return np.asarray(np.clip(mirror, 0, 255), dtype=np.uint8)

    def _waves(self, x: Field, v: Field, zoom: float, seconds: float) -> Field:
        far = 1 / (v + 0.10)
        across = x[None, :] * far[:, None] * 1.6
        step = far**2 / (self.stage.height * zoom)  # how much `far` changes from one row to the next
        total = np.zeros((len(v), len(x)), dtype=np.float32)
        clock = seconds * self.stage.reading.pace
        for kx, kz, speed, phase in self.waves.T:
            # Waves finer than two rows would only flicker, so each fades out toward the horizon.
            weight = np.clip(1.7 - 3.0 * kz * step * 0.8, 0, 1)
            total += np.sin(across * kx + (far * (kz * 3.0) + speed * clock + phase)[:, None]) * weight[:, None]
        return total / np.float32(_WAVES**0.5)

    def _glitter(self, mirror: Field, wave: Field, v: Field, frame: Field) -> None:
        assert self.sun is not None  # noqa: S101
        width = 0.022 + v * 0.30
        path = np.exp(-(((frame[None, :] + 0.5 - self.sun.x) / width[:, None]) ** 2))
        crests = np.clip(wave * 1.7 - 0.35 + path * 0.3, 0, 1.3)
        strength = 0.9 if self.sun.shown else 0.25
        share = np.clip(path * crests * strength, 0, 0.95)[..., None]
        light = (np.array(self.stage.palette.glow) * 0.55 + np.array(self.stage.palette.disc) * 0.45).astype(
            np.float32
        ) * 255
        mirror += share * (light - mirror)


_WAVES = 7
