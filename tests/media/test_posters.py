"""Posters are small, upright and of the right moment; a work without one is still a work."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageStat

from app.media.errors import MediaError
from app.media.naming import download_name
from app.media.pipeline import Expectations, checksum, prepare
from app.media.posters import hue_of, image_posters, video_posters
from app.media.provenance import packet, read_mark
from app.media.verifying import verify_video
from app.providers.base import SourceType

from .conftest import Encode, film

Save = Callable[[bytes, str], Path]
MADE_AT = datetime(2026, 11, 20, tzinfo=UTC)


def _opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        image.load()
        return image


def test_posters_of_a_large_image_fit_their_sizes_and_carry_the_mark(
    encode: Encode, saved: Save, tmp_path: Path
) -> None:
    noise = Image.fromarray(np.random.default_rng(3).integers(0, 255, (1080, 1920, 3), np.uint8))
    for data in (encode("JPEG", noise), encode("PNG", noise.resize((400, 225)).resize((1920, 1080)))):
        made = image_posters(saved(data, "in"), tmp_path, packet(SourceType.TRAINED, "M", MADE_AT))
        assert made.large.stat().st_size <= 45_000
        assert made.small.stat().st_size <= 18_000
        assert max(_opened(made.large).size) <= 960
        assert read_mark(made.large) == read_mark(made.small) == SourceType.TRAINED
    assert _opened(made.large).size == (960, 540)
    assert _opened(made.small).size == (480, 270)


def test_a_small_or_turned_image_keeps_its_size_and_way_up(encode: Encode, saved: Save, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    made = image_posters(saved(encode("JPEG", exif=exif), "in.jpg"), tmp_path)
    assert _opened(made.large).size == (180, 320)


@pytest.mark.parametrize(("black", "gop"), [(0.0, 24), (1.5, 24), (1.5, 500), (99.0, 24)])
def test_a_video_is_shown_by_its_first_lit_frame(tmp_path: Path, black: float, gop: int) -> None:
    made = video_posters(film(tmp_path / "film.mp4", seconds=3, black=black, gop=gop), tmp_path)
    light = max(ImageStat.Stat(_opened(made.large)).mean)
    assert light < 10 if black > 3 else light > 60
    assert _opened(made.large).size == (320, 180)


@pytest.mark.parametrize(
    ("colour", "hue"), [("#ff0000", 1), ("#ff8000", 2), ("#ffff00", 4), ("#00ff00", 5), ("#00ffff", 6), ("#0000ff", 9)]
)
def test_the_hue_is_the_nearest_of_twelve(colour: str, hue: int) -> None:
    assert hue_of(Image.new("RGB", (40, 30), colour)) == hue


def test_a_video_goes_all_the_way(slow_start: Path, tmp_path: Path) -> None:
    before = checksum(slow_start)
    asked = Expectations(seconds=4, aspect_ratio="16:9", resolution="180p")
    made = prepare(slow_start, "video", asked, SourceType.TRAINED, "Veo 3.1", tmp_path, made_at=MADE_AT)
    assert (made.media_type, made.ending, made.width, made.height) == ("video/mp4", "mp4", 320, 180)
    assert (made.seconds, made.has_audio) == (4.0, True)
    assert made.size == made.path.stat().st_size
    assert made.sha256 == checksum(made.path)
    assert read_mark(made.path) == SourceType.TRAINED
    assert verify_video(made.path, 4).seconds == 4
    data = made.path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert made.poster is not None
    assert made.poster_small is not None
    assert checksum(slow_start) == before
    again = prepare(slow_start, "video", asked, SourceType.TRAINED, "Veo 3.1", tmp_path, made_at=MADE_AT)
    assert again.sha256 == made.sha256


def test_an_image_goes_all_the_way(encode: Encode, saved: Save, tmp_path: Path) -> None:
    source = saved(encode("JPEG"), "source")
    made = prepare(source, "image", Expectations(aspect_ratio="16:9"), SourceType.COMPOSITE, "Gemini", tmp_path)
    assert (made.media_type, made.ending, made.width, made.height, made.seconds) == (
        "image/jpeg",
        "jpg",
        320,
        180,
        None,
    )
    assert read_mark(made.path) == SourceType.COMPOSITE
    assert 0 <= made.hue < 12


def test_a_model_that_is_no_longer_listed_counts_as_ai(encode: Encode, saved: Save, tmp_path: Path) -> None:
    made = prepare(saved(encode("PNG"), "source"), "image", Expectations(), None, "old", tmp_path)
    assert read_mark(made.path) == SourceType.TRAINED


def test_what_was_not_asked_for_goes_nowhere(video: Path, encode: Encode, saved: Save, tmp_path: Path) -> None:
    for source, kind, asked in (
        (video, "video", Expectations(seconds=8)),
        (video, "video", Expectations(aspect_ratio="9:16", resolution="720p")),
        (video, "image", Expectations()),
        (saved(encode("PNG"), "picture"), "video", Expectations()),
    ):
        with pytest.raises(MediaError):
            prepare(source, kind, asked, SourceType.TRAINED, "M", tmp_path)
    assert not list(tmp_path.glob("media.*"))


def test_a_work_without_a_poster_is_still_a_work(encode: Encode, saved: Save, tmp_path: Path) -> None:
    (tmp_path / "poster.webp").mkdir()
    made = prepare(saved(encode("PNG"), "source"), "image", Expectations(), SourceType.TRAINED, "M", tmp_path)
    assert made.poster is None
    assert made.poster_small is None
    assert read_mark(made.path) == SourceType.TRAINED


_MEASURED = """
import sys
from pathlib import Path
from app.media.provenance import mark, packet
from app.media.pipeline import checksum
from datetime import UTC, datetime
def peak():
    # Of this program alone: getrusage tells at least what the parent had when it started us.
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024
folder = Path(sys.argv[1])
before = peak()
mark(folder / "big.mp4", folder / "marked.mp4", packet("trainedAlgorithmicMedia", "M", datetime.now(UTC)))
checksum(folder / "marked.mp4")
print(peak() - before)
"""


def test_a_large_file_is_marked_in_little_memory(video: Path, tmp_path: Path) -> None:
    with (tmp_path / "big.mp4").open("wb") as file:
        file.write(video.read_bytes())
        file.write((100 << 20).to_bytes(4, "big") + b"free")
        file.truncate(file.tell() + (100 << 20) - 8)
    run = subprocess.run([sys.executable, "-c", _MEASURED, str(tmp_path)], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 24


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("Sun shafts through a kelp forest!", "kinora-sun-shafts-through-a-kelp-forest.mp4"),
        ("L'été à Zürich", "kinora-lete-a-zurich.mp4"),
        ("../../etc/passwd\r\nX: y", "kinora-etc-passwd-x-y.mp4"),
        ("海の中の森", "kinora-video-89abcdef.mp4"),
        ("", "kinora-video-89abcdef.mp4"),
        ("x" * 300, "kinora-video-89abcdef.mp4"),
    ],
)
def test_a_download_is_named_by_its_prompt(prompt: str, name: str) -> None:
    assert download_name("video", prompt, "0193-89abcdef", ".mp4") == name


def test_a_long_prompt_is_cut_between_words() -> None:
    name = download_name("image", "a very long walk " * 20, 1, "png")
    assert len(name) <= 71
    assert name.endswith(("-walk.png", "-a.png", "-very.png", "-long.png"))
