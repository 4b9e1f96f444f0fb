"""What a look-up of a Veo video can come to (JOB-10, JOB-11)."""

from __future__ import annotations

from typing import Any

import pytest

from app.providers.base import Finished, Inline, Pending
from app.providers.errors import (
    Blocked,
    Expired,
    Failed,
    InvalidRequest,
    NoOutput,
    ProviderError,
    RateLimited,
    Retryable,
    Rule,
)
from app.providers.google_cloud.provider import GoogleCloudProvider
from tests.providers.google_cloud.orders import MODEL, VIDEO, Build, ended, reply, started
from tests.standins import media
from tests.standins.google_cloud import GoogleCloudStandIn


def test_the_name_alone_is_enough_for_another_process_with_another_region(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, by_project: Build
) -> None:
    """JOB-11: the operation stays where it was begun, wherever new ones begin."""
    accepted = started(provider)
    other = by_project(location="europe-west4")
    assert isinstance(other.poll({"name": accepted.operation_id}), Finished)
    (request,) = cloud.requests_to("get")
    assert request["path"] == f"/v1beta1/{MODEL}:fetchPredictOperation"
    assert request["json"] == {"operationName": accepted.operation_id}
    assert "europe-west4" in started(other).operation_id


@pytest.mark.parametrize("outcome", ["running", "pondering", reply({"name": "x", "done": False})], ids=str)
def test_a_video_in_the_making_is_pending(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, outcome: Any
) -> None:
    handle = started(provider).handle
    cloud.script("get", outcome)
    assert provider.poll(handle) == Pending()


@pytest.mark.parametrize("outcome", ["completed", "partly"])
def test_a_finished_video_comes_with_its_look_up(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, outcome: str
) -> None:
    """Also where the filter took others away."""
    handle = started(provider).handle
    cloud.script("get", outcome)
    assert provider.poll(handle) == Finished(Inline(media.mp4(8, "720p", "9:16"), "video/mp4"))


def test_a_filtered_video_is_blocked_by_the_rule_that_its_code_names(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider
) -> None:
    error = ended(cloud, provider, "filtered")
    assert isinstance(error, Blocked)
    assert (error.stage, error.rule, error.reason) == ("output", Rule.PEOPLE, "15236754")
    assert error.said.startswith("Sorry, we can't create videos with real people's names or likenesses.")
    assert "15236754" not in error.said


def test_a_filter_without_a_reason_still_blocks(cloud: GoogleCloudStandIn, provider: GoogleCloudProvider) -> None:
    error = ended(cloud, provider, "unexplained")
    assert isinstance(error, Blocked)
    assert (error.stage, error.rule, error.reason) == ("output", Rule.POLICY, "")


def test_a_prompt_that_is_refused_after_its_acceptance_is_blocked(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider
) -> None:
    error = ended(cloud, provider, "blocked")
    assert isinstance(error, Blocked)
    assert (error.stage, error.rule, error.reason) == ("prompt", Rule.VIOLENCE, "61493863")


@pytest.mark.parametrize(
    ("codes", "rule"),
    [
        ("58061214", Rule.MINORS),
        ("29310472", Rule.PEOPLE),
        ("62263041", Rule.DANGEROUS),
        ("22137204", Rule.HATE),
        ("92201652", Rule.PERSONAL_DATA),
        ("43188360", Rule.SEXUAL),
        ("56562880", Rule.VIOLENCE),
        ("32635315", Rule.WORDING),
        ("35561574", Rule.COPYRIGHT),
        ("42237218", Rule.POLICY),
        ("00000000", Rule.POLICY),
        ("42237218, 90789179", Rule.SEXUAL),
        ("42237218 (a copyrighted work)", Rule.COPYRIGHT),
    ],
)
def test_every_support_code_has_its_rule(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, codes: str, rule: Rule
) -> None:
    text = f"The video could not be made. Support codes: {codes}"
    error = ended(cloud, provider, reply({"done": True, "error": {"code": 3, "message": text}}))
    assert isinstance(error, Blocked)
    assert (error.rule, error.said) == (rule, "The video could not be made.")


def test_a_submit_that_is_refused_with_a_support_code_is_blocked(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider
) -> None:
    cloud.script("create", {"fault": "400", "message": "It violates our usage guidelines. Support codes: 90789179"})
    with pytest.raises(Blocked) as blocked:
        provider.submit(VIDEO, "a1")
    assert (blocked.value.stage, blocked.value.rule) == ("prompt", Rule.SEXUAL)
    assert blocked.value.said == "It violates our usage guidelines."


@pytest.mark.parametrize(
    ("outcome", "kind", "code"),
    [
        ("empty", NoOutput, "no_output"),
        ("bucket", Failed, "provider_error"),
        ("failed", Failed, "provider_error"),
        ("cancelled", Failed, "cancelled"),
        ("denied", Failed, "misconfigured"),
        ("overloaded", Failed, "busy"),
        ("refused", InvalidRequest, "rejected"),
        (reply({"done": True}), NoOutput, "no_output"),
        (reply({"done": True, "response": None}), NoOutput, "no_output"),
        (reply({"done": True, "response": {"videos": "none"}}), NoOutput, "no_output"),
        (reply({"done": True, "response": {"videos": [None, {}]}}), NoOutput, "no_output"),
        (reply({"done": True, "error": {"message": "?"}}), Failed, "provider_error"),
    ],
    ids=str,
)
def test_every_other_end_is_final(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, outcome: Any, kind: type[ProviderError], code: str
) -> None:
    error = ended(cloud, provider, outcome)
    assert (type(error), error.code) == (kind, code)


@pytest.mark.parametrize(
    "body", [[], "yes", 7, None, {"done": True, "response": {"videos": [{"bytesBase64Encoded": "%%%"}]}}], ids=str
)
def test_a_look_up_of_another_shape_is_made_again(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, body: Any
) -> None:
    handle = started(provider).handle
    cloud.script("get", reply(body))
    with pytest.raises(Retryable):
        provider.poll(handle)
    assert isinstance(provider.poll(handle), Finished)


def test_a_look_up_that_is_refused_for_now_says_for_how_long(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider
) -> None:
    error = ended(cloud, provider, {"fault": "429", "seconds": 12})
    assert isinstance(error, RateLimited)
    assert error.retry_after == 12


@pytest.mark.parametrize(
    ("fault", "code"), [("401", "misconfigured"), ("403", "misconfigured"), ("402", "unavailable")]
)
def test_trouble_of_the_operators_does_not_give_a_paid_video_up(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, fault: str, code: str
) -> None:
    error = ended(cloud, provider, fault)
    assert (type(error), error.code) == (Retryable, code)


@pytest.mark.parametrize("handle", [{}, {"name": ""}, {"name": "../../token"}, {"id": "v1_x"}], ids=str)
def test_a_handle_without_a_name_is_expired_and_asks_nobody(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, handle: dict[str, str]
) -> None:
    with pytest.raises(Expired):
        provider.poll(handle)
    assert cloud.requests == []


def test_an_operation_that_nobody_knows_is_expired(provider: GoogleCloudProvider) -> None:
    with pytest.raises(Expired):
        provider.poll({"name": f"{MODEL}/operations/never-was"})


def test_nothing_lies_there_to_be_fetched_and_nothing_can_be_stopped(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider
) -> None:
    with pytest.raises(Expired):
        provider.download({"gcsUri": "gs://somebody-elses/sample_0.mp4"})
    assert provider.cancel(started(provider).handle) is False
    assert len(cloud.requests_to("create")) == len(cloud.requests) - len(cloud.requests_to("token"))
