"""Telling a thing from the plain ground it was photographed on."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from app.providers.local.colour import oklab


def cut_out(image: Image.Image) -> Image.Image | None:
    """The thing on a plain ground: what the ground's colour, spreading in from the edges, does not reach."""
    small = np.asarray(image.resize((160, 160), Image.Resampling.BOX), dtype=np.float32) / 255
    labs = oklab(small)
    border = np.concatenate([labs[0], labs[-1], labs[:, 0], labs[:, -1]])
    ground = np.median(border, axis=0)
    if float(np.mean(np.linalg.norm(border - ground, axis=-1) < 0.06)) < 0.86:
        return None
    alike = np.linalg.norm(labs - ground, axis=-1) < 0.085
    reached = np.zeros_like(alike)
    reached[[0, -1], :] = alike[[0, -1], :]
    reached[:, [0, -1]] = alike[:, [0, -1]]
    for _ in range(400):
        wider = reached.copy()
        for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
            wider |= np.roll(reached, step, axis=axis)
        wider &= alike
        if (wider == reached).all():
            break
        reached = wider
    share = 1 - float(reached.mean())
    if not 0.04 < share < 0.80:
        return None
    coarse = Image.fromarray(((1 - reached) * 255).astype(np.uint8)).resize(image.size, Image.Resampling.BICUBIC)
    coarse = coarse.filter(ImageFilter.GaussianBlur(max(image.size) / 200))
    away = np.linalg.norm(oklab(np.asarray(image, dtype=np.float32) / 255) - ground, axis=-1)
    fine = np.clip((away - 0.035) / 0.05, 0, 1) * 255
    inside = np.asarray(coarse.filter(ImageFilter.MinFilter(9)), dtype=np.float32)
    mask = np.maximum(np.minimum(np.asarray(coarse, dtype=np.float32) * 1.6, fine), inside * (inside > 200)).clip(
        0, 255
    )
    return Image.fromarray(mask.astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8))
