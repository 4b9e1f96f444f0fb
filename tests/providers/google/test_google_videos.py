"""Videos through interactions (PRV-02, JOB-10, JOB-11)."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest

from app.providers.base import Accepted, Brief, Finished, Inline, Kind, Pending, Reference, Remote
from app.providers.errors import Ambiguous, Blocked, Expired, Failed, NoOutput, RateLimited, Retryable
from app.providers.google.provider import GoogleProvider
from tests.standins import media
from tests.standins.google import GoogleStandIn

BRIEF = Brief(Kind.VIDEO, "gemini-omni-1.2-flash", "the waves start to move", "9:16", duration=8, resolution="720p")
FRAME = Reference(media.jpeg("9:16"), "image/jpeg")


def started(provider: GoogleProvider, brief: Brief = BRIEF, attempt: str = "a1") -> Accepted:
    accepted = provider.submit(brief, attempt)
    assert isinstance(accepted, Accepted)
    return accepted


def body(google: GoogleStandIn) -> dict[str, Any]:
    found: dict[str, Any] = google.requests_to("create")[-1]["json"]
    return found


def test_a_video_is_ordered_in_the_background_as_a_file(google: GoogleStandIn, provider: GoogleProvider) -> None:
    accepted = started(provider, attempt="0197F3A2-77BE")
    assert accepted.handle == {"id": accepted.operation_id}
    assert accepted.next_after == 5
    assert body(google) == {
        "model": "gemini-omni-1.2-flash",
        "background": True,
        "input": [{"type": "user_input", "content": [{"type": "text", "text": "the waves start to move"}]}],
        "generation_config": {"video_config": {"task": "text_to_video"}},
        "response_format": {
            "type": "video",
            "duration": "8s",
            "resolution": "720p",
            "aspect_ratio": "9:16",
            "delivery": "uri",
        },
        "labels": {"attempt": "0197f3a2-77be"},
    }
    assert google.attempts == {"0197f3a2-77be": 1}


def test_a_picture_is_the_first_frame(google: GoogleStandIn, provider: GoogleProvider) -> None:
    started(provider, replace(BRIEF, references=(FRAME,), seed=3, negative_prompt="text on screen"))
    picture, words = body(google)["input"][0]["content"]
    assert base64.b64decode(picture["data"]) == FRAME.data
    assert picture["mime_type"] == "image/jpeg"
    assert words["text"].endswith("the waves start to move\n\nLeave out: text on screen.")
    assert body(google)["generation_config"] == {"seed": 3, "video_config": {"task": "image_to_video"}}


def test_an_answer_without_an_id_leaves_the_outcome_unknown(google: GoogleStandIn, provider: GoogleProvider) -> None:
    google.script("create", {"fault": "status", "status": 200, "body": {"status": "in_progress"}})
    with pytest.raises(Ambiguous):
        provider.submit(BRIEF, "a1")


@pytest.mark.parametrize("reply", [[], "yes", 7, None])
def test_an_answer_of_another_shape_leaves_the_outcome_unknown(
    google: GoogleStandIn, provider: GoogleProvider, reply: object
) -> None:
    google.script("create", {"fault": "status", "status": 200, "body": reply})
    with pytest.raises(Ambiguous):
        provider.submit(BRIEF, "a1")


@pytest.mark.parametrize("status", ["queued", "in_progress", "thinking_hard"])
def test_a_video_in_the_making_is_pending(google: GoogleStandIn, provider: GoogleProvider, status: str) -> None:
    handle = started(provider).handle
    google.script("get", status)
    assert provider.poll(handle) == Pending()


def test_a_finished_video_lies_at_google_until_it_is_fetched(google: GoogleStandIn, provider: GoogleProvider) -> None:
    done = provider.poll(started(provider).handle)
    assert isinstance(done, Finished)
    assert isinstance(done.result, Remote)
    assert done.result.locator["uri"].startswith("https://generativelanguage.googleapis.com/v1beta/files/")


def test_a_recipe_may_ask_for_the_bytes_at_once(google: GoogleStandIn, provider: GoogleProvider) -> None:
    handle = started(provider, replace(BRIEF, recipe={"delivery": "inline"})).handle
    assert body(google)["response_format"]["delivery"] == "inline"
    assert provider.poll(handle) == Finished(Inline(media.mp4(8, "720p", "9:16"), "video/mp4"))


def test_what_was_not_chosen_is_left_to_google(google: GoogleStandIn, provider: GoogleProvider) -> None:
    """Sound is always there, and there is no field to ask for it."""
    started(provider, replace(BRIEF, duration=None, resolution=None, sound=False))
    assert body(google)["response_format"] == {"type": "video", "aspect_ratio": "9:16", "delivery": "uri"}


def test_a_video_that_comes_with_the_answer_is_taken(google: GoogleStandIn, provider: GoogleProvider) -> None:
    handle = started(provider).handle
    google.script("get", "inline")
    done = provider.poll(handle)
    assert done == Finished(Inline(media.mp4(8, "720p", "9:16"), "video/mp4"))


BROKEN_BASE64 = {"steps": [{"type": "model_output", "content": [{"type": "video", "data": "%%%"}]}]}


@pytest.mark.parametrize("reply", [[], "yes", 7, None, {"status": "completed", **BROKEN_BASE64}])
def test_a_look_up_of_another_shape_is_made_again(
    google: GoogleStandIn, provider: GoogleProvider, reply: object
) -> None:
    handle = started(provider).handle
    google.script("get", {"fault": "status", "status": 200, "body": reply})
    with pytest.raises(Retryable):
        provider.poll(handle)
    assert isinstance(provider.poll(handle), Finished)


@pytest.mark.parametrize(
    "steps",
    [None, "none", [None, 7], [{"type": "model_output"}], [{"type": "model_output", "content": [{"type": "text"}]}]],
)
def test_a_finished_video_that_shows_nothing_is_no_output(
    google: GoogleStandIn, provider: GoogleProvider, steps: object
) -> None:
    """JOB-10, whatever the rest of the answer looks like."""
    handle = started(provider).handle
    google.script("get", {"fault": "status", "status": 200, "body": {"status": "completed", "steps": steps}})
    with pytest.raises(NoOutput):
        provider.poll(handle)


@pytest.mark.parametrize("outcome", ["blocked", "blocked-step"])
def test_a_refusal_for_safety_is_blocked_wherever_google_says_it(
    google: GoogleStandIn, provider: GoogleProvider, outcome: str
) -> None:
    handle = started(provider).handle
    google.script("get", outcome)
    with pytest.raises(Blocked) as blocked:
        provider.poll(handle)
    assert blocked.value.stage == "output"
    assert blocked.value.reason


@pytest.mark.parametrize(
    ("outcome", "error", "code"),
    [
        ("empty", NoOutput, "no_output"),
        ("failed", Failed, "provider_error"),
        ("cancelled", Failed, "cancelled"),
        ("incomplete", Failed, "provider_error"),
        ("requires_action", Failed, "provider_error"),
        ("budget_exceeded", Failed, "unavailable"),
    ],
)
def test_every_other_end_is_final(
    google: GoogleStandIn, provider: GoogleProvider, outcome: str, error: type[Failed], code: str
) -> None:
    handle = started(provider).handle
    google.script("get", outcome)
    with pytest.raises(error) as ended:
        provider.poll(handle)
    assert ended.value.code == code


def test_a_look_up_that_is_refused_for_now_says_for_how_long(google: GoogleStandIn, provider: GoogleProvider) -> None:
    handle = started(provider).handle
    google.script("get", {"fault": "429", "seconds": 12})
    with pytest.raises(RateLimited) as limited:
        provider.poll(handle)
    assert limited.value.retry_after == 12


@pytest.mark.parametrize(
    ("fault", "code"), [("401", "misconfigured"), ("bad-key", "misconfigured"), ("402", "unavailable")]
)
def test_trouble_of_the_operators_does_not_give_a_paid_video_up(
    google: GoogleStandIn, provider: GoogleProvider, fault: str, code: str
) -> None:
    """The code tells admins what it is; the look-up goes on until the deadline."""
    handle = started(provider).handle
    google.script("get", fault)
    with pytest.raises(Retryable) as trouble:
        provider.poll(handle)
    assert trouble.value.code == code
    assert isinstance(provider.poll(handle), Finished)


def test_an_operation_that_nobody_knows_is_expired(provider: GoogleProvider) -> None:
    with pytest.raises(Expired):
        provider.poll({"id": "v1_never-was"})


def test_a_video_in_the_making_can_be_cancelled(google: GoogleStandIn, provider: GoogleProvider) -> None:
    google.video_seconds = 30
    handle = started(provider).handle
    assert provider.poll(handle) == Pending()
    assert provider.cancel(handle) is True
    with pytest.raises(Failed):
        provider.poll(handle)


@pytest.mark.parametrize("fault", ["500", "429", "lost", "unreadable"])
def test_a_failed_cancelling_is_a_no(google: GoogleStandIn, provider: GoogleProvider, fault: str) -> None:
    google.video_seconds = 30
    handle = started(provider).handle
    google.script("cancel", fault)
    assert provider.cancel(handle) is False


def test_a_finished_video_cannot_be_cancelled(provider: GoogleProvider) -> None:
    assert provider.cancel(started(provider).handle) is False
