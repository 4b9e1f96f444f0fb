"""From a brief to finished frames: read, compose, and let the camera run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from PIL import Image

from app.providers.base import Brief, Kind, Reference
from app.providers.local import film, mark, sound
from app.providers.local.camera import MOVES, Camera, View
from app.providers.local.reading import Reading, read
from app.providers.local.scenes.book import compose
from app.providers.local.stage import Layer, Stage

IMAGE_SIZES = {"1:1": (1024, 1024), "16:9": (1344, 768), "9:16": (768, 1344)}
VIDEO_SIZES = {
    ("720p", "16:9"): (1280, 720), ("720p", "9:16"): (720, 1280), ("720p", "1:1"): (720, 720),
    ("1080p", "16:9"): (1920, 1080), ("1080p", "9:16"): (1080, 1920), ("1080p", "1:1"): (1080, 1080),
}  # fmt: skip


def size_of(brief: Brief) -> tuple[int, int]:
    """Width and height of what the brief asks for."""
    if brief.kind is Kind.IMAGE:
        return IMAGE_SIZES.get(brief.aspect_ratio, IMAGE_SIZES["1:1"])
    return VIDEO_SIZES.get((brief.resolution or "720p", brief.aspect_ratio), VIDEO_SIZES["720p", "16:9"])


def draw(brief: Brief, operation_id: str, path: Path, report: Callable[[float], None]) -> str:
    """Write the picture or film to `path` and return its media type."""
    reading = read(brief.prompt, negative=brief.negative_prompt, seed=brief.seed, variation=operation_id)
    width, height = size_of(brief)
    moving = brief.kind is Kind.VIDEO
    stage, layers = compose(reading, width, height, moving=moving, pictures=brief.references)
    report(0.12)
    if not moving:
        still(stage, layers).save(path, "PNG", compress_level=4)
        return "image/png"
    seconds = brief.duration or 4
    count = seconds * film.FPS
    waves = sound.ambience(stage, seconds)
    report(0.15)
    film.write_video(
        path,
        frames(stage, layers, camera_for(reading), count),
        count,
        (width, height),
        waves,
        lambda done: report(0.15 + 0.84 * done / count),
    )
    return "video/mp4"


def still(stage: Stage, layers: list[Layer]) -> Image.Image:
    """The picture as the camera first sees it."""
    return next(frames(stage, layers, Camera(), 1))


def frames(stage: Stage, layers: list[Layer], camera: Camera, count: int) -> Iterator[Image.Image]:
    """Paint one frame after the other onto the same canvas."""
    finish = mark.finish(stage.width, stage.height)
    canvas = Image.new("RGB", (stage.width, stage.height))
    for index in range(count):
        seconds = index / film.FPS
        view = camera.at(index / max(count - 1, 1), seconds)
        for layer in layers:
            layer.paint(canvas, view, seconds)
        canvas.paste(finish, (0, 0), finish)
        yield canvas


def camera_for(reading: Reading) -> Camera:
    """The move that was asked for, or a slow drift to the side that the seed chose."""
    name = reading.move or ("drift", "drift back")[reading.seed % 2]
    camera = MOVES[name]
    if reading.pace < 1:
        return replace(camera, start=_softer(camera.start), end=_softer(camera.end))
    return camera


def _softer(view: View) -> View:
    return View(view.x * 0.7, view.y * 0.7, 1 + (view.zoom - 1) * 0.75)


def thumbnail(
    prompt: str, width: int, height: int, *, seed: int | None = 1, pictures: tuple[Reference, ...] = ()
) -> Image.Image:
    """A still of any size, for contact sheets."""
    stage, layers = compose(read(prompt, seed=seed), width, height, moving=False, pictures=pictures)
    return still(stage, layers).copy()
