"""Every file says how it was made, no picture changes by a bit, and no stranger's words stay inside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import av
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.media.boxes import is_fast_start
from app.media.errors import MediaError
from app.media.provenance import mark, packet, read_mark
from app.media.verifying import verify_video
from app.providers.base import SourceType

from .conftest import Encode

Save = Callable[[bytes, str], Path]
MADE_AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
XMP = packet(SourceType.TRAINED, 'Veo "3.1" <fast> & more', MADE_AT)
SECRET = "a prompt that its author did not show"
IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
XMP_NAMES = "{http://ns.adobe.com/xap/1.0/}"


def _pixels(path: Path) -> bytes:
    with Image.open(path) as image:
        return image.convert("RGBA").tobytes()


def _frames(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(p) for p in container.demux() if p.size]


def test_the_packet_states_kind_tool_model_and_time() -> None:
    found = ET.fromstring(XMP.decode().strip("\ufeff")).find(".//{*}Description")  # noqa: S314 (our own)
    assert found is not None
    assert found.get(f"{IPTC}DigitalSourceType") == (
        "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    )
    assert found.get(f"{IPTC}AISystemUsed") == 'Veo "3.1" <fast> & more'
    assert str(found.get(f"{XMP_NAMES}CreatorTool")).startswith("Kinora")
    assert found.get(f"{XMP_NAMES}CreateDate") == "2026-11-20T12:00:00+00:00"
    assert packet(SourceType.TRAINED, 'Veo "3.1" <fast> & more', MADE_AT) == XMP


def test_what_is_drawn_without_ai_is_not_called_an_ai_system() -> None:
    drawn = packet(SourceType.ALGORITHMIC, "Kinora renderer", MADE_AT)
    assert b"AISystemUsed" not in drawn
    assert b"Kinora renderer" in drawn


@pytest.mark.parametrize("source_type", list(SourceType))
@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("PNG", {}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"icc_profile": b"not really" * 9}),
    ],
)
def test_a_marked_image_reads_back_and_keeps_every_pixel(
    encode: Encode, saved: Save, tmp_path: Path, source_type: SourceType, form: str, options: dict[str, object]
) -> None:
    plain, marked, again = saved(encode(form, **options), "plain"), tmp_path / "marked", tmp_path / "again"
    assert read_mark(plain) is None
    mark(plain, marked, packet(source_type, "Model", MADE_AT))
    assert read_mark(marked) == source_type
    assert _pixels(marked) == _pixels(plain)
    with Image.open(marked) as image:
        assert "DigitalSourceType" in str(image.info["xmp"])
    mark(marked, again, packet(source_type, "Model", MADE_AT))
    assert again.read_bytes() == marked.read_bytes()


def test_see_through_webp_stays_so(encode: Encode, saved: Save, tmp_path: Path, picture: Image.Image) -> None:
    clear = picture.copy()
    clear.putalpha(Image.linear_gradient("L").resize(picture.size))
    for lossless in (True, False):
        plain = saved(encode("WEBP", clear, lossless=lossless), "plain.webp")
        mark(plain, tmp_path / "marked.webp", XMP)
        assert _pixels(tmp_path / "marked.webp") == _pixels(plain)


def test_a_marked_video_reads_back_plays_and_starts_fast(video: Path, tmp_path: Path) -> None:
    marked, again = tmp_path / "marked.mp4", tmp_path / "again.mp4"
    assert read_mark(video) is None
    mark(video, marked, XMP)
    assert read_mark(marked) == SourceType.TRAINED
    assert _frames(marked) == _frames(video)
    assert verify_video(marked, 4) == verify_video(video, 4)
    with marked.open("rb") as file:
        assert is_fast_start(file)
    mark(marked, again, packet(SourceType.COMPOSITE, "Model", MADE_AT))
    assert read_mark(again) == SourceType.COMPOSITE
    assert b"trainedAlgorithmicMedia" not in again.read_bytes()


def test_a_slow_starting_video_can_be_marked_too(slow_start: Path, tmp_path: Path) -> None:
    mark(slow_start, tmp_path / "marked.mp4", XMP)
    assert _frames(tmp_path / "marked.mp4") == _frames(slow_start)


def test_prompts_that_generators_leave_behind_are_gone(encode: Encode, saved: Save, tmp_path: Path) -> None:
    words = PngInfo()
    words.add_text("parameters", SECRET)
    words.add_text("workflow", SECRET, zip=False)
    words.add_itxt("prompt", SECRET)
    exif = Image.Exif()
    exif[0x010E] = SECRET
    other = XMP.replace(b"Veo", SECRET.encode())
    for form, options in (
        ("PNG", {"pnginfo": words}),
        ("JPEG", {"comment": SECRET, "exif": exif, "xmp": other}),
        ("WEBP", {"exif": exif, "xmp": other}),
    ):
        plain = saved(encode(form, **options), "plain")
        assert SECRET.encode() in plain.read_bytes()
        mark(plain, tmp_path / "marked", XMP)
        assert SECRET.encode() not in (tmp_path / "marked").read_bytes()
        assert _pixels(tmp_path / "marked") == _pixels(plain)


def test_prompts_inside_a_video_are_gone_too(video: Path, tmp_path: Path) -> None:
    wordy = tmp_path / "wordy.mp4"
    with av.open(str(video)) as old, av.open(str(wordy), "w", options={"movflags": "+faststart"}) as new:
        new.metadata["comment"] = SECRET
        streams = {stream.index: new.add_stream_from_template(stream) for stream in old.streams}
        for part in old.demux():
            if part.dts is not None and part.stream_index is not None:
                part.stream = streams[part.stream_index]
                new.mux(part)
    assert SECRET.encode() in wordy.read_bytes()
    mark(wordy, tmp_path / "marked.mp4", XMP)
    assert SECRET.encode() not in (tmp_path / "marked.mp4").read_bytes()
    assert _frames(tmp_path / "marked.mp4") == _frames(wordy)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_turned_image_stays_turned(encode: Encode, saved: Save, tmp_path: Path, form: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = SECRET
    mark(saved(encode(form, exif=exif), "plain"), tmp_path / "marked", XMP)
    with Image.open(tmp_path / "marked") as image:
        assert dict(image.getexif()) == {0x0112: 6}
    assert read_mark(tmp_path / "marked") == SourceType.TRAINED


def test_files_that_carry_no_mark_or_are_cut_are_refused(encode: Encode, saved: Save, tmp_path: Path) -> None:
    whole = [encode("PNG"), encode("JPEG"), encode("WEBP")]
    cut = [data[:20] for data in whole]
    for data in [b"", b"<html>", encode("GIF"), *cut]:
        with pytest.raises(MediaError):
            mark(saved(data, "x"), tmp_path / "y", XMP)
    with pytest.raises(MediaError):
        read_mark(saved(b"", "x"))
