"""The prompt helper: adds what is missing and touches nothing that was typed."""

from __future__ import annotations

import pytest

from app.providers.base import Kind, Task, Wish
from app.providers.local.helper import _SETTINGS
from app.providers.local.prompts import NAMED
from app.providers.local.provider import LocalProvider
from app.providers.local.reading import found

PROMPTS = ["a cat", "Sea, ", "a fox in the snow.", "🦊", "  leading space", *list(NAMED.values())[:8]]


def improve(prompt: str, kind: Kind = Kind.VIDEO, max_chars: int = 500) -> str:
    return LocalProvider().write(Wish(Task.IMPROVE, prompt, kind, max_chars), "rules")


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("kind", [Kind.IMAGE, Kind.VIDEO])
def test_what_was_typed_stays_in_front_as_it_was(prompt: str, kind: Kind) -> None:
    better = improve(prompt, kind)
    assert better.startswith(prompt.rstrip())
    assert len(better) > len(prompt.rstrip())
    assert improve(prompt, kind) == better


@pytest.mark.parametrize("limit", [10, 30, 60, 200])
def test_the_limit_is_kept(limit: int) -> None:
    prompt = "a fox"
    assert prompt == improve(prompt)[: len(prompt)]
    assert len(improve(prompt, max_chars=limit)) <= limit


def test_a_prompt_that_is_already_full_is_left_alone() -> None:
    assert improve("x" * 500) == "x" * 500


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("kind", [Kind.IMAGE, Kind.VIDEO])
def test_improving_twice_adds_nothing_new(prompt: str, kind: Kind) -> None:
    once = improve(prompt, kind)
    assert improve(once, kind) == once


def test_a_video_gets_camera_and_motion_and_an_image_does_not() -> None:
    better = improve("a harbour")
    assert found("MOVES", better)
    assert not found("MOVES", improve("a harbour", Kind.IMAGE))


def test_a_camera_word_that_is_there_is_not_added_again() -> None:
    assert found("MOVES", improve("a harbour, pan left")) == ["pan left"]


def test_an_empty_prompt_stays_empty() -> None:
    assert improve("") == ""


@pytest.mark.parametrize("prompt", ["a cat", "a whale", "two friends", "🦊"])
def test_a_video_gets_a_place_where_the_prompt_names_none(prompt: str) -> None:
    """PRM-02"""
    better = improve(prompt)
    assert any(setting in better for setting in _SETTINGS.values())
    assert not any(setting in improve(prompt, Kind.IMAGE) for setting in _SETTINGS.values())


@pytest.mark.parametrize("prompt", ["a cat on a roof", "a fox in the snow", "a harbour", "ein Fuchs in my garden"])
def test_a_place_that_is_named_is_kept(prompt: str) -> None:
    assert not any(setting in improve(prompt) for setting in _SETTINGS.values())
