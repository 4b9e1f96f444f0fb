"""Frames into files: one still as PNG, or all of them with their sound as MP4."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from PIL import Image

FPS = 24
RATE = 48_000
_PRESET = {"preset": "veryfast", "crf": "21", "aq-mode": "3", "profile": "high"}
"""aq-mode 3 gives dark, smooth areas more bits: skies at night band first."""

Sound = npt.NDArray[np.float32]
"""Stereo samples, shape (2, n), -1 to 1."""


def write_video(
    path: Path,
    frames: Iterator[Image.Image],
    count: int,
    size: tuple[int, int],
    sound: Sound,
    report: Callable[[int], None],
) -> None:
    """Encode `count` frames of RGB and the sound under them; `report` hears how many frames are done."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        picture = container.add_stream("libx264", rate=FPS)
        picture.width, picture.height = size
        picture.pix_fmt = "yuv420p"
        picture.time_base = Fraction(1, FPS)
        picture.thread_count = 1
        picture.options = dict(_PRESET)
        for name, value in (("color_range", 1), ("colorspace", 1), ("color_primaries", 1), ("color_trc", 1)):
            setattr(picture.codec_context, name, value)
        audio = container.add_stream("aac", rate=RATE, layout="stereo")
        audio.bit_rate = 96_000
        done = 0
        for index, image in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24").reformat(
                format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG"
            )
            frame.pts, frame.time_base = index, Fraction(1, FPS)
            container.mux(picture.encode(frame))
            until = sound.shape[1] * (index + 1) // count
            while until - done >= _CHUNK or (index + 1 == count and done < until):
                done = _write_sound(container, audio, sound, done, until)
            report(index + 1)
        container.mux(picture.encode(None))
        container.mux(audio.encode(None))


_CHUNK = 1024


def _write_sound(
    container: av.container.OutputContainer, audio: av.AudioStream, sound: Sound, start: int, until: int
) -> int:
    end = min(start + _CHUNK, until)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[:, start:end]), format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
    container.mux(audio.encode(frame))
    return end
