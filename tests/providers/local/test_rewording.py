"""A refused prompt by rule: harmless words for those that filters stumble over, and nothing else (PRM-01, ERR-02)."""

from __future__ import annotations

import pytest

from app.providers.base import Kind, Task, Wish
from app.providers.errors import NoOutput
from app.providers.local.prompts import NAMED
from app.providers.local.provider import LocalProvider


def reword(prompt: str, max_chars: int = 500) -> str:
    return LocalProvider().write(Wish(Task.REWORD, prompt, Kind.IMAGE, max_chars, "violence"), "rules")


@pytest.mark.parametrize(
    ("typed", "harmless"),
    [
        ("A bloody knight killing a dragon", "A knight facing a dragon"),
        ("An explicit scene", "A scene"),
        ("A gory apple", "An apple"),
        ("a naked man with a gun", "a man with a lantern"),
        ("Blood on the floor", "Red petals on the floor"),
        ("Nude, alone", "Alone"),
        ("she is naked", "she is"),
        ("A tree, naked, in winter", "A tree, in winter"),
        ("Taylor Swift's concert", "A person's concert"),
        ("young Taylor Swift on a stage", "young person on a stage"),
        ("the Batman of old", "the masked hero of old"),
        ("Batman over the city. Spider-Man waits", "A masked hero over the city. A masked hero waits"),
        ("Nike shoes beside a Ferrari", "Sports shoes beside a sports car"),
        ("an iPhone on a table", "a smartphone on a table"),
        ("An underage assassin", "A grown-up stranger"),
        ("  COCAINE   on  a table", "  sugar   on  a table"),
    ],
)
def test_what_filters_refuse_becomes_harmless_and_the_rest_stays_as_typed(typed: str, harmless: str) -> None:
    assert reword(typed) == harmless
    assert reword(typed) == harmless


@pytest.mark.parametrize(
    "prompt",
    ["", "a fox", "A blood moon over a blood orange grove", "Essex", "killifish", "trumpets", "🦊", *NAMED.values()],
)
def test_where_it_finds_nothing_it_says_so(prompt: str) -> None:
    with pytest.raises(NoOutput):
        reword(prompt)


@pytest.mark.parametrize("prompt", ["A killer", "Batman and Yoda", "nude"])
def test_a_reworded_prompt_holds_nothing_more_to_reword(prompt: str) -> None:
    with pytest.raises(NoOutput):
        reword(reword(prompt))


def test_the_limit_is_kept() -> None:
    assert len(reword("a gun " * 80, max_chars=500)) <= 500
