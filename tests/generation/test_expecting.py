"""What a finished file is held to: what was sold, and nothing that the model decides by itself."""

from dataclasses import replace

from app.creations.models import Creation
from app.generation.expecting import expectations
from app.media.pipeline import Expectations
from app.providers.base import Kind
from app.providers.model import Model

MODEL = Model("somebody", "films", "Films", Kind.VIDEO, True, ("16:9",), (15,), ("576p",))
VIDEO = Creation(kind="video", duration=15, resolution="576p", aspect_ratio="16:9")


def test_a_video_is_held_to_its_length_ratio_and_size():
    asked = expectations(VIDEO, MODEL)
    assert asked == Expectations(15, None, "16:9", "576p")
    assert asked.size == (1024, 576)


def test_a_model_that_cannot_be_asked_for_a_length_has_a_range():
    assert expectations(VIDEO, replace(MODEL, seconds_between=(5, 60))).seconds_between == (5, 60)


def test_a_model_that_chooses_its_size_is_not_held_to_one():
    asked = expectations(VIDEO, replace(MODEL, size_is_its_own=True))
    assert (asked.size, asked.aspect_ratio, asked.seconds) == (None, None, 15)


def test_a_model_that_is_not_listed_any_more_is_held_to_what_was_asked():
    assert expectations(VIDEO, None).size == (1024, 576)


def test_an_image_has_no_length_whatever_its_model_says():
    image = Creation(kind="image", aspect_ratio="1:1")
    assert expectations(image, replace(MODEL, kind=Kind.IMAGE, seconds_between=(5, 60))).seconds_between is None
