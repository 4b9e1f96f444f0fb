"""Drafts: what is on a card in each state, filters, and paging without a gap (DRF-01..04)."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import chain

import pytest
from sqlalchemy import insert

from app.creations.models import Creation
from app.extensions import now, transaction, uuid7
from tests.studio.page import read
from tests.studio.works import change, inside, put


def many(owner, count: int) -> list[str]:
    """So many failed creations, every third an image; their ids, newest first."""
    rows = [
        {
            "id": uuid7(),
            "user_id": owner.id,
            "kind": "video" if number % 3 else "image",
            "state": "failed",
            "prompt": f"Fox {number}",
            "aspect_ratio": "16:9",
            "provider": "local",
            "model": "kinora-local-video-1",
            "credit_cost": 0,
        }
        for number in range(count)
    ]

    def write() -> None:
        with transaction() as session:
            session.execute(insert(Creation), rows)

    inside(owner.app, write)
    return [str(row["id"]) for row in reversed(rows)]


def ids(answer) -> list[str]:
    """The creations on a page, in their order."""
    return re.findall(r'<article id="creation-([0-9a-f-]{36})"', answer.text)


def more(answer) -> str:
    """Where the next page is; empty at the end."""
    return next((href for words, href in read(answer).links.items() if words.startswith("Older")), "")


def pages(person, address: str, *, htmx: bool = False) -> list[list[str]]:
    """Every page of a list, by following its link to more."""
    found = []
    while address:
        answer = (person.fragment if htmx else person.get)(address)
        assert answer.status_code == 200
        found.append(ids(answer))
        address = more(answer)
    return found


def together(found: list[list[str]]) -> list[str]:
    """What stands on all pages, in their order."""
    return list(chain.from_iterable(found))


@pytest.mark.parametrize("htmx", [False, True])
def test_forty_five_come_in_three_pages_without_a_gap(ada, bob, htmx) -> None:
    """DRF-04: the link to more works with and without scripts."""
    made = many(ada, 45)
    many(bob, 3)
    found = pages(ada, "/drafts", htmx=htmx)
    assert [len(page) for page in found] == [20, 20, 5]
    assert together(found) == made


def test_what_is_added_while_somebody_reads_moves_nothing(ada) -> None:
    made = many(ada, 25)
    first = ada.get("/drafts")
    added = many(ada, 4)
    rest = ada.get(more(first))
    assert ids(first) + ids(rest) == made
    assert ids(ada.get("/drafts"))[:4] == added


def test_each_kind_has_a_tab_that_keeps_its_pages(ada) -> None:
    made = many(ada, 45)
    images, videos = pages(ada, "/drafts?kind=image"), pages(ada, "/drafts?kind=video")
    assert [len(page) for page in images] == [15]
    assert [len(page) for page in videos] == [20, 10]
    assert sorted(together(images + videos)) == sorted(made)


def test_only_what_is_unpublished_and_not_deleted_is_there(ada) -> None:
    put(ada, "published")
    gone = put(ada, "failed")
    ada.post(f"/creations/{gone}/delete")
    kept = [put(ada, state) for state in ("failed", "draft", "pending", "processing", "downloading")]
    assert ids(ada.get("/drafts")) == [str(id) for id in reversed(kept)]


CARDS = [
    ("pending", {"kind": "video"}, "Waiting", ["Cancel", "Details"], ["Publish", "Delete", "Download"]),
    ("processing", {"kind": "video"}, "Being made", ["Details"], ["Cancel", "Publish", "Delete"]),
    ("downloading", {"kind": "video"}, "Nearly there", ["Details"], ["Cancel", "Publish", "Delete"]),
    ("draft", {"kind": "video"}, "Ready", ["Publish", "Download", "Delete"], ["Animate", "Cancel"]),
    ("draft", {}, "Ready", ["Publish", "Download", "Animate", "Delete"], ["Cancel"]),
    ("failed", {"credit_cost": 80}, "Failed, 80 credits returned", ["Edit and retry", "Delete"], ["Publish"]),
    ("failed", {}, "Failed, nothing was charged", ["Edit and retry", "Delete"], ["Publish"]),
]


def test_a_card_says_its_state_and_offers_what_can_be_done(ada) -> None:
    """DRF-01, DRF-03."""
    for state, columns, status, there, missing in CARDS:
        made = put(ada, state, prompt="A <i>fox</i> & more", **columns)
        text = ada.get("/drafts").text.partition(f'<article id="creation-{made}"')
        card = read(f"{text[1]}{text[2].partition('</article>')[0]}")
        (tag,) = card.all("article")
        assert (tag["data-state"], int(tag["data-version"]) > 0) == (state, True)
        assert "A <i>fox</i> & more" in card.words
        assert status in card.words
        assert all(words in card.words for words in there)
        assert not [words for words in missing if words in card.words]
        assert ("Generating…" in card.words) == (state in {"pending", "processing", "downloading"})


def test_who_waits_is_told_how_many_come_first(ada) -> None:
    for _ in range(2):
        put(ada, "pending")
    mine = put(ada, "pending", kind="video")
    assert "2 ahead of you" in read(ada.get(f"/creations/{mine}")).words


def test_progress_and_time_left_are_shown_when_they_are_known(app, ada) -> None:
    made = put(ada, "processing", kind="video")
    change(app, made, progress=0.25, submitted_at=now() - timedelta(seconds=11))
    page = read(ada.get("/drafts"))
    assert page.all("progress")[0]["value"] == "0.25"
    assert "About 40 s left" in page.words


def test_an_empty_page_helps_to_begin(ada) -> None:
    page = read(ada.get("/drafts"))
    assert "Nothing here yet. What should the first one be?" in page.words
    sample = next(href for words, href in page.links.items() if words.startswith("Sun shafts"))
    assert read(ada.get(sample)).form("/create").one("prompt").startswith("Sun shafts through a kelp forest")


def test_a_filter_without_hits_says_so_and_offers_all(ada) -> None:
    put(ada)
    page = read(ada.get("/drafts?kind=video"))
    assert "No videos among your drafts" in page.words
    assert page.links["Show all drafts"] == "/drafts"


def test_an_address_that_makes_no_sense_is_a_page_of_words(ada) -> None:
    for query in ("kind=film", "after=xyz", "after=%F0%9F%92%A5", "after=" + "A" * 31, "after=" + "_" * 32):
        answer = ada.get(f"/drafts?{query}")
        assert answer.status_code == 422, query
        assert "Something is not right" in answer.text
