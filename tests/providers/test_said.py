"""Whatever a provider says about a refusal, people see sentences and nothing that was meant for machines."""

from __future__ import annotations

import pytest

from app.providers.said import LONGEST, cleaned


def test_a_sentence_for_the_person_stays_as_it_is() -> None:
    said = "I can't make that: it looks like a real person. Try 10 or 1080p, and/or another face!"
    assert cleaned(said) == said


@pytest.mark.parametrize(
    "machine",
    [
        "See https://ai.google.dev/policies for more.",
        "Support codes: 29310472.",
        "Request id 7f3c9a12-55aa-4bde-9d10-0c1d2e3f4a5b.",
        "Write to abuse@example.org.",
        "Look at console.cloud.google.com/billing now.",
        "Key AIzaSyD-1234567890abcdefghij was used.",
        "Set GOOGLE_AI_API_KEY first.",
        "It lies in /srv/model/worker.py today.",
        "Reached 10.1.2.3:8080 too late.",
        "The model models/gemini-omni said so.",
        "Token abcdefghijklmnopqrstuvwxyzabcdefghijkl is bad.",
    ],
)
def test_a_sentence_for_machines_is_left_out(machine: str) -> None:
    assert cleaned(f"This shows a known person. {machine} Please change it.") == (
        "This shows a known person. Please change it."
    )


def test_the_only_sentence_loses_no_more_than_it_must() -> None:
    assert cleaned("Your prompt was declined (code 58061214)") == "Your prompt was declined (code …)"


@pytest.mark.parametrize("nothing", [None, "", " \n", '{"error": {"code": 3}}', "<html>Bad</html>", "58061214"])
def test_what_is_no_sentence_is_nothing(nothing: str | None) -> None:
    assert cleaned(nothing) == ""


def test_a_long_answer_ends_after_a_whole_word() -> None:
    said = cleaned("word " * 200)
    assert len(said) <= LONGEST
    assert said.endswith("word…")


def test_characters_that_cannot_be_seen_are_gone() -> None:
    assert cleaned("No\x00 \u202efaces\u2028please\u200b.") == "No faces please ."


def test_a_language_without_spaces_is_not_taken_for_an_id() -> None:
    said = "抱歉，我不能生成真实人物的图片，请换一个描述，例如1080p的风景画面或者动物。"
    assert cleaned(said) == said
