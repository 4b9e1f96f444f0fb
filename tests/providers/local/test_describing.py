"""Captions and descriptions by rule: what a prompt shows, without how it is filmed (PRM-03)."""

from __future__ import annotations

import pytest

from app.providers.base import Kind, Task, Wish
from app.providers.errors import NoOutput
from app.providers.local.prompts import NAMED
from app.providers.local.provider import LocalProvider

HOW = ("camera", "push in", "orbit", "lens", "grain", "texture", "colours", "focus")


def write(task: Task, prompt: str, max_chars: int = 500, kind: Kind = Kind.VIDEO) -> str:
    return LocalProvider().write(Wish(task, prompt, kind, max_chars), "rules")


@pytest.mark.parametrize(
    ("prompt", "caption"),
    [
        (
            "Paper cranes over a neon city in the rain, slow pan to the left",
            "Paper cranes over a neon city in the rain.",
        ),
        ("Slow pan over a harbour at dusk", "A harbour at dusk."),
        ("A close-up shot of a cat, 35mm, film grain", "A cat."),
        (
            "a lighthouse at dusk, lamp light sweeping the fog, gulls",
            "A lighthouse at dusk, lamp light sweeping the fog.",
        ),
        ("no people, a lake", "A lake."),
        ("A photo of the moon. Cinematic lighting, 8k", "The moon."),
        ("Eggs in a pan", "Eggs in a pan."),
        ("Ein Fuchs im Schnee; im Stil von Dürer", "Ein Fuchs im Schnee, im Stil von Dürer."),
        ("Wait for it...", "Wait for it."),
        ("two\nlines", "Two, lines."),
        ("x" * 400, "X" + "x" * 118 + "."),
    ],
)
def test_a_caption_is_one_short_sentence(prompt: str, caption: str) -> None:
    assert write(Task.CAPTION, prompt) == caption


@pytest.mark.parametrize("prompt", list(NAMED.values()))
def test_what_the_helper_added_about_filming_is_in_neither(prompt: str) -> None:
    better = write(Task.IMPROVE, prompt, 2000)
    caption, alt_text = write(Task.CAPTION, better), write(Task.ALT_TEXT, better)
    added = [word for word in HOW if word not in prompt]
    assert not [word for word in added if word in caption + alt_text]
    assert caption.endswith(".")
    assert alt_text.startswith(caption.removesuffix("."))
    assert len(caption) <= 120


def test_a_description_says_all_that_is_to_be_seen() -> None:
    prompt = "A fox in the snow, a frozen lake behind it, breath in the cold air, shot on 35mm"
    assert write(Task.ALT_TEXT, prompt) == "A fox in the snow, a frozen lake behind it, breath in the cold air."


@pytest.mark.parametrize("task", [Task.CAPTION, Task.ALT_TEXT])
@pytest.mark.parametrize("limit", [2, 10, 40])
def test_the_limit_is_kept(task: Task, limit: int) -> None:
    assert len(write(task, "A fox in the snow, a frozen lake behind it", limit)) <= limit


@pytest.mark.parametrize("task", [Task.CAPTION, Task.ALT_TEXT])
@pytest.mark.parametrize("prompt", ["", "...", "zoom in, 35mm", "no people"])
def test_a_prompt_that_shows_nothing_gets_no_words(task: Task, prompt: str) -> None:
    with pytest.raises(NoOutput):
        write(task, prompt)
