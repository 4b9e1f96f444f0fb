"""Small tools of the renderer's tests: pictures to give along, and colours counted."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from app.providers.base import Reference


def reference(image: Image.Image, role: str = "") -> Reference:
    """A picture as it would be given along."""
    data = io.BytesIO()
    image.save(data, "PNG")
    return Reference(data.getvalue(), "image/png", role)


def histogram(pixels: np.ndarray) -> np.ndarray:
    """How a picture's colours are spread, as shares of 64 coarse colours."""
    coarse = (pixels // 64).astype(int)
    index = coarse[..., 0] * 16 + coarse[..., 1] * 4 + coarse[..., 2]
    return np.bincount(index.ravel(), minlength=64) / index.size
