"""Whoever is declined learns by which rule, in whose words, and is offered other ones (ERR-01, ERR-02, PRM-01)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from html import unescape

import pytest

from app.creations.failures import refusal, sentence
from app.providers.errors import Rule
from tests.standins.google import KEY, GoogleStandIn
from tests.studio.page import Page, read
from tests.studio.works import configure, put

PEOPLE = {"stage": "output", "rule": "people", "said": "I cannot depict real people."}
HOSTILE = '<img src=x onerror=alert(1)><b hx-get="/logout" hx-trigger="load">Ha</b>'
PROMPT = "A famous singer on a roof"


@pytest.fixture
def google() -> Iterator[GoogleStandIn]:
    with GoogleStandIn() as standin:
        yield standin
        assert standin.violations == []


@pytest.fixture
def environ(google: GoogleStandIn) -> dict[str, str]:
    """Google writes, as it does for most houses."""
    return {"GOOGLE_AI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": google.url, "TEXT_PROVIDER": "google"}


def refused(ada, *, code: str = "blocked", known: dict[str, str] | None = None, **columns: object) -> uuid.UUID:
    kept = PEOPLE if known is None else known
    return put(ada, "failed", prompt=PROMPT, credit_cost=5, error_code=code, refusal=kept, **columns)


def retry(creation: uuid.UUID, more: str = "") -> str:
    return f"/create?relation=retry&parent_id={creation}{more}"


def other_words(page: Page) -> str:
    """What "Use these words" would put into the form."""
    return page.all("button", name="use", form="brief")[0]["value"]


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_has_a_sentence_and_an_advice_of_its_own(rule) -> None:
    words = refusal("blocked", {"rule": str(rule)})
    others = [refusal("blocked", {"rule": str(other)}) for other in Rule if other != rule]
    assert words is not None
    assert words.rule.endswith(".")
    assert words.advice.endswith(".")
    assert words not in others


@pytest.mark.parametrize("known", [None, {}, {"rule": "gravity"}, {"rule": None}])
def test_a_rule_that_nobody_knows_is_still_explained(known) -> None:
    assert "safety filter" in sentence("blocked", known)


@pytest.mark.parametrize(
    ("code", "known", "words"),
    [
        ("no_output", {"said": "I would rather not."}, "The model finished without making anything."),
        ("rejected", {"field": "duration"}, "The model did not take the duration."),
        ("rejected", {"field": "references"}, "The model could not use the reference picture."),
        ("rejected", {"field": "drawing_board"}, "The model did not take these choices together."),
        ("timed_out", {"said": "Too slow."}, "It took too long"),
    ],
)
def test_other_ends_are_explained_by_what_is_known(code, known, words) -> None:
    assert sentence(code, known).startswith(words)


@pytest.mark.parametrize("where", ["/drafts", "/creations/{id}"])
def test_a_refusal_shows_the_rule_the_models_words_and_what_came_back(ada, where) -> None:
    made = refused(ada)
    page = read(ada.get(where.format(id=made)))
    for words in (
        "It looked like it shows real people.",
        "Describe somebody invented",
        "The model said I cannot depict real people.",
        "Failed, 5 credits returned",
    ):
        assert words in page.words
    assert page.links["Edit and retry"] == retry(made)


@pytest.mark.parametrize("where", ["/drafts", "/creations/{id}", "/create?relation=retry&parent_id={id}"])
def test_words_of_a_model_are_text_and_nothing_else(ada, where) -> None:
    made = refused(ada, known={"rule": "people", "said": HOSTILE}, error_message="operation v1_secret4711")
    answer = ada.get(where.format(id=made))
    assert "<img src=x" not in answer.text
    assert '<b hx-get="/logout"' not in answer.text
    assert HOSTILE in unescape(answer.text)
    assert "<blockquote hx-ignore>" in answer.text
    assert "secret4711" not in answer.text


def test_a_failure_that_is_no_refusal_quotes_nobody(ada) -> None:
    made = refused(ada, code="timed_out", known={"said": "Too slow."})
    for where in ("/drafts", f"/creations/{made}", retry(made)):
        assert "The model said" not in read(ada.get(where)).words


def test_create_says_on_top_what_was_declined_and_that_the_credits_are_back(ada) -> None:
    made = refused(ada)
    answer = ada.get(retry(made))
    page = read(answer)
    assert "It looked like it shows real people." in page.words
    assert "Your 5 credits are back." in page.words
    assert page.form("/create").one("prompt") == PROMPT
    (asked,) = page.all("div", hx_get=f"/create/rewording?parent_id={made}")
    assert asked["hx-trigger"] == "load"


def test_other_words_come_beside_the_old_ones_and_cost_nothing(google, ada) -> None:
    made = refused(ada)
    before = ada.balance()
    answer = ada.fragment(f"/create/rewording?parent_id={made}")
    assert "<html" not in answer.text
    assert f"Your words{PROMPT}" in read(answer).words
    assert other_words(read(answer)) == f"{PROMPT} in soft evening light"
    (asked,) = google.requests_to("text")
    assert "it looked like it shows real people" in asked["json"]["systemInstruction"]["parts"][0]["text"]
    assert ada.balance() == before


@pytest.mark.parametrize("htmx", [True, False])
def test_one_button_puts_them_into_the_form_and_undo_takes_them_out(ada, htmx) -> None:
    made = refused(ada)
    send = ada.send if htmx else ada.post
    form = read(ada.get(retry(made))).form("/create")
    used = read(send("/create/optimise", form.filled(prompt="Typed anew", use="Somebody on a roof")))
    assert used.all("input", name="undo_prompt")[0]["value"] == "Typed anew"
    if not htmx:
        form = used.form("/create")
        assert form.one("prompt") == "Somebody on a roof"
        assert read(ada.post("/create/optimise", form.filled(undo="1"))).form("/create").one("prompt") == "Typed anew"


def test_without_scripts_other_words_come_with_the_page(google, ada) -> None:
    made = refused(ada)
    link = read(ada.get(retry(made))).links["Suggest other words"]
    assert google.requests_to("text") == []
    answer = ada.get(link)
    assert answer.status_code == 303
    page = read(ada.get(answer.location))
    assert other_words(page) == f"{PROMPT} in soft evening light"
    assert page.form("/create").one("prompt") == PROMPT
    assert "Suggest other words" not in page.links


@pytest.mark.parametrize("fault", ["500", "429", "blocked", "empty", "unreadable", "lost"])
def test_a_writer_that_fails_is_said_in_one_quiet_sentence(google, ada, fault) -> None:
    made = refused(ada)
    google.script("text", fault)
    answer = ada.fragment(f"/create/rewording?parent_id={made}")
    assert answer.status_code == 200
    assert read(answer).all("p", role="status")
    assert not read(answer).all("button")


def test_words_that_are_the_same_are_no_other_words(google, ada) -> None:
    made = refused(ada)
    same = {"candidates": [{"content": {"parts": [{"text": f'{{"text": "{PROMPT.upper()} "}}'}]}}]}
    google.script("text", {"fault": "status", "status": 200, "body": same})
    assert "No better words came of it." in read(ada.fragment(f"/create/rewording?parent_id={made}")).words


def test_kinoras_own_rules_answer_too(app, ada) -> None:
    configure(app, text_provider="local")
    answer = ada.fragment(f"/create/rewording?parent_id={refused(ada)}")
    assert answer.status_code == 200
    assert "No better words" in answer.text or other_words(read(answer)) != PROMPT


def test_where_nobody_can_write_the_panel_stands_without_an_offer(app, ada) -> None:
    configure(app, text_provider="nobody")
    page = read(ada.get(retry(refused(ada))))
    assert "It looked like it shows real people." in page.words
    assert "other words…" not in page.words
    assert "Suggest other words" not in page.links


def test_choices_that_were_not_taken_are_not_reworded(ada) -> None:
    made = refused(ada, code="rejected", known={"field": "duration"})
    assert "The model did not take the duration." in read(ada.get(retry(made))).words
    assert "Suggest other words" not in read(ada.get(retry(made))).links
    assert ada.fragment(f"/create/rewording?parent_id={made}").status_code == 404


def test_nobody_is_told_of_anybody_elses_refusals(ada, bob) -> None:
    made = refused(ada)
    assert bob.fragment(f"/create/rewording?parent_id={made}").status_code == 404
    assert "real people" not in read(bob.get(retry(made))).words
    for wrong in ("", "not-an-id", str(uuid.uuid4())):
        assert ada.fragment(f"/create/rewording?parent_id={wrong}").status_code == 404


@pytest.mark.parametrize("state", ["draft", "processing"])
def test_what_was_not_declined_has_nothing_to_reword(ada, state) -> None:
    made = put(ada, state)
    assert ada.fragment(f"/create/rewording?parent_id={made}").status_code == 404
    assert read(ada.get(retry(made))).form("/create")
