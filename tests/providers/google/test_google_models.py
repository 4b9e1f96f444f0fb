"""Which models Google serves: by its list, and by what it says to a submit (PRV-04)."""

from __future__ import annotations

from typing import Any

import pytest

from app.providers.base import Accepted, Brief, Kind
from app.providers.errors import Expired, Misconfigured, ProviderError, Retired, Retryable
from app.providers.google.provider import GoogleProvider
from tests.standins import google_wire as wire
from tests.standins.google import KEY, GoogleStandIn

IMAGE = Brief(Kind.IMAGE, "gemini-3.1-flash-image", "a fox", "1:1")
VIDEO = Brief(Kind.VIDEO, "gemini-omni-1.2-flash", "a fox", "16:9", duration=4, resolution="720p")
BOTH = pytest.mark.parametrize("brief", [IMAGE, VIDEO], ids=["image", "video"])
GONE = "models/gemini-3.1-flash-image is no longer available. Use another model."


def test_all_pages_are_read_and_ids_are_bare(google: GoogleStandIn, provider: GoogleProvider) -> None:
    google.page_limit = 4
    assert provider.listed() == wire.IMAGE_MODELS | wire.TEXT_MODELS | wire.VIDEO_MODELS
    assert len(google.requests_to("models")) == 3


def test_one_request_is_enough_as_a_rule(google: GoogleStandIn, provider: GoogleProvider) -> None:
    provider.listed()
    assert [one["query"] for one in google.requests_to("models")] == [{"pageSize": "1000"}]


def test_a_retired_model_is_on_the_list_no_more(google: GoogleStandIn, provider: GoogleProvider) -> None:
    google.models = google.models - {VIDEO.model}
    listed = provider.listed()
    assert listed is not None
    assert VIDEO.model not in listed
    with pytest.raises(Retired):
        provider.submit(VIDEO, "a1")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"models": []},
        {"models": "all"},
        {"models": [{"name": 7}]},
        {"models": ["models/gemini-3.8-flash"]},
        [],
        None,
    ],
)
def test_a_list_of_another_shape_is_no_list(google: GoogleStandIn, provider: GoogleProvider, body: Any) -> None:
    """Else every model would be taken for retired."""
    google.script("models", {"fault": "status", "status": 200, "body": body})
    with pytest.raises(ProviderError):
        provider.listed()


def test_a_list_without_an_end_is_given_up(google: GoogleStandIn, provider: GoogleProvider) -> None:
    page = {"models": [{"name": "models/gemini-3.8-flash"}], "nextPageToken": "again"}
    google.script("models", *[{"fault": "status", "status": 200, "body": page}] * 50)
    with pytest.raises(Retryable):
        provider.listed()
    assert len(google.requests_to("models")) <= 20


@pytest.mark.parametrize("fault", ["500", "429", "lost", "unreadable", "bad-key"])
def test_a_list_that_cannot_be_had_is_an_error_of_ours(
    google: GoogleStandIn, provider: GoogleProvider, fault: str
) -> None:
    google.script("models", fault)
    with pytest.raises(ProviderError) as error:
        provider.listed()
    assert KEY not in str(error.value)


@pytest.mark.parametrize(
    ("brief", "status", "error"),
    [
        (IMAGE, 404, {"code": 404, "status": "NOT_FOUND", "message": GONE}),
        (IMAGE, 400, {"code": 400, "status": "INVALID_ARGUMENT", "message": GONE}),
        (VIDEO, 404, {"code": "model_not_found", "message": "No such model."}),
        (VIDEO, 400, {"code": "model_not_found", "message": "No such model."}),
        (VIDEO, 404, {"code": "not_found", "message": GONE}),
    ],
)
def test_a_model_that_is_gone_is_retired_in_either_shape(
    google: GoogleStandIn, provider: GoogleProvider, brief: Brief, status: int, error: dict[str, Any]
) -> None:
    endpoint = "image" if brief is IMAGE else "create"
    google.script(endpoint, {"fault": "status", "status": status, "body": {"error": error}})
    with pytest.raises(Retired):
        provider.submit(brief, "a1")


@BOTH
def test_a_page_that_is_not_there_is_a_wrong_address_and_no_retired_model(
    google: GoogleStandIn, provider: GoogleProvider, brief: Brief
) -> None:
    google.script("image" if brief is IMAGE else "create", {"fault": "html", "status": 404})
    with pytest.raises(Misconfigured):
        provider.submit(brief, "a1")


def test_a_look_up_that_finds_nothing_says_nothing_of_the_model(
    google: GoogleStandIn, provider: GoogleProvider
) -> None:
    started = provider.submit(VIDEO, "a1")
    assert isinstance(started, Accepted)
    body = {"error": {"code": "model_not_found", "message": GONE}}
    google.script("get", {"fault": "status", "status": 404, "body": body})
    with pytest.raises(Expired):
        provider.poll(started.handle)
