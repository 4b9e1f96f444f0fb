"""What creations cost, by the settings alone."""

from dataclasses import replace

import pytest

from app.generation.prices import credits_for, video_table
from app.providers.base import Kind
from app.providers.model import Model
from app.settings.catalogue import Settings

DEFAULT = Settings()
IMAGE = Model("local", "draws", "Draws", Kind.IMAGE, aspect_ratios=("1:1",))
VIDEO = Model("local", "films", "Films", Kind.VIDEO, True, ("9:16",), (4, 6, 8), ("720p", "1080p"))


@pytest.mark.parametrize(
    ("duration", "resolution", "price"),
    [(4, "720p", 40), (4, "1080p", 60), (6, "720p", 60), (6, "1080p", 90), (8, "720p", 80), (8, "1080p", 120)],
)
def test_a_video_costs_its_seconds_times_the_rate_and_more_at_1080p(duration, resolution, price):
    """PRC-03, PRC-04"""
    assert credits_for(DEFAULT, VIDEO, duration, resolution) == price


def test_the_six_prices_follow_a_changed_configuration():
    """PRC-04"""
    changed = Settings(video_credit_per_second=7, video_1080p_multiplier=2)
    assert [price for _, price in video_table(changed, VIDEO)] == [28, 56, 42, 84, 56, 112]


def test_the_table_of_prices_says_what_each_is_for():
    assert video_table(DEFAULT, replace(VIDEO, durations=(4,))) == [("4 s at 720p", 40), ("4 s at 1080p", 60)]


def test_one_flat_price_holds_for_every_video():
    """PRC-05"""
    flat = Settings(video_pricing_mode="flat", video_flat_credits=12)
    assert {price for _, price in video_table(flat, VIDEO)} == {12}


def test_an_image_has_its_own_price_in_either_mode():
    """PRC-02"""
    assert credits_for(DEFAULT, IMAGE) == 5
    assert credits_for(Settings(image_credit_cost=0, video_pricing_mode="flat"), IMAGE) == 0


@pytest.mark.parametrize(
    ("rate", "multiplier", "price"),
    [(0.1, 1.0, 1), (0.01, 1.0, 1), (1.3, 1.5, 16), (0.7, 1.1, 7), (2.5, 1.0, 20), (0, 1.5, 0), (0.125, 1.0, 1)],
)
def test_a_price_is_rounded_up_to_a_whole_credit_and_never_further(rate, multiplier, price):
    """PRC-03: 8 seconds; a float would make 0.7 x 1.1 x 8 = 6.16 and others a hair too much."""
    settings = Settings(video_credit_per_second=rate, video_1080p_multiplier=multiplier)
    assert credits_for(settings, VIDEO, 8, "1080p") == price


def test_a_rate_that_binary_fractions_cannot_hold_costs_no_credit_more():
    """3 x 1.1 is 3.3000000000000003 in floats, ten times that 33.00000000000001."""
    settings = Settings(video_credit_per_second=1.1)
    assert credits_for(settings, VIDEO, 30, "720p") == 33


def test_a_model_may_have_a_rate_of_its_own_and_1080p_still_costs_more():
    dear = replace(VIDEO, credits_per_second=25.0)
    assert [credits_for(DEFAULT, dear, 4, one) for one in ("720p", "1080p")] == [100, 150]
    assert credits_for(Settings(video_pricing_mode="flat"), dear, 4, "720p") == 100


def test_a_flat_price_of_a_model_comes_before_every_rate():
    flat = replace(VIDEO, credits=30, credits_per_second=25.0)
    assert {price for _, price in video_table(DEFAULT, flat)} == {30}
    assert credits_for(DEFAULT, replace(IMAGE, credits=0)) == 0


def test_only_what_goes_together_has_a_price():
    picky = replace(VIDEO, only={"1080p": (8,)})
    assert [label for label, _ in video_table(DEFAULT, picky)] == [
        "4 s at 720p",
        "6 s at 720p",
        "8 s at 720p",
        "8 s at 1080p",
    ]
