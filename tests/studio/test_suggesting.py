"""A caption and a description suggested on the publish dialog, with Undo, and nothing lost (PRM-03)."""

from __future__ import annotations

import uuid

import pytest

from tests.studio.page import Form, read
from tests.studio.works import configure, put, row

DESCRIPTION = "Paper cranes over a neon city in the rain, one red umbrella, puddles."


@pytest.fixture
def draft(ada) -> uuid.UUID:
    return put(ada, prompt="Paper cranes over a neon city in the rain, slow pan left, one red umbrella, puddles")


def form_of(person, draft) -> Form:
    """The publish form as its browser would have it."""
    return read(person.get(f"/creations/{draft}/publish")).form(f"/creations/{draft}/publish")


@pytest.mark.parametrize(("name", "words"), [("caption", None), ("alt_text", DESCRIPTION)])
def test_htmx_gets_the_field_with_words_and_undo(ada, draft, name, words) -> None:
    sent = form_of(ada, draft).filled(caption="my own", alt_text="as I see it", suggest=name)
    answer = ada.send(f"/creations/{draft}/suggest", sent)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    box = read(answer)
    (field,) = box.all("textarea")
    assert (field["id"], "autofocus" in field) == (name, True)
    assert (words or "Paper cranes over a neon city in the rain, one red umbrella.") in box.words
    assert [one["value"] for one in box.all("input")] == ["my own" if name == "caption" else "as I see it"]
    assert box.all("div", id=f"{name}-box")


def test_without_scripts_the_page_comes_back_with_everything_and_undo_brings_back_the_words(ada, draft) -> None:
    address = f"/creations/{draft}/suggest"
    sent = form_of(ada, draft).filled(caption="my own", alt_text="as I see it", suggest="caption")
    sent.pop("shows_prompt")
    page = read(ada.post(address, sent)).form(f"/creations/{draft}/publish")
    assert page.one("caption").startswith("Paper cranes over")
    assert page.one("alt_text") == "as I see it"
    assert "shows_prompt" not in page.fields
    both = read(ada.post(address, page.filled(suggest="alt_text"))).form(f"/creations/{draft}/publish")
    assert both.one("alt_text") == DESCRIPTION
    first = read(ada.post(address, both.filled(undo="caption"))).form(f"/creations/{draft}/publish")
    assert (first.one("caption"), first.one("alt_text")) == ("my own", DESCRIPTION)
    assert "undo_caption" not in first.fields
    last = read(ada.post(address, first.filled(undo="alt_text"))).form(f"/creations/{draft}/publish")
    assert (last.one("caption"), last.one("alt_text")) == ("my own", "as I see it")
    assert ada.balance() == 100
    assert row(ada.app, draft).state == "draft"


def test_what_was_suggested_can_be_published(ada, draft) -> None:
    sent = form_of(ada, draft).filled(suggest="caption")
    page = read(ada.post(f"/creations/{draft}/suggest", sent)).form(f"/creations/{draft}/publish")
    assert ada.post(f"/creations/{draft}/publish", page.filled()).status_code == 303
    assert row(ada.app, draft).caption == page.one("caption")


def test_the_words_keep_to_their_limits(app, ada, draft) -> None:
    configure(app, caption_max_chars="20")
    sent = form_of(ada, draft).filled(suggest="caption")
    text = read(ada.post(f"/creations/{draft}/suggest", sent)).form(f"/creations/{draft}/publish").one("caption")
    assert text == "Paper cranes over a."


@pytest.mark.parametrize("htmx", [False, True])
def test_without_a_writer_there_is_no_button_and_nothing_is_lost(app, ada, draft, htmx) -> None:
    """PRM-03"""
    form = form_of(ada, draft)
    assert sum("Suggest" in button["words"] for button in form.buttons) == 2
    configure(app, text_provider="google")
    assert not any("Suggest" in button["words"] for button in form_of(ada, draft).buttons)
    send = ada.send if htmx else ada.post
    answer = send(f"/creations/{draft}/suggest", form.filled(caption="my own", suggest="caption"))
    assert answer.status_code == 422
    assert ">my own</textarea>" in answer.text
    assert "Rewriting is not available right now." in read(answer).words


def test_a_prompt_that_shows_nothing_gets_no_words(ada) -> None:
    draft = put(ada, prompt="zoom in, 35mm")
    answer = ada.send(f"/creations/{draft}/suggest", form_of(ada, draft).filled(caption="mine", suggest="caption"))
    assert answer.status_code == 422
    assert ">mine</textarea>" in answer.text


def test_it_is_for_the_owner_of_something_ready(ada, bob, draft) -> None:
    """SEC-01"""
    assert bob.post(f"/creations/{draft}/suggest", {"suggest": "caption"}).status_code == 404
    unready = put(ada, "processing")
    assert ada.post(f"/creations/{unready}/suggest", {"suggest": "caption"}).status_code == 409
    assert ada.post(f"/creations/{draft}/suggest", {"suggest": "prompt"}).status_code == 422


class TestLimited:
    """The same limit as for prompts (LIM-02)."""

    @pytest.fixture
    def environ(self) -> dict[str, str]:
        return {"RATE_LIMITS": "on"}

    def test_too_many_are_refused_in_place(self, ada, draft) -> None:
        sent = form_of(ada, draft).filled(caption="my own", suggest="caption")
        answers = [ada.send(f"/creations/{draft}/suggest", sent) for _ in range(21)]
        assert [answer.status_code for answer in answers] == [200] * 20 + [422]
        assert "Too many texts. Try again in" in read(answers[-1]).words
        assert ">my own</textarea>" in answers[-1].text
