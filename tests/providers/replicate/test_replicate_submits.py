"""What is sent to Replicate, and what its refusals mean (PRV-02, PRV-07, JOB-09)."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from app.providers.base import Brief, Reference
from app.providers.errors import (
    Ambiguous,
    Blocked,
    InvalidRequest,
    Misconfigured,
    OutOfFunds,
    ProviderError,
    RateLimited,
    Retired,
    Retryable,
)
from app.providers.replicate.provider import ReplicateProvider
from app.providers.replicate.recipe import attempt_seed
from tests.providers.replicate.orders import PICTURE, flux, hailuo, started, zeroscope
from tests.standins import media
from tests.standins.replicate import KEY, ReplicateStandIn
from tests.standins.replicate_wire import ZEROSCOPE_VERSION


def sent(replicate: ReplicateStandIn) -> dict[str, Any]:
    found: dict[str, Any] = replicate.requests_to("create")[-1]
    return found


def uploaded(replicate: ReplicateStandIn, place: int) -> Image.Image:
    return Image.open(io.BytesIO(list(replicate.contents.values())[place]))


def test_an_official_model_has_an_address_of_its_own(replicate: ReplicateStandIn, provider: ReplicateProvider) -> None:
    accepted = started(provider, flux(seed=7))
    assert sent(replicate)["path"] == "/v1/models/black-forest-labs/flux-schnell/predictions"
    assert sent(replicate)["json"] == {
        "input": {
            "prompt": "a fox in the snow",
            "aspect_ratio": "16:9",
            "seed": 7,
            "num_outputs": 1,
            "output_format": "png",
            "go_fast": False,
        }
    }
    assert accepted.handle == {"id": accepted.operation_id}
    assert accepted.next_after == 1


def test_a_community_model_is_named_by_its_version(replicate: ReplicateStandIn, provider: ReplicateProvider) -> None:
    accepted = started(provider, zeroscope(negative_prompt="rain"), "attempt-9")
    assert sent(replicate)["path"] == "/v1/predictions"
    assert sent(replicate)["json"] == {
        "version": ZEROSCOPE_VERSION,
        "input": {
            "prompt": "a fox runs",
            "negative_prompt": "rain",
            "num_frames": 24,
            "fps": 8,
            "width": 1024,
            "height": 576,
            "seed": attempt_seed("attempt-9"),
            "model": "xl",
        },
    }
    assert accepted.next_after == 5


@pytest.mark.parametrize(
    ("brief", "deadline"),
    [
        (flux(), "90s"),
        (zeroscope(), "480s"),
        (replace(flux(), recipe={"input": {"prompt": "{prompt}"}, "cancel_after": 300}), "300s"),
    ],
)
def test_every_job_has_a_deadline_of_the_servers_and_none_is_waited_for(
    replicate: ReplicateStandIn, provider: ReplicateProvider, brief: Brief, deadline: str
) -> None:
    """It bounds what an orphan costs; `Prefer: wait` would keep the outcome unknown for longer."""
    started(provider, brief)
    assert sent(replicate)["headers"]["cancel-after"] == deadline
    assert "prefer" not in sent(replicate)["headers"]


def test_pictures_are_uploaded_first_and_stand_in_the_input_by_their_addresses(
    replicate: ReplicateStandIn, provider: ReplicateProvider
) -> None:
    frames = (Reference(PICTURE, "image/jpeg", "last"), Reference(PICTURE, "image/jpeg", "first"))
    started(provider, hailuo(references=frames), "attempt-3")
    last, first = replicate.contents
    assert sent(replicate)["json"]["input"] == {
        "prompt": "the fox runs away",
        "first_frame_image": first,
        "last_frame_image": last,
        "duration": 6,
        "resolution": "768p",
    }
    assert [request["endpoint"] for request in replicate.requests] == ["upload", "upload", "create"]
    files = [(one["name"], one["content_type"], one["metadata"]) for one in replicate.files.values()]
    assert files == [
        (f"attempt-3-{place}.jpeg", "image/jpeg", {"attempt": "attempt-3", "picture": place}) for place in (0, 1)
    ]


@pytest.mark.parametrize(("ratio", "size"), [("16:9", (640, 360)), ("9:16", (270, 480)), ("1:1", (480, 480))])
def test_a_frame_is_cut_to_the_ratio_that_the_video_shall_have(
    replicate: ReplicateStandIn, provider: ReplicateProvider, ratio: str, size: tuple[int, int]
) -> None:
    started(provider, hailuo(aspect_ratio=ratio))
    assert uploaded(replicate, 0).size == size


def test_a_frame_of_that_ratio_is_sent_as_it_is(replicate: ReplicateStandIn, provider: ReplicateProvider) -> None:
    frame = media.picture((1280, 720), "PNG")
    started(provider, hailuo(references=(Reference(frame, "image/png", "first"),)))
    assert list(replicate.contents.values()) == [frame]


def test_a_frame_that_cannot_be_opened_is_refused_before_anything_is_sent(
    replicate: ReplicateStandIn, provider: ReplicateProvider
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        provider.submit(hailuo(references=(Reference(PICTURE[:500], "image/jpeg"),)), "attempt-1")
    assert refused.value.field == "references"
    assert replicate.requests == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("lost", Retryable),
        ("reset", Retryable),
        ("unreadable", Retryable),
        ("500", Retryable),
        ("404", Retryable),
        ({"fault": "html", "status": 503}, Retryable),
        ({"fault": "redirect", "to": "http://localhost:9/"}, Retryable),
        ({"fault": "status", "status": 201, "body": {"id": "x", "urls": {}}}, Retryable),
        ({"fault": "429", "seconds": 9}, RateLimited),
        ("401", Misconfigured),
        ("402", OutOfFunds),
        ({"fault": "status", "status": 413, "body": {"detail": "too large"}}, InvalidRequest),
    ],
    ids=str,
)
def test_an_upload_that_fails_proves_that_nothing_was_begun(
    replicate: ReplicateStandIn, provider: ReplicateProvider, fault: Any, error: type[ProviderError]
) -> None:
    replicate.script("upload", fault)
    with pytest.raises(error) as failed:
        provider.submit(hailuo(), "attempt-1")
    assert type(failed.value) is error
    assert replicate.requests_to("create") == []


@pytest.mark.parametrize("model", ["flux-schnell", "a/b/c", "owner/name:latest", "owner/na me", ""])
def test_a_model_of_another_form_is_the_operators_to_mend(
    replicate: ReplicateStandIn, provider: ReplicateProvider, model: str
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        provider.submit(replace(flux(), model=model), "attempt-1")
    assert refused.value.code == Misconfigured.code
    assert replicate.requests == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"invalid_fields": [{"type": "required", "field": "input", "description": "prompt is required"}]}, "prompt"),
        ({"invalid_fields": [{"type": "invalid", "field": "input.seed", "description": "no number"}]}, "seed"),
        ({"invalid_fields": ["input.width"]}, "resolution"),
        ({"invalid_fields": [{"field": "input.num_frames"}]}, "duration"),
        ({"detail": "- input.negative_prompt: too long"}, "negative_prompt"),
        ({"detail": "- input.fps: too many"}, ""),
        ({"invalid_fields": "all"}, ""),
    ],
    ids=str,
)
def test_a_complaint_about_a_field_names_the_one_that_people_know(
    replicate: ReplicateStandIn, provider: ReplicateProvider, body: dict[str, Any], field: str
) -> None:
    title = {"title": "Input validation failed", "status": 422}
    replicate.script("create", {"fault": "status", "status": 422, "body": {**title, **body}})
    with pytest.raises(InvalidRequest) as refused:
        provider.submit(zeroscope(), "attempt-1")
    assert refused.value.field == field


def test_a_picture_that_the_model_refuses_is_a_reference_to_people(
    replicate: ReplicateStandIn, provider: ReplicateProvider
) -> None:
    replicate.script("create", {"fault": "422", "field": "input.first_frame_image", "message": "It is too dark."})
    with pytest.raises(InvalidRequest) as refused:
        provider.submit(hailuo(), "attempt-1")
    assert refused.value.field == "references"
    assert "It is too dark." in refused.value.said


def test_a_version_that_is_gone_retires_its_model_alone(
    replicate: ReplicateStandIn, provider: ReplicateProvider
) -> None:
    with pytest.raises(Retired):
        provider.submit(replace(zeroscope(), model=f"anotherjesse/zeroscope-v2-xl:{'0' * 64}"), "attempt-1")
    with pytest.raises(Retired):
        provider.submit(replace(flux(), model="black-forest-labs/flux-gone"), "attempt-1")
    started(provider, flux())


def test_a_limit_is_the_accounts_and_says_how_long_it_lasts(
    replicate: ReplicateStandIn, provider: ReplicateProvider
) -> None:
    replicate.script("create", {"fault": "429", "seconds": 11}, "low")
    with pytest.raises(RateLimited) as limited:
        provider.submit(flux(), "attempt-1")
    assert (limited.value.retry_after, limited.value.whole_account) == (11, True)
    assert "balance" not in str(limited.value)
    with pytest.raises(RateLimited) as low:
        provider.submit(flux(), "attempt-1")
    assert str(low.value).startswith("the balance at Replicate is low")
    assert low.value.retry_after == 7


def test_a_limit_that_says_nothing_in_its_body_is_read_from_the_header(
    replicate: ReplicateStandIn, provider: ReplicateProvider
) -> None:
    body, header = {"detail": "Request was throttled."}, {"Retry-After": "4"}
    replicate.script("create", {"fault": "status", "status": 429, "body": body, "headers": header})
    with pytest.raises(RateLimited) as limited:
        provider.submit(flux(), "attempt-1")
    assert limited.value.retry_after == 4


def test_a_prompt_that_is_refused_at_once_is_blocked(replicate: ReplicateStandIn, provider: ReplicateProvider) -> None:
    replicate.script("create", {"fault": "422", "message": "The prompt was blocked by the content moderation."})
    with pytest.raises(Blocked) as blocked:
        provider.submit(flux(), "attempt-1")
    assert blocked.value.stage == "prompt"


@pytest.mark.parametrize("reply", [[], "yes", 7, None, {}, {"status": "starting"}, {"id": 7}, {"id": ""}])
def test_an_answer_without_an_id_leaves_the_outcome_unknown(
    replicate: ReplicateStandIn, provider: ReplicateProvider, reply: object
) -> None:
    replicate.script("create", {"fault": "status", "status": 201, "body": reply})
    with pytest.raises(Ambiguous):
        provider.submit(flux(), "attempt-1")


@pytest.mark.parametrize("status", [301, 408, 409, 499, 502, 504])
def test_an_answer_that_does_not_say_how_far_it_came_leaves_it_unknown(
    replicate: ReplicateStandIn, provider: ReplicateProvider, status: int
) -> None:
    replicate.script("create", {"fault": "status", "status": status, "body": {"detail": "Oh."}})
    with pytest.raises(Ambiguous):
        provider.submit(flux(), "attempt-1")


@pytest.mark.parametrize("status", [400, 401, 402, 404, 422, 429, 500, 503])
def test_the_key_is_in_no_text(replicate: ReplicateStandIn, provider: ReplicateProvider, status: int) -> None:
    body = {"detail": f"Bad key {KEY}. Sorry.", "status": status}
    replicate.script("create", {"fault": "status", "status": status, "body": body})
    with pytest.raises(ProviderError) as failed:
        provider.submit(flux(), "attempt-1")
    assert KEY not in repr(failed.value) + json.dumps(failed.value.__dict__, default=str)
    assert failed.value.__cause__ is None
