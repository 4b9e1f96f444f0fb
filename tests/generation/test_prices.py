"""What creations cost, by the settings alone."""

import pytest

from app.generation.prices import credits_for, video_table
from app.settings.catalogue import Settings

DEFAULT = Settings()


@pytest.mark.parametrize(
    ("duration", "resolution", "price"),
    [(4, "720p", 40), (4, "1080p", 60), (6, "720p", 60), (6, "1080p", 90), (8, "720p", 80), (8, "1080p", 120)],
)
def test_a_video_costs_its_seconds_times_the_rate_and_more_at_1080p(duration, resolution, price):
    """PRC-03, PRC-04"""
    assert credits_for(DEFAULT, "video", duration, resolution) == price


def test_the_six_prices_follow_a_changed_configuration():
    """PRC-04"""
    changed = Settings(video_credit_per_second=7, video_1080p_multiplier=2)
    assert [price for _, price in video_table(changed, (4, 6, 8), ("720p", "1080p"))] == [28, 56, 42, 84, 56, 112]


def test_the_table_of_prices_says_what_each_is_for():
    assert video_table(DEFAULT, (4,), ("720p", "1080p")) == [("4 s at 720p", 40), ("4 s at 1080p", 60)]


def test_one_flat_price_holds_for_every_video():
    """PRC-05"""
    flat = Settings(video_pricing_mode="flat", video_flat_credits=12)
    assert {price for _, price in video_table(flat, (4, 6, 8), ("720p", "1080p"))} == {12}


def test_an_image_has_its_own_price_in_either_mode():
    """PRC-02"""
    assert credits_for(DEFAULT, "image") == 5
    assert credits_for(Settings(image_credit_cost=0, video_pricing_mode="flat"), "image") == 0


@pytest.mark.parametrize(
    ("rate", "multiplier", "price"),
    [(0.1, 1.0, 1), (0.01, 1.0, 1), (1.3, 1.5, 16), (0.7, 1.1, 7), (2.5, 1.0, 20), (0, 1.5, 0), (0.125, 1.0, 1)],
)
def test_a_price_is_rounded_up_to_a_whole_credit_and_never_further(rate, multiplier, price):
    """PRC-03: 8 seconds; a float would make 0.7 x 1.1 x 8 = 6.16 and others a hair too much."""
    settings = Settings(video_credit_per_second=rate, video_1080p_multiplier=multiplier)
    assert credits_for(settings, "video", 8, "1080p") == price


def test_a_rate_that_binary_fractions_cannot_hold_costs_no_credit_more():
    """3 x 1.1 is 3.3000000000000003 in floats, ten times that 33.00000000000001."""
    settings = Settings(video_credit_per_second=1.1)
    assert credits_for(settings, "video", 30, "720p") == 33
