"""Why Google declined: by which rule, in whose words (ERR-01, JOB-10)."""

from __future__ import annotations

from typing import Any

import pytest

from app.providers.base import Accepted, Brief, Kind, Task, Wish
from app.providers.errors import Blocked, InvalidRequest, NoOutput, Rule
from app.providers.google.provider import GoogleProvider
from tests.standins import google_wire as wire
from tests.standins.google import GoogleStandIn

IMAGE = Brief(Kind.IMAGE, "gemini-3.1-flash-image", "a fox", "1:1")
VIDEO = Brief(Kind.VIDEO, "gemini-omni-1.2-flash", "a fox", "16:9", duration=4, resolution="720p")
FOR_PEOPLE = "Unable to show the generated image. I cannot depict real people, but an invented character is fine."


def blocked(google: GoogleStandIn, provider: GoogleProvider, fault: Any) -> Blocked:
    google.script("image", fault)
    with pytest.raises(Blocked) as refused:
        provider.submit(IMAGE, "a1")
    return refused.value


def reply(body: dict[str, Any]) -> dict[str, Any]:
    return {"fault": "status", "status": 200, "body": body}


@pytest.mark.parametrize(
    ("word", "stage", "rule"),
    [
        ("blocked", "prompt", Rule.POLICY),
        ("blocked-output", "output", Rule.POLICY),
        ("blocked-sexual", "prompt", Rule.SEXUAL),
        ("blocked-words", "prompt", Rule.WORDING),
        ("blocked-people", "output", Rule.PEOPLE),
        ("blocked-copy", "output", Rule.COPYRIGHT),
    ],
)
def test_every_refusal_names_its_rule(
    google: GoogleStandIn, provider: GoogleProvider, word: str, stage: str, rule: Rule
) -> None:
    error = blocked(google, provider, word)
    assert (error.stage, error.rule) == (stage, rule)


@pytest.mark.parametrize(
    ("reason", "rule"),
    [("SPII", Rule.PERSONAL_DATA), ("RECITATION", Rule.COPYRIGHT), ("PROHIBITED_CONTENT", Rule.POLICY)],
)
def test_a_finish_reason_that_names_a_rule_is_one(
    google: GoogleStandIn, provider: GoogleProvider, reason: str, rule: Rule
) -> None:
    error = blocked(google, provider, reply(wire.generated(None, reason)))
    assert (error.rule, error.reason, error.said) == (rule, reason, "")


@pytest.mark.parametrize(
    ("category", "rule"),
    [
        ("HATE_SPEECH", Rule.HATE),
        ("HARASSMENT", Rule.HATE),
        ("DANGEROUS_CONTENT", Rule.DANGEROUS),
        ("IMAGE_SEXUALLY_EXPLICIT", Rule.SEXUAL),
        ("IMAGE_HATE", Rule.HATE),
        ("CIVIC_INTEGRITY", Rule.POLICY),
    ],
)
def test_the_rating_that_blocked_is_the_rule(
    google: GoogleStandIn, provider: GoogleProvider, category: str, rule: Rule
) -> None:
    body = wire.generated(None, "IMAGE_SAFETY", **wire.rated(category, "LOW"))
    assert blocked(google, provider, reply(body)).rule == rule


def test_without_a_rating_that_blocked_the_most_probable_one_is_the_rule(
    google: GoogleStandIn, provider: GoogleProvider
) -> None:
    ratings = [
        {"category": "HARM_CATEGORY_HATE_SPEECH", "probability": "MEDIUM"},
        {"category": "HARM_CATEGORY_SEXUALLY_EXPLICIT", "probability": "HIGH"},
        {"category": "HARM_CATEGORY_DANGEROUS_CONTENT", "probability": "LOW"},
    ]
    body = wire.generated(None, "SAFETY", safetyRatings=ratings)
    assert blocked(google, provider, reply(body)).rule == Rule.SEXUAL


def test_people_see_googles_sentences_and_admins_all_of_them(google: GoogleStandIn, provider: GoogleProvider) -> None:
    error = blocked(google, provider, "blocked-people")
    assert error.said == FOR_PEOPLE
    assert "29310472" in str(error)


def test_what_a_model_says_instead_of_a_picture_is_kept(google: GoogleStandIn, provider: GoogleProvider) -> None:
    google.script("image", "words")
    with pytest.raises(NoOutput) as nothing:
        provider.submit(IMAGE, "a1")
    assert nothing.value.said == "I would rather describe it."


@pytest.mark.parametrize(
    ("outcome", "error", "said"),
    [
        ("blocked-people", Blocked, FOR_PEOPLE),
        ("words", NoOutput, "I would rather describe it."),
        ("empty", NoOutput, ""),
    ],
)
def test_a_video_that_is_declined_says_why(
    google: GoogleStandIn, provider: GoogleProvider, outcome: str, error: type[Blocked | NoOutput], said: str
) -> None:
    started = provider.submit(VIDEO, "a1")
    assert isinstance(started, Accepted)
    google.script("get", outcome)
    with pytest.raises(error) as declined:
        provider.poll(started.handle)
    assert declined.value.said == said
    assert getattr(declined.value, "rule", Rule.PEOPLE) == Rule.PEOPLE


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (wire.bad_field("generation_config.image_config.aspect_ratio", "Invalid value.").body, "aspect_ratio"),
        (wire.bad_field("generation_config.seed", "Invalid value.").body, "seed"),
        (wire.bad_field("contents[0].parts[0].inline_data", "Unable to process input image.").body, "references"),
        (wire.error(400, "duration must be from 3s to 10s").body, "duration"),
        (wire.error(400, "The input image is broken.").body, "references"),
        (wire.error(400, "Request contains an invalid argument.").body, ""),
    ],
)
def test_a_request_that_is_not_taken_names_the_field_of_the_brief(
    google: GoogleStandIn, provider: GoogleProvider, body: dict[str, Any], field: str
) -> None:
    google.script("image", {"fault": "status", "status": 400, "body": body})
    with pytest.raises(InvalidRequest) as refused:
        provider.submit(IMAGE, "a1")
    assert (refused.value.field, refused.value.said) == (field, "")


def test_a_prompt_that_interactions_refuse_for_safety_names_the_rule(
    google: GoogleStandIn, provider: GoogleProvider
) -> None:
    body = {"error": {"code": "invalid_request", "message": "Blocked by policy: it names a celebrity."}}
    google.script("create", {"fault": "status", "status": 400, "body": body})
    with pytest.raises(Blocked) as refused:
        provider.submit(VIDEO, "a1")
    assert (refused.value.rule, refused.value.said) == (Rule.PEOPLE, "Blocked by policy: it names a celebrity.")


def test_a_text_that_is_withheld_names_the_rule_too(google: GoogleStandIn, provider: GoogleProvider) -> None:
    google.script("text", "blocked-sexual")
    with pytest.raises(Blocked) as refused:
        provider.write(Wish(Task.REWORD, "a fox", Kind.IMAGE, 400), "gemini-3.8-flash")
    assert refused.value.rule == Rule.SEXUAL
