"""The page of one creation, and what its owner does with it: cancel, delete, publish, take back.

DRF-02, PUB-01, PUB-02.
"""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from app.creations.failures import CODES, sentence
from tests.engine import ask
from tests.studio.page import read
from tests.studio.works import inside, put, row

STATES = ("pending", "processing", "downloading", "draft", "published", "failed")


def test_every_state_has_its_page(ada) -> None:
    """Safe to close and open again; only what moves refreshes itself where there are no scripts."""
    for state in STATES:
        _has_its_page(ada, state)


def _has_its_page(ada, state: str) -> None:
    made = put(ada, state, kind="video", credit_cost=80)
    answer = ada.get(f"/creations/{made}")
    page = read(answer)
    assert page.all("article", id=f"creation-{made}")[0]["data-state"] == state
    moving = state in {"pending", "processing", "downloading"}
    assert ('<noscript><meta http-equiv="refresh" content="8"></noscript>' in answer.text) == moving
    assert bool(page.all("video")) == (state in {"draft", "published"})
    fragment = ada.fragment(f"/creations/{made}")
    assert "<html" not in fragment.text
    assert f'id="creation-{made}"' in fragment.text


def test_a_failure_gives_a_plain_reason_and_says_what_came_back(ada) -> None:
    """ERR-02, ERR-03: the provider's own words are for admins."""
    for code in sorted(CODES):
        made = put(ada, "failed", credit_cost=80, error_code=code, error_message="quota of project kinora-4711")
        page = read(ada.get(f"/creations/{made}"))
        assert sentence(code) in page.words
        assert "80 credits returned" in page.words
        assert "4711" not in page.words
        assert page.links["Edit and retry"] == f"/create?relation=retry&parent_id={made}"


@pytest.mark.parametrize("htmx", [False, True])
def test_what_waits_can_be_cancelled_and_the_credits_come_back_once(app, ada, htmx) -> None:
    """JOB-14."""
    made = inside(app, lambda: ask(ada.id, kind="video"))
    assert ada.balance() == 60
    for _ in range(2):
        answer = (ada.send if htmx else ada.post)(f"/creations/{made}/cancel")
        assert answer.status_code == (200 if htmx else 303)
    assert ada.balance() == 100
    assert "Cancelled, 40 credits returned" in read(ada.get("/drafts")).words
    if htmx:
        assert read(answer).all("article", id=f"creation-{made}")[0]["data-state"] == "failed"


def test_what_has_gone_further_is_not_cancelled(ada) -> None:
    for state in ("processing", "downloading", "draft", "published", "failed"):
        answer = ada.post(f"/creations/{put(ada, state)}/cancel")
        assert answer.status_code == 409
        assert "can no longer be cancelled" in answer.text


@pytest.mark.parametrize("htmx", [False, True])
def test_deleting_takes_card_page_and_files_away(app, ada, htmx) -> None:
    made = put(ada, kind="video", prompt="Secret fox")
    keys = [getattr(row(app, made), name) for name in ("media_key", "poster_key", "poster_small_key")]
    assert ada.get(f"/media/{keys[0]}").status_code == 200
    answer = (ada.send if htmx else ada.post)(f"/creations/{made}/delete")
    if htmx:
        assert f'hx-target="#creation-{made}" hx-swap="delete"' in answer.text
        assert "Deleted." in answer.text
    else:
        assert answer.location == "/drafts"
    assert [ada.get(f"/media/{key}").status_code for key in keys] == [404] * 3
    assert ada.get(f"/creations/{made}").status_code == 404
    assert "Secret fox" not in ada.get("/me/records").text
    assert row(app, made).prompt == ""


def test_what_is_being_made_is_not_deleted(ada) -> None:
    made = put(ada, "processing")
    assert ada.post(f"/creations/{made}/delete").status_code == 409
    assert ada.get(f"/creations/{made}").status_code == 200


def test_the_publish_page_is_filled_in(ada) -> None:
    """PUB-01: as a page of its own, and as a fragment for the dialog."""
    made = put(ada, prompt="A fox\nin snow")
    for answer in (ada.get(f"/creations/{made}/publish"), ada.fragment(f"/creations/{made}/publish")):
        form = read(answer).form(f"/creations/{made}/publish")
        assert (form.one("caption"), form.one("alt_text"), form.one("shows_prompt")) == ("", "A fox\nin snow", "1")
    assert "<html" not in answer.text
    assert 'id="modal-title"' in answer.text


def test_publishing_without_scripts_leads_to_the_post(app, ada, nobody) -> None:
    made = put(ada, prompt="A fox")
    form = read(ada.get(f"/creations/{made}/publish")).form(f"/creations/{made}/publish")
    answer = ada.post(f"/creations/{made}/publish", form.filled(caption=" Found it.\r\nToday. "))
    assert (answer.status_code, answer.location) == (303, f"/p/{made}")
    post = nobody.get(answer.location)
    assert post.status_code == 200
    assert "Found it." in read(post).words
    assert row(app, made).caption == "Found it.\nToday."
    assert str(made) not in ada.get("/drafts").text


def test_publishing_with_htmx_changes_the_card_and_closes_the_dialog(ada) -> None:
    made = put(ada, kind="video")
    answer = ada.send(f"/creations/{made}/publish", {"caption": "Found", "shows_prompt": "1"})
    page = read(answer)
    assert answer.headers["HX-Trigger"] == "modal-close"
    targets = [p["hx-target"] for p in page.all("hx-partial")]
    assert targets == [f".card#creation-{made}", f".status#creation-{made}", "#toasts"]
    assert page.links["View"] == f"/p/{made}"
    assert {a["data-state"] for a in page.all("article")} == {"published"}


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("caption", "x" * 301, "The caption is longer than 300 characters."),
        ("alt_text", "x" * 501, "The description is longer than 500 characters."),
        ("caption", "a\0b", "This text holds characters that cannot be stored."),
    ],
)
def test_words_that_are_too_long_come_back_with_the_reason(ada, htmx, field, value, words) -> None:
    """PUB-01: and the draft stays a draft."""
    made = put(ada)
    sent = {"caption": "c", "alt_text": "a", field: value}
    answer = (ada.send if htmx else ada.post)(f"/creations/{made}/publish", sent)
    assert answer.status_code == 422
    assert words in read(answer).words
    if "\0" not in value:
        assert read(answer).form(f"/creations/{made}/publish").one(field) == value
        assert "shows_prompt" not in read(answer).form(f"/creations/{made}/publish").fields
    assert "Ready" in read(ada.get("/drafts")).words


def test_the_longest_words_are_taken(app, ada) -> None:
    made = put(ada)
    ada.post(f"/creations/{made}/publish", {"caption": "æ" * 300, "alt_text": "x" * 500})
    assert (row(app, made).state, len(row(app, made).caption)) == ("published", 300)


def test_a_prompt_that_is_kept_back_is_not_told_by_its_description(app, ada, nobody) -> None:
    """The description comes filled in with the prompt; whoever only takes the prompt back means both."""
    made = put(ada, prompt="My secret recipe " + "for light " * 60)
    form = read(ada.get(f"/creations/{made}/publish")).form(f"/creations/{made}/publish")
    ada.post(f"/creations/{made}/publish", {**form.filled(), "shows_prompt": []})
    for address in (f"/p/{made}", "/explore", "/u/ada_l", "/explore?q=recipe"):
        assert "secret recipe" not in nobody.get(address).text
    assert row(app, made).alt_text == ""


def test_only_what_is_ready_is_published(app, ada) -> None:
    for state in ("pending", "processing", "downloading", "failed"):
        made = put(ada, state)
        for answer in (ada.get(f"/creations/{made}/publish"), ada.post(f"/creations/{made}/publish", {"caption": "x"})):
            assert answer.status_code == 409
            assert "It can be published once it is ready." in answer.text
        assert row(app, made).state == state


def test_unpublishing_takes_it_from_every_public_page_and_back(app, ada, nobody) -> None:
    """PUB-02: and publishing again is possible, with the words it had."""
    made = put(ada, "published", prompt="A fox", caption="Found")
    assert str(made) in nobody.get("/explore").text
    for _ in range(2):
        assert ada.post(f"/creations/{made}/unpublish").location == f"/creations/{made}"
    for address in ("/explore", "/u/ada_l", "/"):
        assert str(made) not in nobody.get(address).text
    assert nobody.get(f"/p/{made}").status_code == 404
    assert str(made) in ada.get("/drafts").text
    form = read(ada.get(f"/creations/{made}/publish")).form(f"/creations/{made}/publish")
    assert form.one("caption") == "Found"
    card = ada.send(f"/creations/{made}/publish", form.filled())
    assert read(card).all("article")[0]["data-state"] == "published"
    card = ada.send(f"/creations/{made}/unpublish")
    assert read(card).all("article")[0]["data-state"] == "draft"


def test_a_creation_is_nobody_elses_to_open(ada, bob) -> None:
    """ACC-05: not even once it is published; the words are those of a creation that never was."""
    for state in STATES:
        made = put(ada, state)
        for path in ("", "/publish", "/receipt"):
            answer, never = bob.get(f"/creations/{made}{path}"), bob.get(f"/creations/{bob.id}{path}")
            assert (answer.status_code, never.status_code) == (404, 404)
            assert _words(answer) == _words(never)


def _words(answer: TestResponse) -> str:
    """The page without the request's own number, and without the token, which is another one each second."""
    text = answer.text.replace(answer.headers["X-Request-Id"], "")
    return re.sub(r'(X-CSRFToken": |csrf_token" value=)"[^"]+"', "", text)
