"""Images of the local renderer: sizes, sameness, difference, and that odd prompts do no harm."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from app.providers.base import Brief, Kind, Provider, Renderer, Writer
from app.providers.local import mark
from app.providers.local.picture import thumbnail
from app.providers.local.prompts import NAMED
from app.providers.local.provider import LocalProvider
from app.providers.local.reading import read
from tests.providers.local.pictures import histogram


def test_it_speaks_all_three_parts_of_the_interface() -> None:
    local = LocalProvider()
    assert isinstance(local, Provider)
    assert isinstance(local, Renderer)
    assert isinstance(local, Writer)
    assert local.missing() == ()
    accepted = local.submit(Brief(Kind.IMAGE, "local", "sea", "1:1"), "attempt-1")
    assert accepted.operation_id == "attempt-1"
    assert local.poll(accepted.handle).progress is None
    assert local.cancel(accepted.handle)
    with pytest.raises(ValueError, match="nothing to download"):
        local.download({})


@pytest.mark.parametrize(("ratio", "size"), [("1:1", (1024, 1024)), ("16:9", (1344, 768)), ("9:16", (768, 1344))])
def test_an_image_has_exactly_the_size_of_its_ratio(image_of, ratio: str, size: tuple[int, int]) -> None:
    assert image_of("sunset over hills", aspect_ratio=ratio).shape == (size[1], size[0], 3)


def test_the_same_prompt_and_seed_give_the_same_picture(image_of) -> None:
    first = image_of("a fox in the snow", operation_id="one")
    assert (first == image_of("a fox in the snow", operation_id="another")).all()
    assert (first != image_of("a fox in the snow", seed=8)).mean() > 0.2


def test_without_a_seed_each_operation_is_a_variation_that_can_be_made_again(image_of) -> None:
    first = image_of("calm sea", operation_id="one", seed=None)
    assert (first == image_of("calm sea", operation_id="one", seed=None)).all()
    assert (first != image_of("calm sea", operation_id="two", seed=None)).mean() > 0.2


def test_thirty_prompts_give_thirty_different_pictures() -> None:
    pictures = [np.asarray(thumbnail(prompt, 240, 180)).astype(int) for prompt in NAMED.values()]
    apart = [np.abs(a - b).mean() for a, b in itertools.combinations(pictures, 2)]
    assert min(apart) > 8
    spread = [np.abs(histogram(a) - histogram(b)).sum() for a, b in itertools.combinations(pictures, 2)]
    assert np.mean(spread) > 1.0
    assert all(picture.std() > 14 for picture in pictures), "no picture is empty"
    assert len({read(prompt).scene for prompt in NAMED.values()}) >= 12


@pytest.mark.parametrize(
    "prompt", ["x", "🦊🌋✨", "?!", "é" * 500, "no no no", "\ud83d", "quarterly report", "zxqv " * 80, "a" * 500]
)
def test_any_prompt_gives_a_picture(prompt: str) -> None:
    pixels = np.asarray(thumbnail(prompt, 200, 200, seed=None))
    assert pixels.std() > 8


def test_what_the_negative_prompt_names_is_left_out() -> None:
    plain = read("flock of birds over a sea at dawn", seed=1)
    assert plain.has("birds")
    assert not read("flock of birds over a sea at dawn", negative="birds", seed=1).has("birds")
    assert not read("sea at dawn, no birds", seed=1).has("birds")
    bare = np.asarray(thumbnail("sea at dawn, no birds", 320, 200))
    with_birds = np.asarray(thumbnail("sea at dawn, with birds", 320, 200))
    assert (bare != with_birds).any()


def test_colour_and_time_words_change_the_light(image_of) -> None:
    red, blue = image_of("abstract crimson marble"), image_of("abstract blue marble")
    assert red[..., 0].mean() > blue[..., 0].mean() + 20
    assert blue[..., 2].mean() > red[..., 2].mean() + 20
    assert image_of("hills at noon").mean() > image_of("hills at midnight").mean() + 40


def test_the_mark_is_in_the_corner_of_every_picture() -> None:
    for width, height in ((1024, 1024), (1344, 768), (768, 1344)):
        left, top, right, bottom = mark.corner_box(width, height)
        assert 0 < left < right < width
        assert 0 < top < bottom < height
        overlay = np.asarray(mark.finish(width, height).getchannel(0))
        assert overlay[top:bottom, left:right].max() > 150
        assert overlay[: height // 2].max() < 10
    picture = np.asarray(thumbnail("black night", 1024, 1024)).astype(int)
    left, top, right, bottom = mark.corner_box(1024, 1024)
    assert picture[top:bottom, left:right].max() > picture[top:bottom, :left].mean() + 60


def test_importing_the_package_is_light() -> None:
    import subprocess
    import sys

    heavy = "any(name in sys.modules for name in ('numpy', 'av', 'PIL'))"
    code = f"import sys, app.providers.local.provider; sys.exit({heavy})"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
