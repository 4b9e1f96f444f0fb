"""Poe behind the whole application: from asking to a draft, or to a refund with the bot's words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.extensions import db
from tests.database.books import broken, entries
from tests.engine import ask, settle
from tests.people import Person
from tests.standins.poe import KEY, PoeStandIn


@pytest.fixture
def environ(poe: PoeStandIn) -> dict[str, str]:
    """Poe makes everything."""
    return {
        "POE_API_KEY": KEY,
        "POE_API_URL": poe.url,
        "PROVIDER_ALLOWED_HOSTS": f"127.0.0.1:{poe.port}",
        "IMAGE_PROVIDER": "poe",
        "VIDEO_PROVIDER": "poe",
        "TEXT_PROVIDER": "poe",
    }


@pytest.fixture
def ada(ada: Person, app: Flask) -> Iterator[Person]:
    """She can pay for two videos; the application's context is there for the whole test."""
    ada.give(200)
    with app.app_context():
        yield ada
        db.session.remove()


def test_an_image_of_a_bot_becomes_a_draft(poe: PoeStandIn, ada: Person) -> None:
    done = settle(ask(ada.id, aspect_ratio="16:9"))
    assert (done.state, done.provider, done.model) == ("draft", "poe", "GPT-Image-2")
    assert (done.width, done.height) == (1344, 768)
    assert entries(done.id) == [("image_generation", -10)]
    assert len(poe.requests_to("image")) == 1
    assert broken() == {}


def test_a_video_of_fifteen_seconds_is_asked_for_in_words_and_becomes_a_draft(poe: PoeStandIn, ada: Person) -> None:
    done = settle(ask(ada.id, kind="video", duration="15"))
    assert (done.state, done.duration, done.media_type) == ("draft", 15, "video/mp4"), done.error_message
    assert entries(done.id) == [("video_generation", -120)]
    assert len(poe.requests_to("video")) == 1
    assert broken() == {}


def test_a_video_as_long_as_the_bot_likes_is_taken_within_what_was_sold(ada: Person) -> None:
    taken = settle(ask(ada.id, kind="video", duration="15", prompt="Kelp [[seconds:9]]"))
    assert taken.state == "draft", taken.error_message
    short = settle(ask(ada.id, kind="video", duration="15", prompt="Kelp [[seconds:3]]"))
    assert short.state == "failed"
    assert entries(short.id) == [("video_generation", -120), ("video_refund", 120)]


def test_a_refusal_is_refunded_with_the_bots_words(ada: Person) -> None:
    done = settle(ask(ada.id, prompt="Somebody famous [[refused]]"))
    assert (done.state, done.error_code) == ("failed", "blocked")
    assert done.refusal == {
        "stage": "output",
        "rule": "people",
        "said": "I'm sorry, but I can't create this. It goes against our content policy on real people.",
    }
    assert entries(done.id) == [("image_generation", -10), ("image_refund", 10)]
    assert broken() == {}


def test_the_prompt_helper_asks_a_bot(poe: PoeStandIn, ada: Person) -> None:
    answer = ada.send("/create/optimise", {"kind": "image", "prompt": "A fox"})
    assert ">A fox in soft evening light</textarea>" in answer.text
    assert len(poe.requests_to("text")) == 1
