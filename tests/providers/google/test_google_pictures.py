"""Where the pictures of a video belong: frames it runs between, or people, things and styles that it shows."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest

from app.providers.base import Brief, Kind, Reference
from app.providers.errors import InvalidRequest
from app.providers.google.provider import GoogleProvider
from tests.standins.google import GoogleStandIn

BRIEF = Brief(Kind.VIDEO, "gemini-omni-1.2-flash", "they walk on", "16:9", duration=4, resolution="720p")


def pictures(*roles: str) -> tuple[Reference, ...]:
    """One for each role, its bytes the place at which it was given."""
    return tuple(Reference(f"{place}".encode(), "image/png", role) for place, role in enumerate(roles))


def sent(google: GoogleStandIn) -> tuple[str, str, str]:
    """The task, the order in which the pictures went out, and the words."""
    body: dict[str, Any] = google.requests_to("create")[-1]["json"]
    *images, words = body["input"][0]["content"]
    order = "".join(base64.b64decode(one["data"]).decode() for one in images)
    return body["generation_config"]["video_config"]["task"], order, words["text"]


@pytest.mark.parametrize(
    ("roles", "task", "order", "before"),
    [
        ((), "text_to_video", "", ""),
        (("",), "image_to_video", "0", ""),
        (("first",), "image_to_video", "0", ""),
        (("", ""), "image_to_video", "01", ""),
        (("last", "first"), "image_to_video", "10", ""),
        (("last", ""), "image_to_video", "10", ""),
        (("person",), "reference_to_video", "0", "<IMAGE_REF_0> is the person."),
        (
            ("style", "first", "product"),
            "reference_to_video",
            "102",
            "<FIRST_FRAME> is the first frame. <IMAGE_REF_0> is the style to follow. <IMAGE_REF_1> is the product.",
        ),
        (
            ("", "", "person"),
            "reference_to_video",
            "012",
            "<IMAGE_REF_0> is a reference. <IMAGE_REF_1> is a reference. <IMAGE_REF_2> is the person.",
        ),
    ],
)
def test_roles_decide_the_task_the_order_and_the_words(
    google: GoogleStandIn, provider: GoogleProvider, roles: tuple[str, ...], task: str, order: str, before: str
) -> None:
    provider.submit(replace(BRIEF, references=pictures(*roles)), "a1")
    assert sent(google) == (task, order, f"{before}\n\nthey walk on".strip())


@pytest.mark.parametrize("roles", [("last",), ("first", "first"), ("last", "last"), ("person", "last")])
def test_frames_without_a_place_are_refused_before_anything_is_sent(
    google: GoogleStandIn, provider: GoogleProvider, roles: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        provider.submit(replace(BRIEF, references=pictures(*roles)), "a1")
    assert refused.value.field == "references"
    assert google.requests == []
