"""Given pictures: they are seen in the result, whatever their form."""

from __future__ import annotations

import av
import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.providers.local.pictures import histogram, reference


def photo(size: tuple[int, int] = (400, 300), colour: tuple[int, int, int] = (200, 40, 60)) -> Image.Image:
    """A busy picture without a plain ground."""
    image = Image.effect_noise(size, 90).convert("RGB")
    image.paste(colour, (size[0] // 4, size[1] // 4, size[0] * 3 // 4, size[1] * 3 // 4))
    return image


def product(colour: tuple[int, int, int] = (20, 160, 60)) -> Image.Image:
    """A thing on a white ground."""
    image = Image.new("RGB", (300, 400), (246, 246, 246))
    ImageDraw.Draw(image).rounded_rectangle((90, 60, 210, 370), 30, fill=colour)
    return image


def share_like(pixels: np.ndarray, colour: tuple[int, int, int], reach: int = 60) -> float:
    return float((np.abs(pixels.astype(int) - np.array(colour)).max(axis=-1) < reach).mean())


def test_one_photo_fills_the_picture(image_of) -> None:
    without = image_of("golden hour")
    with_photo = image_of("golden hour", references=(reference(photo()),))
    assert share_like(with_photo, (200, 40, 60)) > 0.10
    assert np.abs(histogram(without) - histogram(with_photo)).sum() > 0.5


def test_a_thing_on_a_plain_ground_is_cut_out_and_stands_in_the_scene(image_of) -> None:
    pixels = image_of("desert dunes at sunset", references=(reference(product(), "product"),))
    assert 0.04 < share_like(pixels, (20, 160, 60)) < 0.5
    assert share_like(pixels, (246, 246, 246), 12) < 0.05, "its white ground is gone"


def test_two_pictures_are_both_seen_in_one(image_of) -> None:
    pictures = (reference(product((30, 60, 200)), "person"), reference(product((20, 160, 60)), "product"))
    pixels = image_of("a bright studio", references=pictures)
    assert share_like(pixels, (30, 60, 200)) > 0.02
    assert share_like(pixels, (20, 160, 60)) > 0.01


def test_a_style_lends_its_colours_and_does_not_appear(image_of) -> None:
    green = Image.effect_noise((200, 200), 60).convert("RGB")
    green = Image.blend(green, Image.new("RGB", green.size, (20, 150, 70)), 0.75)
    plain = image_of("mountains at sunset").reshape(-1, 3).mean(axis=0)
    styled = image_of("mountains at sunset", references=(reference(green, "style"),)).reshape(-1, 3).mean(axis=0)
    assert styled[1] - styled[0] > plain[1] - plain[0] + 20


@pytest.mark.parametrize("size", [(1200, 60), (40, 900), (1, 1), (3, 500)])
def test_extreme_pictures_are_laid_on_their_own_blur(image_of, size: tuple[int, int]) -> None:
    pixels = image_of("rain at night", references=(reference(photo(size)),))
    assert pixels.shape == (1024, 1024, 3)
    assert pixels.std() > 3


def test_a_given_picture_moves_in_a_video(video_of) -> None:
    path = video_of("slow pan right, snow", references=(reference(photo((900, 500))),))
    with av.open(str(path)) as container:
        film = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert share_like(film[0], (200, 40, 60)) > 0.08
    assert np.abs(film[0].astype(int) - film[-1].astype(int)).mean() > 2
