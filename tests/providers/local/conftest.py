"""What the renderer's tests share: briefs, and finished pictures as arrays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.providers.base import Brief, Kind
from app.providers.local.provider import LocalProvider


@pytest.fixture
def image_of(tmp_path: Path) -> Callable[..., np.ndarray]:
    """Render an image and give its pixels."""

    def render(prompt: str, operation_id: str = "one", **options: object) -> np.ndarray:
        fields = {"aspect_ratio": "1:1", "seed": 7} | options
        brief = Brief(kind=Kind.IMAGE, model="local", prompt=prompt, **fields)  # type: ignore[arg-type]
        target = tmp_path / "picture.png"
        LocalProvider().render(brief, operation_id, target, lambda _: None)
        with Image.open(target) as picture:
            return np.asarray(picture.convert("RGB"))

    return render


@pytest.fixture
def video_of(tmp_path: Path) -> Callable[..., Path]:
    """Render a video and give its file."""

    def render(prompt: str, report: Callable[[float], None] = lambda _: None, **options: object) -> Path:
        fields = {"aspect_ratio": "16:9", "duration": 1, "resolution": "720p", "seed": 7} | options
        brief = Brief(kind=Kind.VIDEO, model="local", prompt=prompt, **fields)  # type: ignore[arg-type]
        target = tmp_path / "film.mp4"
        assert LocalProvider().render(brief, "one", target, report) == "video/mp4"
        return target

    return render
