"""The prompt helper through a bot that writes (PRM-01, PRM-02)."""

from __future__ import annotations

from typing import Any

import pytest

from app.providers.base import Kind, Task, Wish, Writer
from app.providers.errors import (
    Ambiguous,
    Blocked,
    Misconfigured,
    NoOutput,
    OutOfFunds,
    ProviderError,
    RateLimited,
    Retired,
    Retryable,
)
from app.providers.poe.provider import PoeProvider
from app.providers.wishes import instruction
from tests.standins import poe_wire
from tests.standins.poe import PoeStandIn

BOT = "Assistant"
WISH = Wish(Task.IMPROVE, "a fox", Kind.VIDEO, 500)


def test_poe_is_a_writer(provider: PoeProvider) -> None:
    assert isinstance(provider, Writer)


@pytest.mark.parametrize("task", list(Task))
def test_every_wish_is_an_instruction_and_the_prompt_a_message(
    poe: PoeStandIn, provider: PoeProvider, task: Task
) -> None:
    wish = Wish(task, "a fox", Kind.IMAGE, 500)
    assert provider.write(wish, BOT) == "a fox in soft evening light"
    assert poe.requests_to("text")[-1]["json"] == {
        "model": BOT,
        "messages": [{"role": "system", "content": instruction(wish)}, {"role": "user", "content": "a fox"}],
        "stream": False,
    }


def test_the_answer_respects_the_limit(provider: PoeProvider) -> None:
    text = provider.write(Wish(Task.IMPROVE, "a fox [[long]]", Kind.IMAGE, 100), BOT)
    assert 80 < len(text) <= 100


@pytest.mark.parametrize("content", [None, "", '""', "  “” \n"])
def test_an_empty_text_is_no_output(poe: PoeStandIn, provider: PoeProvider, content: Any) -> None:
    poe.script("text", {"fault": "status", "status": 200, "body": poe_wire.completion(BOT, content)})
    with pytest.raises(NoOutput):
        provider.write(WISH, BOT)


@pytest.mark.parametrize("words", ["I can't help with that.", "Sorry, no.", "I’m unable to assist with this request."])
def test_a_bot_that_declines_is_blocked(poe: PoeStandIn, provider: PoeProvider, words: str) -> None:
    poe.script("text", {"fault": "status", "status": 200, "body": poe_wire.completion(BOT, words)})
    with pytest.raises(Blocked):
        provider.write(WISH, BOT)


def test_a_text_may_speak_of_what_cannot_be(poe: PoeStandIn, provider: PoeProvider) -> None:
    words = "A sign says: I cannot swim. Sorry seagulls look on."
    poe.script("text", {"fault": "status", "status": 200, "body": poe_wire.completion(BOT, words)})
    assert provider.write(WISH, BOT) == words


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("401", Misconfigured),
        ("402", OutOfFunds),
        ("404", Retired),
        ("429", RateLimited),
        ("503", RateLimited),
        ("500", Retryable),
        ("lost", Retryable),
        ("unreadable", Retryable),
        ("filtered", Blocked),
    ],
)
def test_every_failure_is_told_apart_and_none_is_ambiguous(
    poe: PoeStandIn, provider: PoeProvider, fault: str, error: type[ProviderError]
) -> None:
    """Unlike a picture, words may be asked for again."""
    poe.script("text", fault)
    with pytest.raises(error) as raised:
        provider.write(WISH, BOT)
    assert not isinstance(raised.value, Ambiguous)


def test_a_bot_that_does_not_answer_is_given_up(poe: PoeStandIn, hasty: PoeProvider) -> None:
    poe.script("text", {"fault": "hang", "seconds": 1.0})
    with pytest.raises(Retryable):
        hasty.write(WISH, BOT)
