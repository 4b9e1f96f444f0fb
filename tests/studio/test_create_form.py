"""Create before anything is sent: what it offers, what it says about price and obstacles, what it takes back."""

from __future__ import annotations

import uuid
from urllib.parse import parse_qs, urlsplit

from tests.studio.page import read
from tests.studio.works import configure, count, put, reference


def test_a_stranger_is_led_to_log_in_and_back(nobody) -> None:
    """ACC-01."""
    answer = nobody.get("/create?prompt=fog")
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.location).query)["next"] == ["/create?prompt=fog"]


def test_the_form_offers_what_the_contract_names(ada) -> None:
    """CRE-01..04: defaults included."""
    form = read(ada.get("/create")).form("/create")
    assert form.method == "post"
    assert set(form.choices["kind"]) == {"image", "video"}
    assert form.choices["duration"] == ["4", "6", "8"]
    assert form.choices["resolution"] == ["720p", "1080p"]
    assert form.choices["aspect_ratio"][0] == "9:16"
    assert "1:1" in form.choices["aspect_ratio"], "the local model makes square videos"
    assert (form.one("kind"), form.one("duration"), form.one("resolution")) == ("video", "8", "720p")
    assert {"prompt", "negative_prompt", "idempotency_key", "quote", "csrf_token"} <= form.fields.keys()


def test_an_image_begins_square(ada) -> None:
    form = read(ada.get("/create?kind=image")).form("/create")
    assert (form.one("kind"), form.one("aspect_ratio")) == ("image", "1:1")


def test_the_address_fills_the_form(ada) -> None:
    address = "/create?kind=video&prompt=Fog+%3Cover%3E+%C3%A6%C3%B8&duration=4&resolution=1080p&aspect_ratio=16%3A9"
    form = read(ada.get(address)).form("/create")
    assert form.one("prompt") == "Fog <over> æø"
    assert (form.one("duration"), form.one("resolution"), form.one("aspect_ratio")) == ("4", "1080p", "16:9")


def test_an_unknown_choice_in_the_address_falls_back_to_the_usual(ada) -> None:
    for query in (
        "duration=5",
        "duration=" + "9" * 5000,
        "duration=٤",
        "resolution=8k",
        "aspect_ratio=2:1",
        "kind=film",
    ):
        page = ada.get(f"/create?{query}")
        assert page.status_code == 200
        assert read(page).all("div", id="ticket")[0]["data-credits"] == "80"


PRICES = [
    ("kind=image", "5"),
    ("duration=4&resolution=720p", "40"),
    ("duration=4&resolution=1080p", "60"),
    ("duration=6&resolution=720p", "60"),
    ("duration=6&resolution=1080p", "90"),
    ("duration=8&resolution=720p", "80"),
    ("duration=8&resolution=1080p", "120"),
]


def test_the_ticket_says_the_price_on_the_page_and_alone(ada) -> None:
    """CRE-09, PRC-04: one price, as page and as fragment, and a plain visit to the fragment leads to the page."""
    for query, credits in PRICES:
        assert read(ada.get(f"/create?{query}")).all("div", id="ticket")[0]["data-credits"] == credits
        fragment = ada.fragment(f"/create/cost?{query}")
        assert "<html" not in fragment.text
        assert read(fragment).all("div", id="ticket")[0]["data-credits"] == credits
        assert fragment.headers["Cache-Control"] == "no-store"
        assert ada.get(f"/create/cost?{query}").location.startswith("/create?")


def test_a_changed_price_is_shown_at_once(app, ada) -> None:
    configure(app, video_credit_per_second="2.5", image_credit_cost="0")
    assert read(ada.fragment("/create/cost?duration=4")).all("div", id="ticket")[0]["data-credits"] == "10"
    assert "Free" in read(ada.fragment("/create/cost?kind=image")).words


def test_too_few_credits_offer_the_dearest_video_that_fits(ada) -> None:
    """CRE-10: words, a button that is off for a reason, and a way on with everything typed kept."""
    ada.give(-50)
    picture, _ = reference(ada)
    page = read(ada.get(f"/create?prompt=Fog+%26+rain&aspect_ratio=16:9&reference_id={picture}"))
    assert "You have 50, this needs 80." in page.words
    button = page.form("/create").button("Generate")
    assert "disabled" in button
    assert button["aria-describedby"] == "ticket-words"
    offer = page.links["4 s at 720p costs 40"]
    on = read(ada.get(offer))
    form = on.form("/create")
    assert (form.one("prompt"), form.one("aspect_ratio")) == ("Fog & rain", "16:9")
    assert form.fields["reference_id"] == [str(picture)]
    assert "disabled" not in form.button("Generate")


def test_hardly_any_credits_offer_an_image_and_none_offers_nothing(ada) -> None:
    ada.give(-90)
    assert read(ada.get(read(ada.get("/create")).links["An image costs 5"])).form("/create").one("kind") == "image"
    ada.give(-10)
    assert not [words for words in read(ada.get("/create")).links if "costs" in words]


def test_an_offer_never_makes_an_address_that_servers_refuse(ada) -> None:
    ada.give(-50)
    typed = "雨" * 500
    page = read(ada.post("/create", read(ada.get("/create")).form("/create").filled(prompt=typed)))
    assert page.form("/create").one("prompt") == typed
    assert len(page.links["4 s at 720p costs 40"]) < 4000


def test_the_form_says_that_three_are_being_made(ada) -> None:
    """LIM-01, CRE-10."""
    for _ in range(3):
        put(ada, "processing", kind="video")
    page = read(ada.get("/create"))
    assert "3 are being made; wait for one." in page.words
    assert "disabled" in page.form("/create").button("Generate")
    assert "disabled" not in read(ada.get("/create?kind=image")).form("/create").button("Generate")


def test_switched_off_and_no_model_are_said_and_the_form_still_fills(app, ada) -> None:
    """LIM-03, PRV-06: no name of a key or a provider."""
    configure(app, video_generation_enabled="false", image_provider="google")
    video, image = ada.get("/create?prompt=Fog"), ada.get("/create?kind=image&prompt=Fog")
    assert "Making videos is switched off for now." in read(video).words
    assert "Making images is not available right now." in read(image).words
    for page in (video, image):
        form = read(page).form("/create")
        assert form.one("prompt") == "Fog"
        assert "disabled" in form.button("Generate")
        assert "GOOGLE" not in page.text
        assert "GEMINI" not in page.text


def test_without_a_prompt_helper_there_is_no_button(app, ada) -> None:
    """PRM-03."""
    assert any("Optimise" in b["words"] for b in read(ada.get("/create")).form("/create").buttons)
    configure(app, text_provider="google")
    assert not any("Optimise" in b["words"] for b in read(ada.get("/create")).form("/create").buttons)


def test_try_again_fills_everything_in(ada) -> None:
    """JOB-14: the new price is seen before it is charged."""
    failed = put(ada, "failed", kind="video", prompt="Moon", negative_prompt="stars", duration=4, resolution="1080p")
    before = count(ada.app)
    answer = ada.post(f"/creations/{failed}/retry")
    assert answer.status_code == 303
    form = read(ada.get(answer.location)).form("/create")
    assert {
        n: form.one(n) for n in ("kind", "prompt", "negative_prompt", "duration", "resolution", "aspect_ratio")
    } == {
        "kind": "video",
        "prompt": "Moon",
        "negative_prompt": "stars",
        "duration": "4",
        "resolution": "1080p",
        "aspect_ratio": "16:9",
    }
    assert (form.one("relation"), form.one("parent_id")) == ("retry", str(failed))
    assert (count(ada.app), ada.balance()) == (before, 100)


def test_animate_brings_the_image_along(ada) -> None:
    """CRE-12: a video with this image as its reference, and room for words about motion."""
    image = put(ada, prompt="A fox", aspect_ratio="1:1")
    form = read(ada.get(f"/create?kind=video&relation=animate&parent_id={image}")).form("/create")
    assert form.one("kind") == "video"
    assert form.fields["reference_id"] == [str(image)]
    assert (form.one("prompt"), form.one("relation"), form.one("aspect_ratio")) == ("", "animate", "1:1")


def test_a_remix_begins_with_what_its_author_shows(ada, bob) -> None:
    shown = put(ada, "published", kind="video", prompt="Paper cranes", negative_prompt="secret", duration=4)
    hidden = put(ada, "published", kind="video", prompt="My recipe", shows_prompt=False, duration=4)
    form = read(bob.get(f"/create?relation=remix&parent_id={shown}")).form("/create")
    assert (form.one("prompt"), form.one("duration"), form.one("relation")) == ("Paper cranes", "4", "remix")
    assert form.one("negative_prompt") == ""
    page = bob.get(f"/create?relation=remix&parent_id={hidden}")
    assert "My recipe" not in page.text
    assert read(page).form("/create").one("duration") == "4"


def test_nobody_starts_from_what_is_not_theirs_to_see(ada, bob) -> None:
    """ACC-05."""
    for state in ("draft", "failed", "processing"):
        theirs = put(ada, state, prompt="Secret of ada")
        page = bob.get(f"/create?relation=retry&parent_id={theirs}&reference_id={theirs}")
        assert "Secret of ada" not in page.text
        assert not {"parent_id", "relation", "reference_id"} & read(page).form("/create").fields.keys()


def test_a_parent_that_is_not_there_is_forgotten(ada) -> None:
    for parent in ("", "x", str(uuid.uuid4()), "0" * 400):
        page = ada.get(f"/create?relation=retry&parent_id={parent}&prompt=Fog")
        assert page.status_code == 200
        assert "parent_id" not in read(page).form("/create").fields
