"""Images through `generate_content` (PRV-02, JOB-10)."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from app.providers.base import Brief, Finished, Inline, Kind, Reference
from app.providers.errors import Blocked, InvalidRequest, NoOutput
from app.providers.google.provider import GoogleProvider
from tests.standins import media
from tests.standins.google import GoogleStandIn

BRIEF = Brief(Kind.IMAGE, "gemini-3.1-flash-image", "both of them on a beach", "16:9")
PERSON = Reference(media.jpeg("1:1"), "image/jpeg", "person")
PRODUCT = Reference(media.jpeg("9:16"), "image/jpeg", "product")


def body(google: GoogleStandIn) -> dict[str, Any]:
    found: dict[str, Any] = google.requests_to("image")[-1]["json"]
    return found


@pytest.mark.parametrize("ratio", ["1:1", "16:9", "9:16"])
def test_a_picture_comes_back_in_the_ratio_that_was_asked_for(provider: GoogleProvider, ratio: str) -> None:
    done = provider.submit(replace(BRIEF, aspect_ratio=ratio), "a1")
    assert isinstance(done, Finished)
    assert isinstance(done.result, Inline)
    assert done.result.media_type == "image/jpeg"
    width, height = Image.open(io.BytesIO(done.result.data)).size
    across, down = map(int, ratio.split(":"))
    assert width / height == pytest.approx(across / down, rel=0.03)


def test_nothing_is_asked_for_that_was_not_wanted(google: GoogleStandIn, provider: GoogleProvider) -> None:
    provider.submit(BRIEF, "a1")
    assert body(google) == {
        "contents": [{"role": "user", "parts": [{"text": "both of them on a beach"}]}],
        "generationConfig": {"responseModalities": ["IMAGE"], "imageConfig": {"aspectRatio": "16:9"}},
    }


def test_pictures_go_along_and_the_words_say_what_they_are(google: GoogleStandIn, provider: GoogleProvider) -> None:
    provider.submit(replace(BRIEF, references=(PERSON, PRODUCT), negative_prompt="crowds"), "a1")
    first, second, words = body(google)["contents"][0]["parts"]
    assert base64.urlsafe_b64decode(first["inlineData"]["data"]) == PERSON.data
    assert base64.urlsafe_b64decode(second["inlineData"]["data"]) == PRODUCT.data
    assert words["text"] == (
        "Picture 1 is the person. Picture 2 is the product.\n\nboth of them on a beach\n\nLeave out: crowds."
    )


def test_a_style_is_something_to_follow_and_a_picture_without_a_role_is_not_explained(
    google: GoogleStandIn, provider: GoogleProvider
) -> None:
    plain, style = replace(PERSON, role=""), replace(PRODUCT, role="style")
    provider.submit(replace(BRIEF, references=(plain, style)), "a1")
    text = body(google)["contents"][0]["parts"][-1]["text"]
    assert text == "Picture 2 is the style to follow.\n\nboth of them on a beach"


@pytest.mark.parametrize(("seed", "sent"), [(0, 0), (7, 7), (2**31 + 5, 5)])
def test_a_seed_is_sent_in_the_31_bits_that_google_takes(
    google: GoogleStandIn, provider: GoogleProvider, seed: int, sent: int
) -> None:
    provider.submit(replace(BRIEF, seed=seed), "a1")
    assert body(google)["generationConfig"]["seed"] == sent


def test_the_recipe_of_a_model_names_the_size_of_its_pictures(google: GoogleStandIn, provider: GoogleProvider) -> None:
    provider.submit(replace(BRIEF, recipe={"image_size": "2K"}), "a1")
    assert body(google)["generationConfig"]["imageConfig"] == {"aspectRatio": "16:9", "imageSize": "2K"}


def test_as_many_pictures_go_along_as_were_given(google: GoogleStandIn, provider: GoogleProvider) -> None:
    """How many a model takes is for its entry in the catalogue to say."""
    provider.submit(replace(BRIEF, references=(PERSON,) * 14), "a1")
    parts = body(google)["contents"][0]["parts"]
    assert len(parts) == 15
    assert "Picture 14 is the person." in parts[-1]["text"]


def test_a_refused_prompt_is_blocked_with_googles_reason(google: GoogleStandIn, provider: GoogleProvider) -> None:
    google.script("image", "blocked")
    with pytest.raises(Blocked) as blocked:
        provider.submit(BRIEF, "a1")
    assert (blocked.value.stage, blocked.value.reason) == ("prompt", "PROHIBITED_CONTENT")


def test_a_withheld_picture_is_blocked_at_the_output(google: GoogleStandIn, provider: GoogleProvider) -> None:
    google.script("image", "blocked-output")
    with pytest.raises(Blocked) as blocked:
        provider.submit(BRIEF, "a1")
    assert (blocked.value.stage, blocked.value.reason) == ("output", "IMAGE_SAFETY")


@pytest.mark.parametrize("shape", ["empty", "words"])
def test_an_answer_without_a_picture_is_no_output(google: GoogleStandIn, provider: GoogleProvider, shape: str) -> None:
    google.script("image", shape)
    with pytest.raises(NoOutput):
        provider.submit(BRIEF, "a1")


def test_an_answer_that_was_cut_at_the_limit_is_a_request_that_asks_too_much(
    google: GoogleStandIn, provider: GoogleProvider
) -> None:
    google.script("image", "truncated")
    with pytest.raises(InvalidRequest):
        provider.submit(BRIEF, "a1")


def test_a_400_that_speaks_of_safety_is_a_blocked_prompt(google: GoogleStandIn, provider: GoogleProvider) -> None:
    google.script("image", {"fault": "400", "message": "The prompt was blocked by our safety policy."})
    with pytest.raises(Blocked) as blocked:
        provider.submit(BRIEF, "a1")
    assert blocked.value.stage == "prompt"


def test_sketches_that_a_model_thinks_with_are_not_the_result(google: GoogleStandIn, provider: GoogleProvider) -> None:
    sketch, final = media.jpeg("1:1", 1), media.jpeg("1:1", 2)
    parts = [
        {"thought": True, "inlineData": {"mimeType": "image/jpeg", "data": base64.b64encode(sketch).decode()}},
        {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(final).decode()}},
        {"thought": True, "inlineData": {"mimeType": "image/jpeg", "data": base64.b64encode(sketch).decode()}},
    ]
    reply = {"candidates": [{"finishReason": "STOP", "content": {"role": "model", "parts": parts}}]}
    google.script("image", {"fault": "status", "status": 200, "body": reply})
    assert provider.submit(BRIEF, "a1") == Finished(Inline(final, "image/png"))


@pytest.mark.parametrize("reply", [{}, {"candidates": []}, {"candidates": [{}]}])
def test_an_empty_answer_is_no_output(google: GoogleStandIn, provider: GoogleProvider, reply: dict[str, Any]) -> None:
    google.script("image", {"fault": "status", "status": 200, "body": reply})
    with pytest.raises(NoOutput):
        provider.submit(BRIEF, "a1")
