"""How fast the local renderer is: `python -m benchmarks.local_renderer` (pins itself to one core where the system can).

Seconds are processor seconds: on one core, what one waits when nothing else runs there. The floor is what the encoder
alone takes for as many frames of the same size and settings, so that the ratio means the same on any machine.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from PIL import Image

from app.providers.base import Brief, Kind
from app.providers.local import film
from app.providers.local.picture import VIDEO_SIZES
from app.providers.local.provider import LocalProvider

SECONDS = 8
PROMPTS = {
    "moonlit sea": "full moon over a quiet sea at night, slow pan to the right",
    "ridges": "desert ridges at sunset, zoom in",
    "kelp": "sun shafts through a kelp forest, drifting camera",
    "rainy city": "rainy street in Tokyo at night, person with an umbrella, zoom in",
    "snowy forest": "deer in a snowy forest, fog, pan left",
    "meadow": "red poppies in a meadow, butterflies, orbit",
}


def main() -> None:
    """Print a table of seconds, ratio to the floor, and file size."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    chosen = sys.argv[1:] or list(PROMPTS)
    print(f"{'scene':14}{'size':8}{'seconds':>9}{'floor':>8}{'ratio':>8}{'MB':>7}")
    with tempfile.TemporaryDirectory() as folder:
        for resolution in ("720p", "1080p"):
            floor = _floor(Path(folder) / "floor.mp4", VIDEO_SIZES[resolution, "16:9"])
            for name in chosen:
                seconds, size = _render(Path(folder) / "film.mp4", PROMPTS[name], resolution)
                print(
                    f"{name:14}{resolution:8}{seconds:9.1f}{floor:8.1f}{seconds / floor:8.1f}{size / 1e6:7.2f}",
                    flush=True,
                )


def _render(target: Path, prompt: str, resolution: str) -> tuple[float, int]:
    brief = Brief(Kind.VIDEO, "local", prompt, "16:9", duration=SECONDS, resolution=resolution, seed=1)
    start = time.process_time()
    LocalProvider().render(brief, "benchmark", target, lambda _: None)
    return time.process_time() - start, target.stat().st_size


def _floor(target: Path, size: tuple[int, int]) -> float:
    count = SECONDS * film.FPS
    still = Image.radial_gradient("L").resize(size).convert("RGB")

    def frames() -> Iterator[Image.Image]:
        for _ in range(count):
            yield still

    silence = np.zeros((2, SECONDS * film.RATE), dtype=np.float32)
    start = time.process_time()
    film.write_video(target, frames(), count, size, silence, lambda _: None)
    return time.process_time() - start


if __name__ == "__main__":
    main()
