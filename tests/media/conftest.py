"""Real pictures and videos, made once."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

Encode = Callable[..., bytes]
SECONDS = 4


def film(path: Path, *, seconds: float = SECONDS, black: float = 0.0, gop: int = 24, fast_start: bool = True) -> Path:
    """An H.264 and AAC film of 320x180 at 24 frames a second, its first `black` seconds dark."""
    options = {"movflags": "+faststart"} if fast_start else {}
    with av.open(str(path), "w", format="mp4", options=options) as out:
        picture = out.add_stream("libx264", rate=24, options={"preset": "ultrafast", "g": str(gop)})
        picture.width, picture.height, picture.pix_fmt = 320, 180, "yuv420p"
        sound = out.add_stream("aac", rate=48_000, layout="mono")
        noise = np.random.default_rng(7).integers(60, 250, (180, 320, 3), np.uint8)
        for number in range(round(seconds * 24)):
            pixels = np.zeros_like(noise) if number < black * 24 else np.roll(noise, number, axis=1)
            out.mux(picture.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        out.mux(picture.encode(None))
        for number in range(int(seconds * 48_000 / 1024)):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 48_000, number * 1024
            out.mux(sound.encode(frame))
        out.mux(sound.encode(None))
    return path


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture(scope="session")
def slow_start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("film") / "slow.mp4", fast_start=False)


@pytest.fixture(scope="session")
def picture() -> Image.Image:
    across = np.linspace(0, 255, 320, dtype=np.uint8)
    pixels = np.zeros((180, 320, 3), np.uint8)
    pixels[..., 0], pixels[..., 1] = across[None, :], np.linspace(0, 200, 180, dtype=np.uint8)[:, None]
    return Image.fromarray(pixels)


@pytest.fixture
def encode(picture: Image.Image) -> Encode:
    def encoded(form: str, image: Image.Image | None = None, **options: object) -> bytes:
        out = io.BytesIO()
        (image or picture).save(out, form, **options)
        return out.getvalue()

    return encoded


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[bytes, str], Path]:
    def save(data: bytes, name: str) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return save
