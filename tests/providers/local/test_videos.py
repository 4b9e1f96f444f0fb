"""Videos of the local renderer: what is in the file, progress, and where the camera goes."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest


def frames_of(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


def shift_between(first: np.ndarray, last: np.ndarray) -> tuple[int, int]:
    """How far the picture slid to the right and down: where its middle is found again with the least difference."""
    a, b = first[::2, ::2].astype(int), last[::2, ::2].astype(int)
    rows, columns = slice(80, a.shape[0] - 80), slice(120, a.shape[1] - 120)

    def difference(dx: int, dy: int) -> float:
        moved = b[rows.start + dy : rows.stop + dy, columns.start + dx : columns.stop + dx]
        return float(np.abs(a[rows, columns] - moved).mean())

    dx = min(range(-110, 111), key=lambda step: difference(step, 0))
    dy = min(range(-70, 71), key=lambda step: difference(dx, step))
    return dx * 2, dy * 2


@pytest.mark.parametrize(
    ("ratio", "resolution", "size"),
    [("16:9", "720p", (1280, 720)), ("9:16", "720p", (720, 1280)), ("1:1", "1080p", (1080, 1080))],
)
def test_a_video_has_exactly_the_size_length_and_codecs_asked_for(video_of, ratio, resolution, size) -> None:
    path = video_of("moon over the sea", aspect_ratio=ratio, resolution=resolution)
    with av.open(str(path)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert (picture.codec_context.name, picture.width, picture.height) == ("h264", *size)
        assert picture.codec_context.pix_fmt == "yuv420p"
        assert picture.average_rate == 24
        assert (sound.codec_context.name, sound.rate, sound.codec_context.layout.name) == ("aac", 48_000, "stereo")
        assert float(picture.duration * picture.time_base) == pytest.approx(1.0, abs=0.001)
        assert float(sound.duration * sound.time_base) == pytest.approx(1.0, abs=0.03)
        assert sum(1 for _ in container.decode(video=0)) == 24
    head = path.read_bytes()[: 64 * 1024]
    assert head.index(b"moov") < head.index(b"mdat"), "players can start before the whole file is there"


def test_the_sound_is_soft_and_has_no_clicks_at_its_ends(video_of) -> None:
    path = video_of("waves on a beach, wind")
    with av.open(str(path)) as container:
        waves = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    assert 0.05 < np.abs(waves).max() <= 0.52
    assert np.abs(waves[:, :200]).max() < 0.02


def test_progress_never_goes_back_and_ends_at_one(video_of) -> None:
    told: list[float] = []
    video_of("forest in fog", report=told.append, duration=2)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) >= 3
    assert all(0 <= value <= 1 for value in told)


def test_the_camera_goes_where_the_prompt_says(video_of) -> None:
    prompt = "bauhaus poster, geometric shapes, camera "
    right, left = (frames_of(video_of(prompt + words)) for words in ("pans right", "pans left"))
    assert shift_between(right[0], right[-1])[0] < -20
    assert shift_between(left[0], left[-1])[0] > 20
    up = frames_of(video_of(prompt + "tilts up"))
    assert shift_between(up[0], up[-1])[1] > 15
    still = frames_of(video_of(prompt + "static shot"))
    assert shift_between(still[0], still[-1])[0] == 0


def test_zooming_in_makes_the_middle_larger(video_of) -> None:
    films = [frames_of(video_of("bauhaus poster, " + words)) for words in ("zoom in", "static shot")]
    height, width = films[0][0].shape
    scale = 1.2
    crop = films[0][0][
        int(height * (1 - 1 / scale) / 2) : int(height * (1 + 1 / scale) / 2),
        int(width * (1 - 1 / scale) / 2) : int(width * (1 + 1 / scale) / 2),
    ]
    rows = np.linspace(0, crop.shape[0] - 1, 90).astype(int)
    columns = np.linspace(0, crop.shape[1] - 1, 160).astype(int)
    whole = np.linspace(0, height - 1, 90).astype(int), np.linspace(0, width - 1, 160).astype(int)
    larger = crop[np.ix_(rows, columns)].astype(float)
    assert np.abs(larger - films[0][-1][np.ix_(*whole)]).mean() < np.abs(larger - films[1][-1][np.ix_(*whole)]).mean()


def test_even_a_still_camera_films_something_alive(video_of) -> None:
    film = frames_of(video_of("moon over the sea, static shot"))
    assert np.abs(film[0].astype(int) - film[-1].astype(int))[360:].mean() > 0.8


def test_the_same_video_is_made_again_byte_for_byte(video_of) -> None:
    first = video_of("calm sea at noon").read_bytes()
    assert video_of("calm sea at noon").read_bytes() == first
