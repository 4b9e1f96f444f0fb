"""A file that is cut, short, or something else altogether is caught before anything is done to it."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from PIL import Image

from app.media.errors import MediaError
from app.media.remuxing import fast_start
from app.media.verifying import VideoFacts, verify_image, verify_video

from .conftest import Encode, film

Save = Callable[[bytes, str], Path]


def test_a_whole_video_says_what_it_is(video: Path, slow_start: Path) -> None:
    for path in (video, slow_start):
        assert verify_video(path, 4, (320, 180), "16:9") == VideoFacts(320, 180, 4.0, has_audio=True, codec="h264")


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_a_cut_video_is_caught(video: Path, slow_start: Path, saved: Save, share: float) -> None:
    for path in (video, slow_start):
        data = path.read_bytes()
        with pytest.raises(MediaError):
            verify_video(saved(data[: int(len(data) * share)], "cut.mp4"))


def test_a_cut_video_that_hides_it_is_caught(video: Path, saved: Save) -> None:
    data = video.read_bytes()
    at = data.index(b"mdat") - 4
    open_ended = data[:at] + bytes(4) + data[at + 4 :]
    assert verify_video(saved(open_ended, "open.mp4"), 4).seconds == 4
    for share in (0.5, 0.9, 0.99):
        with pytest.raises(MediaError):
            verify_video(saved(open_ended[: int(len(data) * share)], "cut.mp4"))


def test_a_damaged_end_is_caught(video: Path, saved: Save) -> None:
    data = bytearray(video.read_bytes())
    data[-len(data) // 8 :] = bytes(len(data) // 8 + (1 if len(data) % 8 else 0))
    with pytest.raises(MediaError):
        verify_video(saved(bytes(data), "damaged.mp4"), 4)


@pytest.mark.parametrize(
    ("seconds", "size", "ratio"), [(8, None, None), (3.4, None, None), (4, (1280, 720), None), (4, None, "9:16")]
)
def test_another_length_size_or_ratio_than_asked_is_caught(
    video: Path, seconds: float, size: tuple[int, int] | None, ratio: str | None
) -> None:
    with pytest.raises(MediaError, match="asked for"):
        verify_video(video, seconds, size, ratio)


def test_a_length_that_could_not_be_asked_for_only_has_to_lie_in_its_range(video: Path) -> None:
    assert verify_video(video, 15, seconds_between=(3, 60)).seconds == 4
    for between in ((5, 60), (1, 3)):
        with pytest.raises(MediaError, match="were to come"):
            verify_video(video, 4, seconds_between=between)


def test_another_codec_is_caught(tmp_path: Path) -> None:
    path = tmp_path / "old.mp4"
    with av.open(str(path), "w", format="mp4") as out:
        stream = out.add_stream("mpeg4", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(24):
            out.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        out.mux(stream.encode(None))
    with pytest.raises(MediaError, match=r"not H\.264"):
        verify_video(path)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<!doctype html><title>Sign in</title>" * 99,
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"\0\0\0\x18ftypisom" + bytes(12),
        b"\0\0\0\x18ftypisom" + b"<html>" * 99,
    ],
)
def test_what_is_no_video_is_caught(saved: Save, data: bytes) -> None:
    with pytest.raises(MediaError):
        verify_video(saved(data, "film.mp4"))


@pytest.mark.parametrize(
    ("form", "media_type", "ending"),
    [("PNG", "image/png", "png"), ("JPEG", "image/jpeg", "jpg"), ("WEBP", "image/webp", "webp")],
)
def test_a_whole_image_says_what_it_is(encode: Encode, saved: Save, form: str, media_type: str, ending: str) -> None:
    facts = verify_image(saved(encode(form), "lying-name.gif"), "16:9")
    assert (facts.media_type, facts.width, facts.height, facts.ending) == (media_type, 320, 180, ending)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_a_cut_image_is_caught(encode: Encode, saved: Save, form: str, share: float) -> None:
    data = encode(form)
    with pytest.raises(MediaError):
        verify_image(saved(data[: int(len(data) * share)], "cut"))


def test_what_is_no_image_is_caught(encode: Encode, saved: Save, picture: Image.Image) -> None:
    other = [b"", b"\xff\xd8\xff<html></html>", encode("GIF"), encode("TIFF"), encode("BMP")]
    moving = io.BytesIO()
    picture.save(moving, "WEBP", save_all=True, append_images=[picture.rotate(90)])
    for data in [*other, moving.getvalue()]:
        with pytest.raises(MediaError):
            verify_image(saved(data, "image.png"))
    with pytest.raises(MediaError, match="asked for"):
        verify_image(saved(encode("PNG"), "image.png"), "1:1")


def _packets(path: Path) -> list[tuple[int | None, int | None, bytes]]:
    with av.open(str(path)) as container:
        return [(p.stream_index, p.pts, bytes(p)) for p in container.demux() if p.size]


def test_fast_start_puts_the_index_first_and_changes_no_packet(slow_start: Path, video: Path, tmp_path: Path) -> None:
    target = tmp_path / "fast.mp4"
    before = slow_start.read_bytes()
    assert before.index(b"mdat") < before.index(b"moov")
    assert fast_start(slow_start, target)
    after = target.read_bytes()
    assert after.index(b"moov") < after.index(b"mdat")
    assert len(after) == len(before)
    assert _packets(target) == _packets(slow_start)
    assert verify_video(target, 4) == verify_video(slow_start, 4)
    assert not fast_start(target, tmp_path / "again.mp4")
    assert not (tmp_path / "again.mp4").exists()


def test_a_last_box_without_a_size_gets_one_when_it_moves(slow_start: Path, saved: Save, tmp_path: Path) -> None:
    data = slow_start.read_bytes()
    at = data.index(b"moov") - 4
    source = saved(data[:at] + bytes(4) + data[at + 4 :], "open.mp4")
    target = tmp_path / "fast.mp4"
    assert fast_start(source, target)
    assert _packets(target) == _packets(slow_start)
    assert verify_video(target, 4).seconds == 4


def test_a_long_film_without_keyframes_is_read_to_its_end(tmp_path: Path) -> None:
    path = film(tmp_path / "long.mp4", seconds=6, gop=500)
    assert verify_video(path, 6).seconds == 6


def test_a_trimmed_video_is_as_long_as_it_plays(video: Path, tmp_path: Path) -> None:
    path = tmp_path / "trimmed.mp4"
    with av.open(str(video)) as old, av.open(str(path), "w") as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(video=0):
            if packet.dts is not None and packet.pts is not None and packet.time_base is not None:
                packet.dts -= int(1.5 / packet.time_base)
                packet.pts -= int(1.5 / packet.time_base)
                packet.stream = stream
                new.mux(packet)
    assert verify_video(path, 2.5).seconds == pytest.approx(2.5, abs=0.05)


def test_a_web_process_loads_no_heavy_library_for_it() -> None:
    script = "import sys, app.media, app.media.pipeline, app.media.uploads, app.media.naming, app.media.fetching\n"
    script += "print({'av', 'PIL', 'numpy'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
