"""Whatever is uploaded, the answer is a clean picture or one plain sentence."""

from __future__ import annotations

import io
import struct
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from app.media import uploads
from app.media.uploads import Remade, UploadError, remake

from .conftest import Encode

Take = Callable[..., Remade]


@pytest.fixture
def take(tmp_path: Path) -> Take:
    def taken(data: object, **options: object) -> Remade:
        before = set(tmp_path.iterdir())
        try:
            return remake(data, tmp_path, **options)  # type: ignore[arg-type]
        except UploadError:
            assert set(tmp_path.iterdir()) == before
            raise

    return taken


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))


def _blank_png(width: int, height: int, *more: bytes) -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    packer = zlib.compressobj(9)
    row = bytes(1 + width * 3)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_good_picture_comes_back_as_a_jpeg(take: Take, encode: Encode, picture: Image.Image, form: str) -> None:
    made = take(encode(form))
    assert (made.media_type, made.ending, made.width, made.height) == ("image/jpeg", "jpg", 320, 180)
    assert made.size == made.path.stat().st_size
    with Image.open(made.path) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", picture.size)
        centre, expected = image.getpixel((160, 90)), picture.getpixel((160, 90))
    assert all(abs(a - b) < 12 for a, b in zip(centre, expected, strict=True))  # type: ignore[arg-type]


def test_bytes_files_and_streams_are_taken(take: Take, encode: Encode, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(encode("PNG"))
    assert take(tmp_path / "in").width == take(io.BytesIO(encode("PNG"))).width == 320


@pytest.mark.parametrize("form", ["GIF", "TIFF", "BMP", "EPS", "ICO", "PPM", "TGA", "PDF", "JPEG2000", "AVIF"])
def test_other_kinds_are_refused_by_content(take: Take, encode: Encode, form: str) -> None:
    with pytest.raises(UploadError) as caught:
        take(encode(form))
    assert (caught.value.status, caught.value.sentence) == (415, "Please choose a PNG, JPEG or WebP picture.")


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><title>hello</title>",
        b"\xff\xd8\xff<html><script>alert(1)</script></html>",
        b"GIF89a" + b"\xff\xd8\xff",
        b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) run\n",
        b"\0" * 100,
        b"x",
    ],
)
def test_pages_and_scripts_are_no_pictures(take: Take, data: bytes) -> None:
    with pytest.raises(UploadError) as caught:
        take(data)
    assert caught.value.status in {415, 422}


def test_size_is_counted_while_reading(take: Take, encode: Encode) -> None:
    with pytest.raises(UploadError) as caught:
        take(b"")
    assert caught.value.status == 422
    whole = encode("PNG")
    assert take(whole + bytes((5 << 20) - len(whole))).width == 320
    endless = io.BytesIO(bytes(20 << 20))
    for heavy in (whole + bytes((5 << 20) - len(whole) + 1), endless):
        with pytest.raises(UploadError) as caught:
            take(heavy)
        assert caught.value.status == 413
    assert endless.tell() == (5 << 20) + 1


@pytest.mark.parametrize("size", [(15, 100), (100, 15), (1, 1), (8193, 16), (16, 8193), (8192, 4900)])
def test_sides_and_pixels_have_limits(take: Take, size: tuple[int, int]) -> None:
    with pytest.raises(UploadError) as caught:
        take(_blank_png(*size))
    assert caught.value.status == 422


def test_a_bomb_of_88_megapixels_is_refused_unread(take: Take) -> None:
    bomb = _blank_png(8150, 10800)
    assert len(bomb) < 300_000
    began = time.monotonic()
    with pytest.raises(UploadError) as caught:
        take(bomb)
    assert caught.value.status == 422
    assert time.monotonic() - began < 2


def test_a_bomb_of_text_is_refused(take: Take) -> None:
    bomb = _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100 << 20), 9))
    with pytest.raises(UploadError) as caught:
        take(_blank_png(64, 64, bomb))
    assert caught.value.status == 422


def test_the_largest_pictures_allowed_are_taken(take: Take) -> None:
    made = take(_blank_png(8000, 5000))
    assert (made.width, made.height) == (4096, 2560)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_moving_pictures_are_refused(take: Take, picture: Image.Image, form: str) -> None:
    out = io.BytesIO()
    picture.save(out, form, save_all=True, append_images=[picture.rotate(90)], duration=100)
    with pytest.raises(UploadError, match="moves"):
        take(out.getvalue())


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_cut_pictures_are_refused(take: Take, encode: Encode, form: str, share: float) -> None:
    data = encode(form)
    with pytest.raises(UploadError) as caught:
        take(data[: int(len(data) * share)])
    assert caught.value.status in {415, 422}


def test_nothing_of_the_original_but_its_picture_remains(take: Take, encode: Encode) -> None:
    exif = Image.Exif()
    exif[0x010E] = "SECRET words"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 7.0)})
    words = PngInfo()
    words.add_text("Comment", "SECRET words")
    for data in (
        encode("JPEG", exif=exif, comment="SECRET words", xmp=b"<x>SECRET words</x>"),
        encode("PNG", exif=exif, pnginfo=words),
        encode("WEBP", exif=exif, xmp=b"<x>SECRET words</x>"),
    ):
        made = take(data + b"PK\x03\x04 SECRET <script>alert(1)</script>")
        result = made.path.read_bytes()
        assert b"SECRET" not in result
        assert b"script" not in result
        with Image.open(made.path) as image:
            assert not image.getexif()
            assert not {"exif", "xmp", "comment", "icc_profile"} & set(image.info)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_pictures_are_set_upright(take: Take, encode: Encode, orientation: int) -> None:
    corner = Image.new("RGB", (64, 32), "white")
    corner.paste("red", (0, 0, 16, 16))
    undo = {2: [0], 3: [3], 4: [1], 5: [5], 6: [2], 7: [6], 8: [4]}
    turned = corner
    for step in undo[orientation]:
        turned = turned.transpose(Image.Transpose(step))
    exif = Image.Exif()
    exif[0x0112] = orientation
    for form in ("PNG", "JPEG", "WEBP"):
        made = take(encode(form, turned, exif=exif))
        with Image.open(made.path) as image:
            assert image.size == (64, 32)
            red = image.getpixel((6, 6))
        assert isinstance(red, tuple)
        assert red[0] > 200
        assert red[1] < 60


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_way_to_hold_colours_is_read(take: Take, encode: Encode, mode: str) -> None:
    grey = Image.new("RGB", (64, 64), "#808080")
    sixteen = Image.new("I;16", (64, 64), 0x8000)
    image = {"I;16": sixteen, "P": grey.quantize(4)}.get(mode) or grey.convert(mode)
    made = take(encode("JPEG" if mode == "CMYK" else "PNG", image))
    with Image.open(made.path) as result:
        seen = result.getpixel((32, 32))
    assert isinstance(seen, tuple)
    assert mode == "1" or all(abs(value - 128) < 8 for value in seen)


def test_see_through_parts_become_white_and_profiles_are_applied(take: Take, encode: Encode) -> None:
    with Image.open(take(encode("PNG", Image.new("RGBA", (32, 32), (255, 0, 0, 0)))).path) as result:
        assert result.getpixel((16, 16)) == (255, 255, 255)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for icc in (profile, b"broken" * 30):
        assert take(encode("PNG", icc_profile=icc)).width == 320


def test_a_manifest_is_noticed(take: Take, encode: Encode) -> None:
    assert not take(encode("PNG")).had_manifest
    assert take(_blank_png(64, 64, _chunk(b"caBX", b"\0\0\0\x20jumbjumd c2pa"))).had_manifest


def test_a_decoder_that_takes_too_long_is_ended(take: Take) -> None:
    with pytest.raises(UploadError) as caught:
        take(_blank_png(8000, 5000), seconds=0.2)
    assert caught.value.status == 422


def test_two_at_once_and_no_more(tmp_path: Path, encode: Encode) -> None:
    held = [uploads._places.acquire(timeout=1) for _ in range(uploads.AT_ONCE)]
    done: list[Remade] = []
    third = threading.Thread(target=lambda: done.append(remake(encode("PNG"), tmp_path)))
    try:
        third.start()
        third.join(0.5)
        assert not done
    finally:
        for _ in held:
            uploads._places.release()
    third.join(5)
    assert done[0].width == 320
