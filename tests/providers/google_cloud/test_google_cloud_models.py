"""Gemini's images and texts through the platform, and the list of its models (PRV-02, PRV-04, PRM-01)."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from app.providers.base import Brief, Finished, Inline, Kind, Reference, Task, Wish, Writer
from app.providers.errors import Blocked, NoOutput, ProviderError, RateLimited, Retired, Retryable
from app.providers.google_cloud.provider import GoogleCloudProvider
from tests.providers.google_cloud.orders import Build
from tests.standins import google_cloud_wire, google_wire, media
from tests.standins.google_cloud import PROJECT, GoogleCloudStandIn

IMAGE = Brief(Kind.IMAGE, "gemini-3.1-flash-image", "both of them on a beach", "16:9")
PERSON = Reference(media.jpeg("1:1"), "image/jpeg", "person")
WISH = Wish(Task.IMPROVE, "a fox", Kind.IMAGE, 500)
EVERYWHERE = f"/v1beta1/projects/{PROJECT}/locations/global/publishers/google/models"


@pytest.mark.parametrize("ratio", ["1:1", "16:9", "9:16"])
def test_a_picture_comes_with_the_answer_from_the_location_that_has_gemini(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, ratio: str
) -> None:
    done = provider.submit(replace(IMAGE, aspect_ratio=ratio), "a1")
    assert isinstance(done, Finished)
    assert isinstance(done.result, Inline)
    width, height = Image.open(io.BytesIO(done.result.data)).size
    across, down = map(int, ratio.split(":"))
    assert width / height == pytest.approx(across / down, rel=0.03)
    assert cloud.requests_to("image")[0]["path"] == f"{EVERYWHERE}/gemini-3.1-flash-image:generateContent"


def test_pictures_and_what_to_leave_out_go_along(cloud: GoogleCloudStandIn, provider: GoogleCloudProvider) -> None:
    provider.submit(replace(IMAGE, references=(PERSON,), negative_prompt="crowds", seed=7), "a1")
    body = cloud.requests_to("image")[0]["json"]
    picture, words = body["contents"][0]["parts"]
    assert picture.keys() == {"inlineData"}
    assert words["text"] == "Picture 1 is the person.\n\nboth of them on a beach\n\nLeave out: crowds."
    assert body["generationConfig"]["seed"] == 7


@pytest.mark.parametrize(
    ("shape", "error"), [("blocked", Blocked), ("blocked-output", Blocked), ("empty", NoOutput), ("words", NoOutput)]
)
def test_an_answer_without_a_picture_says_why(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, shape: str, error: type[ProviderError]
) -> None:
    cloud.script("image", shape)
    with pytest.raises(error):
        provider.submit(IMAGE, "a1")


@pytest.mark.parametrize(
    "brief",
    [
        replace(IMAGE, model="imagen-4.0-generate-001"),
        Brief(Kind.VIDEO, "veo-3.0-generate-001", "a fox", "16:9", duration=4, resolution="720p"),
    ],
    ids=["image", "video"],
)
def test_a_model_that_is_not_there_any_more_is_retired(provider: GoogleCloudProvider, brief: Brief) -> None:
    """PRV-04."""
    with pytest.raises(Retired, match="was not found"):
        provider.submit(brief, "a1")


def test_a_prompt_comes_back_with_more(cloud: GoogleCloudStandIn, provider: GoogleCloudProvider) -> None:
    assert isinstance(provider, Writer)
    assert provider.write(WISH, "gemini-3.8-flash") == "a fox in soft evening light"
    assert cloud.requests_to("text")[0]["path"] == f"{EVERYWHERE}/gemini-3.8-flash:generateContent"


@pytest.mark.parametrize(
    ("fault", "error"), [("429", RateLimited), ("blocked", Blocked), ("words", NoOutput), ("lost", Retryable)]
)
def test_a_text_that_did_not_come_says_why(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, fault: str, error: type[ProviderError]
) -> None:
    cloud.script("text", fault)
    with pytest.raises(error):
        provider.write(WISH, "gemini-3.8-flash")


def test_a_key_makes_images_and_texts_too(by_key: Build) -> None:
    provider = by_key()
    assert isinstance(provider.submit(IMAGE, "a1"), Finished)
    assert provider.write(WISH, "gemini-3.8-flash")


def test_the_models_of_all_pages_are_listed(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, by_key: Build
) -> None:
    served = google_cloud_wire.VIDEO_MODELS | google_wire.IMAGE_MODELS | google_wire.TEXT_MODELS
    assert provider.listed() == by_key().listed() == served
    assert len(cloud.requests_to("models")) > len(served) / 2


def test_a_list_without_models_is_not_believed(cloud: GoogleCloudStandIn, provider: GoogleCloudProvider) -> None:
    """It would retire models that are still there."""
    cloud.script("models", {"fault": "status", "status": 200, "body": {}})
    with pytest.raises(Retryable):
        provider.listed()


def test_a_list_without_an_end_is_not_believed(cloud: GoogleCloudStandIn, by_key: Build) -> None:
    page = {"publisherModels": [{"name": f"publishers/google/models/m{n}"} for n in range(2500)], "nextPageToken": "0"}
    cloud.script("models", *[{"fault": "status", "status": 200, "body": page}] * 3)
    with pytest.raises(Retryable, match="without an end"):
        by_key().listed()


@pytest.mark.parametrize("fault", ["500", "403", "lost", {"fault": "html", "status": 200}], ids=str)
def test_a_list_that_did_not_come_is_an_error_and_not_an_empty_one(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, fault: object
) -> None:
    cloud.script("models", fault)
    with pytest.raises(Retryable):
        provider.listed()
