"""Given pictures: read safely, cut out where their ground is plain, graded to the scene, and laid into it."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from app.providers.base import Reference
from app.providers.local.colour import RGB, Field, lightness, mix, oklab, srgb
from app.providers.local.cutout import cut_out
from app.providers.local.palettes import Palette
from app.providers.local.shapes import Point, circle, fill
from app.providers.local.stage import Layer, Plate, Stage, cover, solid

_LARGEST = 1600
"""Longest side worked on: more than any frame shows of a picture, and quick to grade."""


@dataclass(frozen=True)
class Photo:
    """A given picture, and the part of it that is the thing itself where that can be told."""

    image: Image.Image
    mask: Image.Image | None
    role: str


def load(references: tuple[Reference, ...]) -> list[Photo]:
    """Read the pictures; what shows no clear thing on a plain ground has no mask."""
    photos = []
    for reference in references:
        with Image.open(io.BytesIO(reference.data)) as opened:
            image = ImageOps.exif_transpose(opened)
            image.thumbnail((_LARGEST, _LARGEST), Image.Resampling.LANCZOS)
            rgba = image.convert("RGBA")
        alpha = rgba.getchannel("A")
        own = alpha if int(np.asarray(alpha).min()) < 128 else None
        flat = Image.new("RGB", rgba.size, (128, 128, 128))
        flat.paste(rgba, (0, 0), alpha)
        photos.append(Photo(flat, own or cut_out(flat), reference.role))
    return photos


def styled(palette: Palette, photo: Photo) -> Palette:
    """The palette of a picture: its darks for the near, its lights for the light, its most colourful for the accent."""
    small = np.asarray(photo.image.resize((48, 48), Image.Resampling.BOX), dtype=np.float32).reshape(-1, 3) / 255
    labs = oklab(small)
    order = np.argsort(labs[:, 0])
    steps = [_tone(labs, order, share) for share in (0.06, 0.25, 0.45, 0.65, 0.85, 0.97)]
    vivid = labs[np.argsort(np.hypot(labs[:, 1], labs[:, 2]))[-60:]].mean(axis=0)
    accent = _rgb(srgb(vivid))
    night = lightness(steps[3]) < 0.45
    sky = (
        (steps[1], steps[2], steps[3], steps[4])
        if night
        else (steps[2], steps[3], steps[4], mix(steps[4], steps[5], 0.5))
    )
    return replace(
        palette,
        sky=sky,
        disc=mix(steps[5], (1, 1, 1), 0.4),
        glow=mix(steps[4], accent, 0.35),
        far=steps[2],
        near=mix(steps[0], (0, 0, 0), 0.25),
        accent=accent,
        night=night,
    )


def texture(stage: Stage, photo: Photo) -> Layer:
    """The brushwork of a picture, as a faint relief over the whole frame."""
    width, height = stage.plate
    # Upside down: the strokes are wanted, not the picture's ghost.
    grey = ImageOps.fit(photo.image.convert("L").rotate(180), (width, height), Image.Resampling.BICUBIC)
    detail = np.asarray(grey, dtype=np.float32) - np.asarray(
        grey.filter(ImageFilter.GaussianBlur(stage.unit * 0.012)), dtype=np.float32
    )
    strength = np.clip(np.abs(detail) / 255 * 1.2, 0, 0.14)
    colours = np.where(detail[..., None] > 0, 1.0, 0.0) * np.ones(3)
    return Plate(stage, cover(strength.astype(np.float32), colours.astype(np.float32)), 0.5)


def laid_in(stage: Stage, scene: list[Layer], photos: list[Photo]) -> list[Layer]:
    """The picture of one or two photos: the first is whom it is about, the second what or where."""
    main, other = photos[0], photos[1] if len(photos) > 1 else None
    if other is None:
        if main.mask is None:
            return _filling(stage, main)
        raised = stage.reading.scene == "interior"
        return [*scene, *_standing(stage, main, 0.5, 0.46 if raised else 0.66, foot=0.735 if raised else 0.93)]
    other = replace(other, image=_matched(other.image, main.image))
    if main.mask and not other.mask:
        return [_backdrop(stage, other, blur=0.006), *_standing(stage, main, 0.44, 0.74)]
    if main.mask and other.mask:
        return [*scene, *_standing(stage, main, 0.40, 0.70), *_standing(stage, other, 0.72, 0.36, near=True)]
    if other.mask:
        return [*_filling(stage, main), *_standing(stage, other, 0.72, 0.46, near=True)]
    return [_backdrop(stage, other, blur=0.010, dim=0.22), *_print(stage, main)]


def _filling(stage: Stage, photo: Photo) -> list[Layer]:
    """A photo over the whole frame where its form allows, else whole upon its own blurred self."""
    frame, own = stage.width / stage.height, photo.image.width / photo.image.height
    if 1 / 1.5 < own / frame < 1.5:
        return [_backdrop(stage, photo, blur=0.0)]
    return [_backdrop(stage, photo, blur=0.035, dim=0.30), *_print(stage, photo, share=0.94, tilt=0.0)]


def _backdrop(stage: Stage, photo: Photo, *, blur: float, dim: float = 0.0) -> Plate:
    image = ImageOps.fit(photo.image, stage.plate, Image.Resampling.LANCZOS, centering=(0.5, 0.42))
    if blur:
        small = image.resize((max(image.width // 4, 2), max(image.height // 4, 2)), Image.Resampling.BOX)
        image = small.filter(ImageFilter.GaussianBlur(stage.unit * blur / 4)).resize(
            image.size, Image.Resampling.BICUBIC
        )
    values = _graded(stage, np.asarray(image, dtype=np.float32) / 255, 0.38) * (1 - dim)
    return Plate(stage, solid(Image.fromarray((values * 255).clip(0, 255).astype(np.uint8))), 0.45)


def _print(stage: Stage, photo: Photo, *, share: float = 0.80, tilt: float = -1.6) -> list[Layer]:
    """A photo as a print with rounded corners and a soft shadow."""
    scale = min(stage.width * share / photo.image.width, stage.height * share / photo.image.height)
    size = (max(int(photo.image.width * scale), 8), max(int(photo.image.height * scale), 8))
    values = _graded(
        stage, np.asarray(photo.image.resize(size, Image.Resampling.LANCZOS), dtype=np.float32) / 255, 0.30
    )
    round_ = min(stage.unit * 0.014, min(size) / 3)
    corners: list[list[Point]] = [
        circle(x, y, round_) for x in (round_, size[0] - round_) for y in (round_, size[1] - round_)
    ]
    bars: list[list[Point]] = [
        [(round_, 0), (size[0] - round_, 0), (size[0] - round_, size[1]), (round_, size[1])],
        [(0, round_), (size[0], round_), (size[0], size[1] - round_), (0, size[1] - round_)],
    ]
    picture = cover(fill(size, [*corners, *bars]), values)
    picture = picture.rotate(tilt, Image.Resampling.BICUBIC, expand=True) if tilt else picture
    px, py = stage.spot(0.5, 0.5)
    return [
        _shadow_of(stage, picture, px, py, 0.75),
        Plate(stage, picture, 0.75, left=px - picture.width / 2, top=py - picture.height / 2),
    ]


def _standing(
    stage: Stage, photo: Photo, x: float, share: float, *, near: bool = False, foot: float = 0.93
) -> list[Layer]:
    """A cut-out with its feet near the lower edge, lit like the scene, its shadow on the ground."""
    assert photo.mask is not None  # noqa: S101
    box = photo.mask.getbbox() or (0, 0, *photo.mask.size)
    image, mask = photo.image.crop(box), photo.mask.crop(box)
    scale = min(stage.height * share * 1.1 / image.height, stage.width * min(share * 1.1, 0.86) / image.width)
    size = (max(int(image.width * scale), 8), max(int(image.height * scale), 8))
    values = _graded(stage, np.asarray(image.resize(size, Image.Resampling.LANCZOS), dtype=np.float32) / 255, 0.34)
    alpha = np.asarray(mask.resize(size, Image.Resampling.LANCZOS), dtype=np.float32) / 255
    edge = (
        np.clip(alpha - np.roll(alpha, (max(size[0] // 160, 1), max(size[0] // 110, 1)), axis=(0, 1)), 0, 1)[..., None]
        * 0.5
    )
    values = values + edge * (np.array(stage.palette.glow, dtype=np.float32) - values)
    depth = 0.95 if near else 0.8
    px, py = stage.spot(x, 0.95 if near else foot)
    wide, tall = int(size[0] * 1.6) + 8, int(size[0] * 0.34) + 8
    pool = fill((wide, tall), [circle(wide / 2, tall / 2, size[0] * 0.52, squash=0.14)]).filter(
        ImageFilter.GaussianBlur(size[0] * 0.035)
    )
    dark = cover(np.asarray(pool, dtype=np.float32) / 255 * 0.55, mix(stage.palette.near, (0, 0, 0), 0.6))
    return [
        Plate(stage, dark, depth, left=px - wide / 2, top=py - tall / 2),
        Plate(
            stage,
            cover(alpha, np.clip(values, 0, 1).astype(np.float32)),
            depth,
            left=px - size[0] / 2,
            top=py - size[1],
        ),
    ]


def _graded(stage: Stage, values: Field, share: float) -> Field:
    """Bring a photo into the scene's light: darks lean to the near ground, lights to the glow; its own colours stay."""
    if stage.palette.night:
        values = values * np.float32(0.86)
    light = values @ np.array([0.30, 0.59, 0.11], dtype=np.float32)
    dark_tone, light_tone = _hue_of(stage.palette.near), _hue_of(stage.palette.glow)
    toned = values * (dark_tone * (1 - light)[..., None] + light_tone * light[..., None])
    out = values * (1 - share) + toned * share
    return np.asarray(np.clip((out - 0.5) * 1.04 + 0.5, 0, 1), dtype=np.float32)


def _hue_of(colour: RGB) -> Field:
    tone = np.array(colour, dtype=np.float32) + 0.12
    return np.asarray(tone / max(float(tone @ np.array([0.30, 0.59, 0.11])), 0.05), dtype=np.float32).clip(0.55, 1.6)


def _matched(image: Image.Image, target: Image.Image, share: float = 0.4) -> Image.Image:
    """Move a picture's colours part of the way to another's, so that the two belong together."""
    own, aim = (
        oklab(np.asarray(picture.resize((64, 64), Image.Resampling.BOX), dtype=np.float32) / 255).reshape(-1, 3)
        for picture in (image, target)
    )
    labs = oklab(np.asarray(image, dtype=np.float32) / 255)
    spread = np.clip(aim.std(axis=0) / np.maximum(own.std(axis=0), 1e-3), 0.7, 1.4)
    moved = (
        (labs - own.mean(axis=0)) * (1 + (spread - 1) * share)
        + own.mean(axis=0) * (1 - share)
        + aim.mean(axis=0) * share
    )
    return Image.fromarray((srgb(moved) * 255).astype(np.uint8))


def _shadow_of(stage: Stage, picture: Image.Image, px: float, py: float, depth: float) -> Plate:
    pad = int(stage.unit * 0.06)
    alpha = Image.new("L", (picture.width + 2 * pad, picture.height + 2 * pad))
    alpha.paste(picture.getchannel(3), (pad, pad))
    soft = np.asarray(alpha.filter(ImageFilter.GaussianBlur(stage.unit * 0.018)), dtype=np.float32) / 255 * 0.55
    return Plate(
        stage,
        cover(soft, (0.02, 0.01, 0.03)),
        depth * 0.97,
        left=px - alpha.width / 2,
        top=py - alpha.height / 2 + stage.unit * 0.014,
    )


def _tone(labs: Field, order: np.ndarray[tuple[int, ...], np.dtype[np.int64]], share: float) -> RGB:
    middle = int(share * (len(order) - 1))
    return _rgb(srgb(labs[order[max(middle - 60, 0) : middle + 60]].mean(axis=0)))


def _rgb(values: Field) -> RGB:
    return float(values[0]), float(values[1]), float(values[2])
