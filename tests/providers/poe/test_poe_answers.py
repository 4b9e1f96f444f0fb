"""What Poe's answers mean (PRV-02, PRV-07, JOB-09, JOB-10)."""

from __future__ import annotations

from typing import Any

import pytest

from app.providers.base import Brief, Kind, Remote
from app.providers.errors import (
    Ambiguous,
    Blocked,
    Expired,
    InvalidRequest,
    Misconfigured,
    NoOutput,
    OutOfFunds,
    ProviderError,
    RateLimited,
    Retired,
    Retryable,
    Rule,
)
from app.providers.poe.provider import PoeProvider
from tests.standins import poe_wire
from tests.standins.poe import KEY, PoeStandIn

BRIEF = Brief(Kind.IMAGE, "GPT-Image-2", "a fox", "1:1")


def says(poe: PoeStandIn, content: Any, reason: str = "stop", **message: Any) -> None:
    """Let the bot say this next."""
    body = poe_wire.completion("GPT-Image-2", content, reason, **message)
    poe.script("image", {"fault": "status", "status": 200, "body": body})


def problem(provider: PoeProvider) -> ProviderError:
    """What the next submit raises."""
    with pytest.raises(ProviderError) as raised:
        provider.submit(BRIEF, "a1")
    assert raised.value.__cause__ is None
    assert KEY not in str(raised.value)
    return raised.value


def test_the_result_is_an_address_and_its_file_needs_no_key(poe: PoeStandIn, provider: PoeProvider) -> None:
    result = provider.submit(BRIEF, "a1").result
    assert isinstance(result, Remote)
    download = provider.download(result.locator)
    assert download.url.startswith(f"{poe.url}/base/image/")
    assert (dict(download.headers), download.headers_host) == ({}, "")
    assert download.allowed_hosts == {".poecdn.net", f"127.0.0.1:{poe.port}"}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("400", InvalidRequest),
        ("401", Misconfigured),
        ("402", OutOfFunds),
        ("403", Misconfigured),
        ("404", Retired),
        ("408", Ambiguous),
        ("429", RateLimited),
        ("500", Ambiguous),
        ("502", Ambiguous),
        ("503", RateLimited),
        ("529", Ambiguous),
        ({"fault": "400", "code": "model_not_found"}, Retired),
        ({"fault": "status", "status": 413}, InvalidRequest),
        ({"fault": "status", "status": 404}, Misconfigured),
        ({"fault": "status", "status": 400}, Misconfigured),
        ({"fault": "status", "status": 409, "body": {"error": {"message": "?"}}}, Ambiguous),
        ({"fault": "status", "status": 503}, Ambiguous),
        ({"fault": "status", "status": 418, "body": {"error": "a teapot"}}, Misconfigured),
        ({"fault": "status", "status": 200}, Ambiguous),
        ({"fault": "status", "status": 200, "body": {"choices": {}}}, Ambiguous),
        ({"fault": "html", "status": 429}, RateLimited),
    ],
)
def test_each_refusal_says_who_has_to_act(
    poe: PoeStandIn, provider: PoeProvider, fault: Any, error: type[ProviderError]
) -> None:
    poe.script("image", fault)
    assert type(problem(provider)) is error


def test_the_limit_is_the_keys_and_an_overload_the_bots(poe: PoeStandIn, provider: PoeProvider) -> None:
    poe.script("image", "429", "503")
    busy, overloaded = problem(provider), problem(provider)
    assert isinstance(busy, RateLimited)
    assert isinstance(overloaded, RateLimited)
    assert (busy.retry_after, busy.whole_account) == (7, True)
    assert (overloaded.retry_after, overloaded.whole_account) == (None, False)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"param": "messages"}, "prompt"),
        ({"param": "messages[0].content[1].image_url"}, "prompt"),
        ({"message": "The image is too large."}, "references"),
        ({"message": "Unsupported duration."}, "duration"),
        ({"message": "No."}, ""),
    ],
)
def test_a_request_that_does_not_fit_names_the_field(
    poe: PoeStandIn, provider: PoeProvider, options: dict[str, str], field: str
) -> None:
    poe.script("image", {"fault": "400", **options})
    refused = problem(provider)
    assert isinstance(refused, InvalidRequest)
    assert refused.field == field


@pytest.mark.parametrize(
    ("fault", "rule", "stage"),
    [
        ("moderated", Rule.VIOLENCE, "prompt"),
        ({"fault": "400", "message": "Blocked by our safety system: sexual content."}, Rule.SEXUAL, "prompt"),
        ("refused", Rule.PEOPLE, "output"),
        ("filtered", Rule.POLICY, "output"),
    ],
)
def test_a_refusal_for_safety_is_blocked_with_its_rule(
    poe: PoeStandIn, provider: PoeProvider, fault: Any, rule: Rule, stage: str
) -> None:
    poe.script("image", fault)
    blocked = problem(provider)
    assert isinstance(blocked, Blocked)
    assert (blocked.rule, blocked.stage) == (rule, stage)


@pytest.mark.parametrize(
    "words",
    [
        "I'm sorry, but I can't help with that.",
        "I cannot generate images of minors.",
        "This request was flagged as inappropriate.",
        "I’m unable to create this because it violates the guidelines.",
    ],
)
def test_a_bot_that_declines_is_quoted(poe: PoeStandIn, provider: PoeProvider, words: str) -> None:
    says(poe, words)
    blocked = problem(provider)
    assert isinstance(blocked, Blocked)
    assert blocked.said == words


def test_openais_own_field_for_a_refusal_counts_as_one(poe: PoeStandIn, provider: PoeProvider) -> None:
    says(poe, None, refusal="That would show a trademark.")
    blocked = problem(provider)
    assert isinstance(blocked, Blocked)
    assert (blocked.rule, blocked.said) == (Rule.COPYRIGHT, "That would show a trademark.")


@pytest.mark.parametrize("shape", ["words", "empty", "outage", "elsewhere"])
def test_words_without_a_result_are_no_output_and_are_kept(poe: PoeStandIn, provider: PoeProvider, shape: str) -> None:
    """JOB-10"""
    poe.script("image", shape)
    nothing = problem(provider)
    assert isinstance(nothing, NoOutput)
    assert bool(nothing.said) == (shape != "empty")
    assert "https" not in nothing.said


def test_a_result_on_a_host_that_is_not_allowed_names_the_host_to_the_operator(
    poe: PoeStandIn, provider: PoeProvider
) -> None:
    poe.script("image", "elsewhere")
    assert "links to files.example.com" in str(problem(provider))


@pytest.mark.parametrize("content", [None, 7, [], "", "\0\ud800"])
def test_an_answer_that_says_nothing_is_no_output_and_can_be_stored(
    poe: PoeStandIn, provider: PoeProvider, content: Any
) -> None:
    says(poe, content)
    nothing = problem(provider)
    assert isinstance(nothing, NoOutput)
    assert str(nothing).isprintable()


@pytest.mark.parametrize("choices", [[], [7], [{}], [{"message": 7}], [{"message": {}}]])
def test_a_completion_without_a_message_is_no_output(poe: PoeStandIn, provider: PoeProvider, choices: Any) -> None:
    poe.script("image", {"fault": "status", "status": 200, "body": {"choices": choices}})
    assert isinstance(problem(provider), NoOutput)


def test_nothing_is_looked_up_at_poe(provider: PoeProvider) -> None:
    with pytest.raises(Expired):
        provider.poll({})


def test_the_bots_are_listed(provider: PoeProvider) -> None:
    assert provider.listed() >= {"GPT-Image-2", "Video-Generator-PRO", "Assistant"}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("401", Misconfigured),
        ("404", Misconfigured),
        ("429", RateLimited),
        ("500", Retryable),
        ("lost", Retryable),
        ("unreadable", Retryable),
        ({"fault": "status", "status": 200}, Retryable),
    ],
)
def test_a_list_that_cannot_be_had_says_why(
    poe: PoeStandIn, provider: PoeProvider, fault: Any, error: type[ProviderError]
) -> None:
    poe.script("models", fault)
    with pytest.raises(error):
        provider.listed()


def test_the_address_may_end_as_openais_do(poe: PoeStandIn) -> None:
    assert PoeProvider(KEY, f"{poe.url}/v1", frozenset()).listed()
