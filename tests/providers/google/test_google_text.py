"""The prompt helper through a text model (PRM-01, PRM-02)."""

from __future__ import annotations

import json

import pytest

from app.providers.base import Kind, Task, Wish, Writer
from app.providers.errors import Ambiguous, Blocked, NoOutput, OutOfFunds, RateLimited, Retryable
from app.providers.google.provider import GoogleProvider
from app.providers.wishes import trim
from tests.standins.google import GoogleStandIn

MODEL = "gemini-3.8-flash"


def test_google_is_a_writer(provider: GoogleProvider) -> None:
    assert isinstance(provider, Writer)


def test_a_prompt_comes_back_with_more(provider: GoogleProvider) -> None:
    assert provider.write(Wish(Task.IMPROVE, "a fox", Kind.IMAGE, 500), MODEL) == "a fox in soft evening light"


@pytest.mark.parametrize(
    ("kind", "words"),
    [(Kind.IMAGE, "composition, light, lens and style"), (Kind.VIDEO, "camera movement and of scene")],
)
def test_each_kind_is_asked_for_what_it_needs(
    google: GoogleStandIn, provider: GoogleProvider, kind: Kind, words: str
) -> None:
    provider.write(Wish(Task.IMPROVE, "a fox", kind, 500), MODEL)
    request = google.requests_to("text")[-1]
    assert request["path"] == "/v1/models/gemini-3.8-flash:generateContent"
    assert words in request["json"]["systemInstruction"]["parts"][0]["text"]
    assert request["json"]["contents"] == [{"role": "user", "parts": [{"text": "a fox"}]}]


def test_the_answer_respects_the_limit(provider: GoogleProvider) -> None:
    text = provider.write(Wish(Task.IMPROVE, "a fox [[long]]", Kind.IMAGE, 100), MODEL)
    assert 80 < len(text) <= 100
    assert text.endswith(("in", "soft", "evening", "light"))


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("one two", 7, "one two"),
        ("one two", 6, "one"),
        ("one two", 3, "one"),
        ("one, two", 5, "one"),
        ("onetwothree", 6, "onetwo"),
        ("  one\n two ", 20, "one two"),
    ],
)
def test_a_text_is_cut_between_words(text: str, limit: int, kept: str) -> None:
    assert trim(text, limit) == kept


@pytest.mark.parametrize(("shape", "stage"), [("blocked", "prompt"), ("blocked-output", "output")])
def test_a_refused_prompt_is_blocked(google: GoogleStandIn, provider: GoogleProvider, shape: str, stage: str) -> None:
    google.script("text", shape)
    with pytest.raises(Blocked) as blocked:
        provider.write(Wish(Task.IMPROVE, "a fox", Kind.IMAGE, 500), MODEL)
    assert blocked.value.stage == stage


@pytest.mark.parametrize("shape", ["empty", "words", "truncated"])
def test_an_answer_that_is_no_prompt_is_no_output(google: GoogleStandIn, provider: GoogleProvider, shape: str) -> None:
    google.script("text", shape)
    with pytest.raises(NoOutput):
        provider.write(Wish(Task.IMPROVE, "a fox", Kind.IMAGE, 500), MODEL)


@pytest.mark.parametrize("answer", ["", "[]", "{}", '{"prompt": ""}', '{"prompt": 7}', '"a fox"'])
def test_json_without_a_prompt_is_no_output(google: GoogleStandIn, provider: GoogleProvider, answer: str) -> None:
    parts = [{"text": answer}]
    reply = {"candidates": [{"finishReason": "STOP", "content": {"role": "model", "parts": parts}}]}
    google.script("text", {"fault": "status", "status": 200, "body": json.loads(json.dumps(reply))})
    with pytest.raises(NoOutput):
        provider.write(Wish(Task.IMPROVE, "a fox", Kind.IMAGE, 500), MODEL)


@pytest.mark.parametrize("fault", ["500", "lost", "unreadable", "html"])
def test_words_may_be_asked_for_again_when_the_answer_was_lost(
    google: GoogleStandIn, provider: GoogleProvider, fault: str
) -> None:
    """Unlike a picture, they cost next to nothing: never Ambiguous."""
    google.script("text", fault)
    with pytest.raises(Retryable) as lost:
        provider.write(Wish(Task.IMPROVE, "a fox", Kind.IMAGE, 500), MODEL)
    assert not isinstance(lost.value, Ambiguous)


@pytest.mark.parametrize(("fault", "error"), [("429", RateLimited), ("quota", OutOfFunds), ("503", RateLimited)])
def test_a_refusal_is_told_apart(
    google: GoogleStandIn, provider: GoogleProvider, fault: str, error: type[Exception]
) -> None:
    google.script("text", fault)
    with pytest.raises(error):
        provider.write(Wish(Task.IMPROVE, "a fox", Kind.IMAGE, 500), MODEL)
