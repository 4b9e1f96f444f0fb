"""What a bot is sent (PRV-02)."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

from app import queue
from app.providers.base import Brief, Kind, Reference
from app.providers.poe.provider import PoeProvider, Timeouts
from app.settings.catalogue import Settings
from tests.standins import media
from tests.standins.poe import KEY, PoeStandIn

IMAGE = Brief(Kind.IMAGE, "GPT-Image-2", "a fox in the snow", "9:16")
VIDEO = Brief(Kind.VIDEO, "Video-Generator-PRO", "a fox runs", "16:9", duration=15, resolution="720p")
PICTURE = Reference(media.jpeg("1:1"), "image/jpeg", "person")


def sent(poe: PoeStandIn, kind: Kind) -> dict[str, Any]:
    """The last request."""
    request = poe.requests_to(kind.value)[-1]
    assert request["headers"]["authorization"] == f"Bearer {KEY}"
    found: dict[str, Any] = request["json"]
    return found


def test_an_image_is_one_message_with_its_shape_in_words(poe: PoeStandIn, provider: PoeProvider) -> None:
    provider.submit(IMAGE, "a1")
    assert sent(poe, Kind.IMAGE) == {
        "model": "GPT-Image-2",
        "messages": [{"role": "user", "content": "a fox in the snow\n\nOne image, aspect ratio 9:16."}],
        "stream": False,
    }


def test_length_and_size_of_a_video_stand_in_the_words(poe: PoeStandIn, provider: PoeProvider) -> None:
    provider.submit(replace(VIDEO, negative_prompt="people"), "a1")
    assert sent(poe, Kind.VIDEO)["messages"][0]["content"] == (
        "a fox runs\n\nLeave out: people.\n\nOne video, 15 seconds long, aspect ratio 16:9, 720p."
    )


def test_pictures_go_along_as_data_and_the_words_say_what_they_are(poe: PoeStandIn, provider: PoeProvider) -> None:
    style = Reference(media.jpeg("16:9"), "image/webp", "style")
    provider.submit(replace(IMAGE, references=(PICTURE, style)), "a1")
    words, first, second = sent(poe, Kind.IMAGE)["messages"][0]["content"]
    assert words["text"].startswith(
        "The first picture is the person. The second picture is the style to follow.\n\na fox in the snow\n\n"
    )
    assert first["image_url"]["url"] == f"data:image/jpeg;base64,{base64.b64encode(PICTURE.data).decode()}"
    assert second["image_url"]["url"].startswith("data:image/webp;base64,")


def test_a_video_begins_with_its_picture(poe: PoeStandIn, provider: PoeProvider) -> None:
    provider.submit(replace(VIDEO, references=(replace(PICTURE, role="first"),)), "a1")
    assert sent(poe, Kind.VIDEO)["messages"][0]["content"][0]["text"].startswith(
        "The first picture is the first frame.\n\na fox runs"
    )


def test_the_answer_is_waited_for_shorter_than_a_creation_may_take_and_than_a_worker_may_hold_it() -> None:
    """JOB-07"""
    waits = Timeouts()
    assert waits.image < Settings().image_timeout_seconds
    assert waits.video < Settings().video_timeout_seconds
    assert waits.connect + waits.video < queue.SUBMIT.timeout
