"""The stage: sizes and chance for one picture, and the layers that stand on it at different depths."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops

from app.providers.local.camera import View
from app.providers.local.colour import RGB, Field
from app.providers.local.palettes import Palette
from app.providers.local.reading import Reading


class Layer(Protocol):
    """Something that can paint itself onto a frame."""

    def paint(self, canvas: Image.Image, view: View, seconds: float) -> None:
        """Paint onto `canvas` (RGB, the frame's size) as seen from `view`."""
        ...


@dataclass(frozen=True)
class Stage:
    """The frame, the margin around it that camera moves uncover, and what the prompt said."""

    width: int
    height: int
    reading: Reading
    palette: Palette
    moving: bool = False

    @property
    def unit(self) -> float:
        """The length that shapes are measured in: the same share of the eye's field in every aspect ratio."""
        return min(math.sqrt(self.width * self.height), 1.15 * min(self.width, self.height))

    @property
    def margin_x(self) -> int:
        """Pixels drawn beyond the left and the right edge."""
        return int(self.width * (0.15 if self.moving else 0.01)) + 4

    @property
    def margin_y(self) -> int:
        """Pixels drawn beyond the top and the bottom edge."""
        return int(self.height * (0.10 if self.moving else 0.01)) + 4

    @property
    def plate(self) -> tuple[int, int]:
        """Width and height of a plate that covers frame and margin."""
        return self.width + 2 * self.margin_x, self.height + 2 * self.margin_y

    def rng(self, name: str) -> np.random.Generator:
        """Chance for one element: the same prompt and seed give the same, whatever else the scene draws."""
        digest = hashlib.sha256(f"{self.reading.seed}/{name}".encode()).digest()
        return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))

    def columns(self) -> Field:
        """Where the plate's columns lie in frame widths (0 left edge, 1 right edge)."""
        return (np.arange(self.plate[0], dtype=np.float32) - self.margin_x) / self.width

    def rows(self) -> Field:
        """Where the plate's rows lie in frame heights (0 top, 1 bottom)."""
        return (np.arange(self.plate[1], dtype=np.float32) - self.margin_y) / self.height

    def spot(self, x: float, y: float) -> tuple[float, float]:
        """Plate pixels of a point given in frame widths and heights."""
        return self.margin_x + x * self.width, self.margin_y + y * self.height

    def height_at(self, line: Field, x: float) -> float:
        """Where a crest line (plate pixels) runs at `x`, in frame heights."""
        at = min(max(int(self.spot(x, 0)[0]), 0), len(line) - 1)
        return float(line[at] - self.margin_y) / self.height


@dataclass(frozen=True)
class Plate:
    """A picture drawn once. `left` and `top` are plate pixels; premultiplied ("RGBa"), or "RGB" where it adds light."""

    stage: Stage
    image: Image.Image = field(repr=False)
    depth: float
    left: float = 0.0
    top: float = 0.0
    drift: float = 0.0
    """Frame widths a second, to the right."""
    bob: tuple[float, float] = (0.0, 0.0)
    """Height in pixels and period in seconds of a slow rise and fall."""
    phase: float = 0.0

    def paint(self, canvas: Image.Image, view: View, seconds: float) -> None:
        """Paint what of the plate falls inside the frame, moved by its share of the camera."""
        stage, zoom = self.stage, view.zoom_at(self.depth)
        lift = self.bob[0] * math.sin(2 * math.pi * (seconds / self.bob[1] + self.phase)) if self.bob[0] else 0.0
        x0 = stage.margin_x - self.left + stage.width * (0.5 - 0.5 / zoom + view.x * self.depth - self.drift * seconds)
        y0 = stage.margin_y - self.top + stage.height * (0.5 - 0.5 / zoom + view.y * self.depth) + lift
        if zoom == 1 and not view.y and not lift:
            y0 = round(y0)  # whole rows spare the resize its second pass
        across = _span(x0, zoom, self.image.width, canvas.width)
        down = _span(y0, zoom, self.image.height, canvas.height)
        if not across or not down:
            return
        size = (across[1] - across[0], down[1] - down[0])
        box = (across[2], down[2], across[3], down[3])
        part = window(self.image, size, box)
        blend(canvas, part, across[0], down[0])
        if down[1] < canvas.height and self.top + self.image.height >= stage.margin_y + stage.height - 2:
            # Ground drawn down to the frame's edge goes on below it, where the camera now looks.
            last = part.crop((0, part.height - 1, part.width, part.height))
            blend(canvas, last.resize((part.width, canvas.height - down[1])), across[0], down[1])


def window(image: Image.Image, size: tuple[int, int], box: tuple[float, float, float, float]) -> Image.Image:
    """What of a picture lies in `box` (pixels, with fractions), at `size`, with bilinear sampling.

    Without a change of scale that is a mix of neighbouring whole pixels: the same result in a seventh of the time.
    """
    width, height = size
    if abs(box[2] - box[0] - width) > 1e-6 or abs(box[3] - box[1] - height) > 1e-6:
        return image.resize(size, Image.Resampling.BILINEAR, box=box)
    left, top = math.floor(box[0]), math.floor(box[1])
    beside, below = box[0] - left, box[1] - top
    tall = height + 1 if below else height
    part = image.crop((left, top, left + width, top + tall))
    if beside:
        part = Image.blend(part, image.crop((left + 1, top, left + 1 + width, top + tall)), beside)
    if below:
        part = Image.blend(part.crop((0, 0, width, height)), part.crop((0, 1, width, tall)), below)
    return part


def blend(canvas: Image.Image, part: Image.Image, left: int, top: int) -> None:
    """Lay a premultiplied picture over the canvas; a picture without alpha is added as light (screen)."""
    if part.mode == "RGBa":
        canvas.paste(part, (left, top), part)
        return
    box = (left, top, left + part.width, top + part.height)
    canvas.paste(ImageChops.screen(canvas.crop(box), part), box)


def cover(mask: Field | Image.Image, colour: RGB | Field) -> Image.Image:
    """Make a premultiplied picture from coverage (0 to 1, or an "L" mask) and a colour or a field of colours."""
    alpha = np.asarray(mask, dtype=np.float32) / 255 if isinstance(mask, Image.Image) else mask
    height, width = alpha.shape
    out = np.empty((height, width, 4), dtype=np.float32)
    out[..., :3] = np.asarray(colour, dtype=np.float32)
    out[..., :3] *= alpha[..., None]
    out[..., 3] = alpha
    return premultiplied(out)


def premultiplied(values: npt.NDArray[np.float32]) -> Image.Image:
    """An "RGBa" picture from premultiplied values 0 to 1, dithered so that soft slopes do not band."""
    height, width = values.shape[:2]
    noise = _dither(height, width)
    pixels = np.clip(values * 255 + np.where(values > 0, noise[..., None], 0.5), 0, 255).astype(np.uint8)
    np.minimum(pixels[..., :3], pixels[..., 3:], out=pixels[..., :3])
    return Image.frombytes("RGBa", (width, height), pixels.tobytes())


def opaque(values: Field) -> Image.Image:
    """An "RGB" picture from values 0 to 1, dithered."""
    height, width = values.shape[:2]
    pixels = np.clip(values * 255 + _dither(height, width)[..., None], 0, 255).astype(np.uint8)
    return Image.frombytes("RGB", (width, height), pixels.tobytes())


def solid(image: Image.Image) -> Image.Image:
    """The same picture as a premultiplied layer without holes."""
    pixels = np.full((image.height, image.width, 4), 255, dtype=np.uint8)
    pixels[..., :3] = np.asarray(image.convert("RGB"))
    return Image.frombytes("RGBa", image.size, pixels.tobytes())


def _dither(height: int, width: int) -> Field:
    rng = np.random.Generator(np.random.PCG64(7))
    tile = rng.random((256, 256), dtype=np.float32)
    return np.tile(tile, (height // 256 + 1, width // 256 + 1))[:height, :width]


def _span(start: float, zoom: float, length: int, frame: int) -> tuple[int, int, float, float] | None:
    """Frame pixels [first, last) that a plate covers along one axis, and the plate's own span behind them."""
    first = max(0, math.ceil(-start * zoom))
    last = min(frame, math.floor((length - start) * zoom))
    if last <= first:
        return None
    return first, last, max(start + first / zoom, 0.0), min(start + last / zoom, float(length))
