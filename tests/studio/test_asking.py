"""Sending Create off: what is charged, what is refused in which words, and that nothing typed is lost."""

from __future__ import annotations

import functools
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.catalogue.entries import Entry
from tests.engine import settle
from tests.studio.page import Page, read
from tests.studio.works import configure, count, inside, newest, offer, put, reference

FIELDS = {"kind": "image", "prompt": "Two herons, in rain", "aspect_ratio": "16:9", "negative_prompt": "people"}


def filled(person, query: str = "kind=image", **changed: object) -> dict[str, list[str]]:
    """The form of a page, as its browser would send it."""
    return read(person.get(f"/create?{query}")).form("/create").filled(**changed)


def said(page: Page) -> str:
    """The words of the red box on top, and those beside the fields."""
    return page.words.partition("Make")[0] + page.words


@pytest.mark.parametrize("query", ["kind=image", "duration=4&resolution=1080p", "duration=8"])
def test_what_the_ticket_showed_is_what_is_charged(app, ada, query) -> None:
    """CRE-09: the price of the page, even when an admin changes prices meanwhile."""
    ada.give(100)
    page = read(ada.get(f"/create?{query}"))
    price = int(page.all("div", id="ticket")[0]["data-credits"])
    configure(app, image_credit_cost="50", video_credit_per_second="13")
    ada.post("/create", page.form("/create").filled(prompt="Fog"))
    assert ada.balance() == 200 - price
    assert newest(ada).credit_cost == price


def test_dearer_options_than_the_ticket_showed_are_asked_about_first(ada) -> None:
    """Without scripts the ticket is of the page as it was opened."""
    ada.give(100)
    refused = ada.post("/create", filled(ada, "duration=4", prompt="Fog", duration="8"))
    page = read(refused)
    assert refused.status_code == 422
    assert "This costs 80 credits now." in page.words
    assert page.form("/create").one("prompt") == "Fog"
    assert ada.balance() == 200
    assert ada.post("/create", page.form("/create").filled()).status_code == 303
    assert ada.balance() == 120


def test_a_video_leads_to_drafts(ada) -> None:
    """CRE-11: 303 for pages, HX-Redirect for htmx."""
    answer = ada.post("/create", filled(ada, "kind=video", prompt="Moon", aspect_ratio="1:1"))
    assert (answer.status_code, answer.location) == (303, "/drafts")
    assert newest(ada).aspect_ratio == "1:1"
    ada.give(100)
    answer = ada.send("/create", filled(ada, "kind=video", prompt="Moon"))
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/drafts")
    assert "Generating…" in read(ada.get("/drafts")).words


def test_an_image_leads_to_its_page_or_shows_its_card_in_place(ada) -> None:
    answer = ada.post("/create", filled(ada, **FIELDS))
    assert answer.location == f"/creations/{newest(ada).id}"
    sent = filled(ada, **FIELDS)
    card = read(ada.send("/create", sent))
    assert card.all("article", id=f"creation-{newest(ada).id}")[0]["data-state"] == "pending"
    assert "Generating…" in card.words
    assert [p["hx-target"] for p in card.all("hx-partial")] == ["#preview", "#ticket", "#idempotency-key"]
    assert card.all("input", name="idempotency_key")[0]["value"] != sent["idempotency_key"][0]
    assert "90 now, 85 after this" in card.words


def test_everything_that_was_chosen_is_kept(app, ada) -> None:
    picture, _ = reference(ada)
    ada.post("/create", filled(ada, **FIELDS, reference_id=str(picture), **{f"role_{picture}": "person"}))
    made = newest(ada)
    assert (made.prompt, made.negative_prompt, made.aspect_ratio) == ("Two herons, in rain", "people", "16:9")
    assert made.duration is None, "an image has no length, whatever the form says"
    again = read(ada.get(f"/create?relation=variation&parent_id={made.id}")).form("/create")
    assert again.fields["reference_id"] == [str(picture)]
    assert again.one(f"role_{picture}") == "person"


def test_a_free_image_is_made_and_no_credits_move(app, ada) -> None:
    """PRC-02."""
    configure(app, image_credit_cost="0")
    ada.give(-100)
    ada.post("/create", filled(ada, **FIELDS))
    assert newest(ada).credit_cost == 0
    assert "nothing" not in said(read(ada.get("/me/ledger")))


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("kind", ["image", "video"])
def test_sending_a_form_twice_makes_one(ada, kind, htmx) -> None:
    sent = filled(ada, f"kind={kind}", prompt="Moon")
    post = ada.send if htmx else ada.post
    first, second = post("/create", sent), post("/create", sent)
    assert count(ada.app) == 1
    assert first.status_code == second.status_code
    assert first.headers.get("Location") == second.headers.get("Location")
    if kind == "image" and htmx:
        assert read(second).all("article", id=f"creation-{newest(ada).id}")


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("kind", ["image", "video"])
def test_the_answer_to_a_request_that_was_sent_before_says_so(ada, kind, htmx) -> None:
    """By header, which wins over the field of the form."""
    post = functools.partial(ada.post, **({"hx_request": "true", "hx_request_type": "partial"} if htmx else {}))
    answers = [
        post("/create", filled(ada, f"kind={kind}", prompt="Moon"), idempotency_key="' OR 1=1 ~") for _ in range(3)
    ]
    assert [answer.headers.get("Idempotent-Replayed") for answer in answers] == [None, "true", "true"]
    assert len({(answer.status_code, answer.headers.get("Location")) for answer in answers}) == 1
    assert count(ada.app) == 1
    refused = ada.post("/create", filled(ada, "kind=image", prompt="Moon"), idempotency_key="short")
    assert (refused.status_code, count(ada.app)) == (422, 1)


def test_eight_at_once_with_one_key_make_one(ada) -> None:
    sent = filled(ada, "kind=image", prompt="Moon")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ada.post("/create", sent), range(8)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert (count(ada.app), ada.balance()) == (1, 95)


def test_a_form_that_was_sent_and_changed_can_be_sent_again(ada) -> None:
    """Back, another prompt, Generate: first the question, then the second creation."""
    sent = filled(ada, "kind=image", prompt="Moon")
    ada.post("/create", sent)
    refused = ada.post("/create", sent | {"prompt": ["Sun"]})
    assert refused.status_code == 422
    assert "already sent with other choices" in read(refused).words
    assert ada.post("/create", read(refused).form("/create").filled()).status_code == 303
    assert (count(ada.app), newest(ada).prompt) == (2, "Sun")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": "film"}, "Choose image or video."),
        ({"prompt": " \n "}, "Write what you want to see."),
        ({"prompt": "x" * 501}, "The prompt is longer than 500 characters."),
        ({"negative_prompt": "x" * 501}, "The negative prompt is longer than 500 characters."),
        ({"prompt": "NUL \0"}, "Write what you want to see."),
        ({"aspect_ratio": "4:3"}, "Choose one of: 9:16, 16:9, 1:1."),
        ({"duration": "5"}, "Choose one of: 4, 6, 8."),
        ({"duration": "9" * 5000}, "Choose one of the durations."),
        ({"duration": "soon"}, "Choose one of the durations."),
        ({"resolution": "8k"}, "Choose one of: 720p, 1080p."),
        ({"model": "veo-99"}, "This model is not offered now."),
        ({"relation": "theft", "parent_id": str(uuid.UUID(int=7))}, "That is not one of the choices."),
        ({"parent_id": "x"}, "That is not one of the choices."),
        ({"parent_id": str(uuid.UUID(int=7))}, "The creation this came from is not there any more."),
        ({"reference_id": str(uuid.UUID(int=7))}, "That reference image is not there any more."),
        ({"idempotency_key": "7 chars"}, "This form was damaged on its way."),
        ({"idempotency_key": "a-key-with-é"}, "This form was damaged on its way."),
        ({"idempotency_key": "k" * 5000}, "This form was damaged on its way."),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_lost(ada, changed, words) -> None:
    """CRE-02..04: 422, the form again, nothing charged; put right, the same form is taken."""
    usual = {"prompt": "Fog", "negative_prompt": "rain", "duration": "4"}
    sent = filled(ada, "kind=video&duration=4", **(usual | changed))
    for answer in (ada.post("/create", sent), ada.send("/create", sent)):
        page = read(answer)
        assert answer.status_code == 422
        assert words in page.words
    assert "<html" not in answer.text
    assert (ada.balance(), count(ada.app)) == (100, 0)
    form = page.form("/create")
    if "\0" not in sent["prompt"][0]:
        assert form.one("prompt") == sent["prompt"][0]
    assert form.one("negative_prompt") == sent["negative_prompt"][0]
    assert form.one("duration") in {sent["duration"][0], "8"}
    again = form.filled(**{**usual, "kind": "video"})
    assert ada.post("/create", again).status_code == 303


def test_the_longest_prompt_is_taken_whatever_its_line_ends(ada) -> None:
    """CRE-02: lengths are counted as people count them."""
    typed = "\r\n".join(["é" * 10] * 45)  # 450 letters and 44 breaks
    ada.post("/create", filled(ada, prompt=typed))
    assert newest(ada).prompt == typed.replace("\r\n", "\n")


@pytest.mark.parametrize(("kind", "most"), [("image", 2), ("video", 1)])
def test_more_references_than_the_model_takes_are_refused(ada, kind, most) -> None:
    """CRE-06."""
    pictures = [str(reference(ada)[0]) for _ in range(most + 1)]
    refused = ada.post("/create", filled(ada, f"kind={kind}", prompt="Fog", reference_id=pictures))
    page = read(refused)
    assert refused.status_code == 422
    assert f"This takes at most {most} reference image" in page.words
    assert page.form("/create").fields["reference_id"] == pictures[:most]
    assert ada.post("/create", page.form("/create").filled()).status_code == 303


def test_an_unknown_role_of_a_reference_is_refused_in_words(ada) -> None:
    picture, _ = reference(ada)
    refused = ada.post("/create", filled(ada, **FIELDS, reference_id=str(picture), **{f"role_{picture}": "<b>"}))
    assert refused.status_code == 422
    assert "That reference image cannot be used." in read(refused).words


def test_somebody_elses_upload_or_draft_is_no_reference(ada, bob) -> None:
    """ACC-05."""
    for theirs in (reference(ada)[0], put(ada)):
        refused = bob.post("/create", filled(bob, **FIELDS, reference_id=str(theirs)))
        assert refused.status_code == 422
        assert "not there any more" in read(refused).words
        assert "reference_id" not in read(refused).form("/create").fields
    assert bob.balance() == 100


@pytest.mark.parametrize(
    ("obstacle", "status", "words"),
    [
        ("credits", 402, "You have 30 credits, this needs 40. Nothing was charged."),
        ("limit", 409, "3 videos are being made; wait for one."),
        ("off", 503, "Making videos is switched off for now."),
        ("model", 503, "Making videos is not available right now."),
    ],
)
def test_obstacles_that_came_up_meanwhile_are_said_with_the_form(app, ada, obstacle, status, words) -> None:
    """CRE-10, ERR-01: a page with the error's own status; htmx gets 422, the only one it puts into the page."""
    sent = filled(ada, "kind=video&duration=4", prompt="Fog")
    _put_in_the_way(app, ada, obstacle)
    balance = ada.balance()
    page, fragment = ada.post("/create", sent), ada.send("/create", sent)
    assert (page.status_code, fragment.status_code) == (status, 422)
    for answer in (page, fragment):
        assert words in read(answer).words
        assert read(answer).form("/create").one("prompt") == "Fog"
    assert ada.balance() == balance
    if obstacle == "credits":
        assert read(page).links["An image costs 5"].startswith("/create?")


def _put_in_the_way(app, ada, obstacle: str) -> None:
    if obstacle == "credits":
        ada.give(-70)
    elif obstacle == "limit":
        for _ in range(3):
            put(ada, "processing", kind="video")
    elif obstacle == "off":
        configure(app, video_generation_enabled="false")
    else:
        made_by = {"provider": "local", "id": "kinora-local-video-1", "label": "Local drawing", "kind": "video"}
        offer(app, Entry(**made_by, enabled=False, aspect_ratios=["9:16"], durations=[4], resolutions=["720p"]))


def test_a_person_without_scripts_makes_an_image_from_first_to_last(app, ada) -> None:
    """CRE-11, DRF-02: Create, the page of the creation, its draft."""
    address = ada.post("/create", filled(ada, **FIELDS)).location
    assert 'http-equiv="refresh"' in ada.get(address).text
    inside(app, lambda: settle(newest(ada).id))
    page = ada.get(address)
    assert 'http-equiv="refresh"' not in page.text
    assert "Ready" in read(page).words
    assert ada.get(read(page).all("img")[0]["src"]).mimetype.startswith("image/")
