"""Records, ledger and receipts: everything asked for, and every credit that moved (PRO-02, PRC-14)."""

from __future__ import annotations

import pytest

from app.catalogue import store as models
from app.creations.transitions import QUEUED
from app.generation import settling
from tests.engine import ask, settle
from tests.studio.page import read
from tests.studio.test_drafts import ids, many, pages, together
from tests.studio.works import configure, inside, put


def failed_video(app, owner):
    """A video that was charged, failed and refunded."""

    def make():
        made = ask(owner.id, kind="video")
        settling.fail(made, QUEUED, "blocked")
        return made

    return inside(app, make)


def test_records_hold_every_state_and_come_twenty_a_page(ada) -> None:
    made = [put(ada, state) for state in ("published", "draft", "failed", "pending", "downloading")]
    older = many(ada, 40)
    found = pages(ada, "/me/records")
    assert [len(page) for page in found] == [20, 20, 5]
    assert together(found) == older + [str(id) for id in reversed(made)]


FILTERS = [
    ("", ["fox video", "Fox image", "owl 100%", "owl draft", "owl failed", "owl out"]),
    ("kind=image", ["Fox image", "owl 100%", "owl draft", "owl out"]),
    ("kind=video", ["fox video", "owl failed"]),
    ("state=unfinished", ["fox video", "Fox image", "owl 100%"]),
    ("state=draft", ["owl draft"]),
    ("state=published", ["owl out"]),
    ("state=failed", ["owl failed"]),
    ("q=FOX", ["fox video", "Fox image"]),
    ("q=%25", ["owl 100%"]),
    ("q=owl&kind=image&state=draft", ["owl draft"]),
    ("q=nothing", []),
]


def test_filters_and_search_go_together(ada) -> None:
    put(ada, "published", prompt="owl out")
    put(ada, "failed", kind="video", prompt="owl failed")
    put(ada, "draft", prompt="owl draft")
    put(ada, "pending", prompt="owl 100%")
    put(ada, "downloading", prompt="Fox image")
    put(ada, "processing", kind="video", prompt="fox video")
    for query, expected in FILTERS:
        answer = ada.get(f"/me/records?{query}")
        assert [a for a in read(answer).links if a.split()[0].lower() in {"owl", "fox"}] == expected, query
        assert ("No record matches this" in answer.text) == (not expected)


def test_a_filter_stays_on_the_next_page(ada) -> None:
    made = many(ada, 70)
    found = pages(ada, "/me/records?kind=video&state=failed&q=fox")
    assert together(found) == [id for place, id in enumerate(made) if (69 - place) % 3]


def test_a_filter_that_is_none_is_a_page_of_words(ada) -> None:
    for query in ("kind=x", "state=lost", "after=1"):
        assert ada.get(f"/me/records?{query}").status_code == 422


def test_records_are_nobody_elses(ada, bob) -> None:
    put(ada)
    assert not ids(bob.get("/me/records"))


def test_the_ledger_names_every_movement_with_the_balance_after_it(app, ada) -> None:
    """PRC-14: refunds lead to the receipt of their charge."""
    made = failed_video(app, ada)
    ada.give(25)
    page = read(ada.get("/me/ledger"))
    table = page.words.partition("Balance")[2]
    order = ["From the team", "+25", "125", "Video, returned", "+40", "100", "Video", "−40", "60", "Welcome", "+100"]
    at = 0
    for words in order:
        at = table.index(words, at) + len(words)
    assert [href for words, href in page.links.items() if words.startswith("Video")] == [
        f"/creations/{made}/receipt"
    ] * 2
    assert "125 credits now" in page.words


def test_the_ledger_comes_in_pages(ada) -> None:
    for credits in range(1, 31):
        ada.give(credits)
    first = read(ada.get("/me/ledger"))
    second = read(ada.get(first.links["Older movements"]))
    assert (len(first.all("tr")), len(second.all("tr"))) == (21, 12)
    assert "+30" in first.words
    assert "Welcome" in second.words
    assert "Older movements" not in second.links


def test_a_receipt_of_what_was_charged(app, ada) -> None:
    made = inside(app, lambda: settle(ask(ada.id)).id)
    words = read(ada.get(f"/creations/{made}/receipt")).words
    for part in ("Receipt", "Image", "Local drawing", "Charged", "Balance after it 95"):
        assert part in " ".join(words.replace("Balance after it", "Balance after it ").split())
    assert "Returned" not in words


@pytest.mark.parametrize("gone", [True, False])
def test_it_says_who_made_it_instead_of_whom(app, ada, gone) -> None:
    """PRV-04, PRV-09: on the receipt and on its own page."""
    columns = {"provider": "google", "model": "gemini-3.1-flash-image", "asked_model": "google/gemini-3-pro-image"}
    made = put(ada, "draft", credit_cost=10, **columns)
    if gone:
        inside(app, lambda: models.retire("google", "gemini-3-pro-image", "404"))
    why = "is not offered any more" if gone else "was interrupted"
    words = f"Gemini 3.1 Flash Image, instead of Gemini 3 Pro Image, which {why}, at the same price"
    assert f"Model{words}" in read(ada.get(f"/creations/{made}/receipt")).words
    assert f"Made with{words}" in read(ada.get(f"/creations/{made}")).words


def test_a_receipt_of_what_came_back(app, ada) -> None:
    made = failed_video(app, ada)
    words = read(ada.get(f"/creations/{made}/receipt")).words
    for part in ("Length4 s", "Resolution720p", "Price40 credits", "Returned", "+40", "Balance after it100"):
        assert part in words


def test_a_receipt_of_what_was_free(app, ada) -> None:
    configure(app, image_credit_cost="0")
    made = inside(app, lambda: ask(ada.id))
    words = read(ada.get(f"/creations/{made}/receipt")).words
    assert "PriceFree" in words
    assert "Balance after it" not in words
