"""Create with several models: each is offered with what it can do, and asked for nothing else."""

from __future__ import annotations

import itertools
import uuid

import pytest

from app.catalogue.entries import Entry
from app.providers.model import RESOLUTIONS
from tests.people import Person
from tests.studio.page import read
from tests.studio.works import count, newest, offer, put, reference

PICKY = Entry.model_validate(
    {
        "provider": "local",
        "id": "picky",
        "label": "Picky",
        "kind": "video",
        "aspect_ratios": ["16:9"],
        "durations": [4, 6, 8],
        "resolutions": ["512p", "1080p"],
        "only": {"1080p": [8]},
        "sound": "switch",
        "credits_per_second": 3,
        "typical_seconds": 200,
    }
)
FRAMES = Entry.model_validate(
    {
        "provider": "local",
        "id": "frames",
        "label": "Frames",
        "kind": "video",
        "aspect_ratios": ["9:16", "16:9"],
        "durations": [5],
        "resolutions": ["320p"],
        "min_references": 1,
        "max_references": 2,
        "roles": ["first", "last"],
        "credits": 7,
        "seconds_between": [3, 9],
    }
)
LOCAL = "local/kinora-local-video-1"


@pytest.fixture(autouse=True)
def models(app) -> None:
    """Three models for videos, one for images."""
    offer(app, PICKY, FRAMES)


def filled(person: Person, query: str, **changed: object) -> dict[str, list[str]]:
    """The form of a page, as its browser would send it."""
    return read(person.get(f"/create?{query}")).form("/create").filled(**changed)


def test_models_are_offered_with_what_they_cost_and_how_long_they_take(ada) -> None:
    """PRV-10: for what is chosen, or what they would make instead."""
    page = read(ada.get("/create?duration=4&resolution=1080p"))
    assert page.form("/create").choices["model"] == [LOCAL, "local/picky", "local/frames"]
    assert page.form("/create").one("model") == LOCAL
    for words in (
        "Local drawing60 credits, about 20 s",
        "Picky36 credits for 8 s at 1080p, about 4 min",
        "Frames7 credits for 5 s at 320p, about 20 s",
    ):
        assert words in page.words
    table = page.words.partition("All prices")[2]
    for words in ("Image5", "Video, Local drawing", "Video, Picky", "8 s at 512p24", "8 s at 1080p36", "Frames7"):
        assert words in table.replace(" Credits", "")


def test_one_model_is_no_choice_but_named(ada) -> None:
    page = read(ada.get("/create?kind=image"))
    assert "model" not in page.form("/create").choices
    assert "Made by Local drawing, about 5 s" in page.words


def test_two_models_of_one_name_can_be_told_apart(app, ada) -> None:
    offer(app, PICKY.model_copy(update={"id": "picky-2"}))
    assert "Picky (Local)" in read(ada.get("/create")).words


@pytest.mark.parametrize("htmx", [False, True])
def test_every_pair_that_does_not_go_is_refused_beside_its_field_and_every_other_is_taken(ada, htmx) -> None:
    """PRV-04, CRE-03: nothing is charged and nothing is lost."""
    sent, send = filled(ada, "model=local/picky", prompt="Fog"), ada.send if htmx else ada.post
    for seconds, size in itertools.product((3, 4, 6, 8), RESOLUTIONS):
        if (seconds, size) in {(4, "512p"), (6, "512p"), (8, "512p"), (8, "1080p")}:
            continue
        answer = send("/create", sent | {"duration": [str(seconds)], "resolution": [size]})
        page = read(answer)
        assert answer.status_code == 422
        assert page.all("p", id="duration-error") or page.all("p", id="resolution-error"), (seconds, size)
        form = page.form("/create")
        assert (form.one("prompt"), form.one("model")) == ("Fog", "local/picky")
        assert (int(form.one("duration")), form.one("resolution")) in PICKY.model().options
    assert (ada.balance(), count(ada.app)) == (100, 0)
    sent |= {"duration": ["6"], "resolution": ["512p"]}
    assert send("/create", sent).status_code in (303, 204)
    made = newest(ada)
    assert (made.provider, made.model, made.duration, made.resolution) == ("local", "picky", 6, "512p")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"aspect_ratio": "1:1"}, "aspect_ratio"),
        ({"sound": "loud"}, "sound"),
        ({"model": "local/none"}, "model"),
        ({"model": "google/gemini-omni-1.2-flash"}, "model"),
        ({"model": "<b>"}, "model"),
        ({"reference_id": str(uuid.UUID(int=7))}, "reference"),
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_what_this_model_cannot_do_is_refused_beside_its_field(ada, changed, field, htmx) -> None:
    send = ada.send if htmx else ada.post
    if "reference_id" in changed:
        changed = {"reference_id": str(reference(ada)[0])}
    answer = send("/create", filled(ada, "model=local/picky", prompt="Fog", **changed))
    assert answer.status_code == 422
    assert read(answer).all("p", id=f"{field}-error")
    assert read(answer).form("/create").one("prompt") == "Fog"
    assert (ada.balance(), count(ada.app)) == (100, 0)


def test_sound_is_a_choice_where_the_model_leaves_it_and_said_in_words_elsewhere(ada) -> None:
    form = read(ada.get("/create?model=local/picky")).form("/create")
    assert (form.choices["sound"], form.one("sound")) == (["true", "false"], "true")
    ada.post("/create", form.filled(prompt="Fog", sound="false"))
    assert newest(ada).sound is False
    assert "Always with sound" in read(ada.get(f"/create?model={LOCAL}")).words
    assert "Silent" in read(ada.get("/create?model=local/frames")).words
    again = read(ada.get(f"/create?relation=retry&parent_id={newest(ada).id}")).form("/create")
    assert (again.one("model"), again.one("sound")) == ("local/picky", "false")


def test_a_seed_is_kept_for_trying_again_and_not_for_another_one_like_it(ada) -> None:
    refused = read(ada.post("/create", filled(ada, f"model={LOCAL}", prompt="Fog", seed="-1")))
    assert refused.all("p", id="seed-error")
    assert refused.form("/create").one("seed") == "-1"
    ada.post("/create", filled(ada, f"model={LOCAL}", prompt="Fog", seed="7"))
    made = newest(ada)
    assert made.seed == 7
    again = {relation: f"relation={relation}&parent_id={made.id}" for relation in ("retry", "variation")}
    assert [filled(ada, query)["seed"] for query in again.values()] == [["7"], [""]]


def test_what_another_model_has_no_field_for_is_kept_and_not_sent(ada) -> None:
    """CRE-02: the words stay in the form; the model is not asked to leave anything out."""
    query = "model=local/picky&negative_prompt=rain&seed=7&sound=false"
    form = read(ada.get(f"/create?{query}")).form("/create")
    assert (form.one("negative_prompt"), form.one("seed")) == ("rain", "7")
    assert ada.post("/create", form.filled(prompt="Fog")).status_code == 303
    assert (newest(ada).negative_prompt, newest(ada).seed) == ("", None)
    form = read(ada.get(f"/create?{query.replace('local/picky', LOCAL)}")).form("/create")
    assert (form.one("negative_prompt"), form.one("seed"), form.one("sound")) == ("rain", "7", "false")


def test_a_model_that_needs_a_picture_says_so_and_begins_from_it(ada) -> None:
    """CRE-05: of two pictures the first is the first frame."""
    page = read(ada.get("/create?model=local/frames"))
    for words in ("(needed)", "How long it gets is up to the model: 3 to 9 s."):
        assert words in page.words
    refused = read(ada.post("/create", page.form("/create").filled(prompt="Fog")))
    assert "This model begins from a picture: add one." in refused.words
    pictures = [str(reference(ada)[0]) for _ in range(2)]
    form = read(ada.get(f"/create?model=local/frames&reference_id={pictures[0]}&reference_id={pictures[1]}"))
    assert form.form("/create").choices[f"role_{pictures[0]}"] == ["", "first", "last"]
    both_last = {f"role_{one}": "last" for one in pictures}
    refused = ada.post("/create", form.form("/create").filled(prompt="Fog", **both_last))
    assert "Only one picture can be the first frame" in read(refused).words
    assert ada.post("/create", form.form("/create").filled(prompt="Fog")).status_code == 303


def test_more_pictures_than_a_model_takes_are_set_aside_until_one_is_chosen_that_does(ada) -> None:
    pictures = [str(reference(ada)[0]) for _ in range(2)]
    query = f"reference_id={pictures[0]}&reference_id={pictures[1]}"
    page = read(ada.get(f"/create?model={LOCAL}&{query}"))
    form = page.form("/create")
    assert "Local drawing takes one picture: the other is set aside." in page.words
    assert (form.fields["reference_id"], form.fields["spare_id"]) == (pictures[:1], pictures[1:])
    query = f"reference_id={pictures[0]}&spare_id={pictures[1]}"
    assert read(ada.get(f"/create?model=local/frames&{query}")).form("/create").fields["reference_id"] == pictures
    ada.post("/create", form.filled(prompt="Fog"))
    assert filled(ada, f"relation=retry&parent_id={newest(ada).id}")["reference_id"] == pictures[:1]


def test_the_model_of_the_other_kind_is_no_hindrance(ada) -> None:
    """CRE-01: without scripts the form still holds it when the kind is changed."""
    sent = filled(ada, "model=local/picky", prompt="Fog", kind="image")
    assert ada.post("/create", sent).status_code == 303
    assert (newest(ada).kind, newest(ada).model) == ("image", "kinora-local-image-1")
    assert ada.balance() == 95


def test_a_dearer_model_than_the_ticket_showed_is_asked_about_first(ada) -> None:
    """CRE-09: the quote is for one model."""
    refused = ada.post("/create", filled(ada, "model=local/picky&duration=8", prompt="Fog", model=LOCAL))
    assert refused.status_code == 422
    assert "now" in read(refused).words
    assert (ada.balance(), read(refused).form("/create").one("model")) == (100, LOCAL)


def test_what_fits_the_balance_is_sought_with_the_chosen_model_then_with_others_then_as_an_image(ada) -> None:
    """CRE-10."""

    def offered(balance: int, query: str) -> str:
        ada.give(balance - ada.balance())
        (words,) = [words for words in read(ada.get(f"/create?{query}")).links if "costs" in words]
        return words

    assert offered(50, f"model={LOCAL}") == "4 s at 720p costs 40"
    assert offered(30, f"model={LOCAL}") == "8 s at 512p with Picky costs 24"
    assert offered(11, f"model={LOCAL}") == "An image costs 5"
    picture, _ = reference(ada)
    assert offered(11, f"model={LOCAL}&reference_id={picture}") == "5 s at 320p with Frames costs 7"
    on = read(
        ada.get(
            read(ada.get(f"/create?model={LOCAL}&reference_id={picture}")).links[
                offered(11, f"model={LOCAL}&reference_id={picture}")
            ]
        )
    )
    assert on.form("/create").one("model") == "local/frames"
    assert on.form("/create").fields["reference_id"] == [str(picture)]


def test_a_choice_is_answered_with_what_it_changes(ada) -> None:
    """The pictures only when the model is another one: an upload that is under way lives in them."""
    here = read(ada.get("/create?model=local/picky")).form("/create").one("drawn_for")
    same = read(ada.fragment(f"/create/cost?model=local/picky&drawn_for={here}&duration=4&resolution=1080p"))
    other = read(ada.fragment(f"/create/cost?model={LOCAL}&drawn_for={here}"))
    targets = [[part["hx-target"] for part in page.all("hx-partial")] for page in (same, other)]
    assert targets[0] == ["#notice", "#models", "#settings", "#ticket"]
    assert {*targets[1]} - {*targets[0]} == {"#pictures"}
    assert "At 1080p: 8 s only. 8 s instead of 4 s." in same.words
    assert [box["id"] for box in same.all("input", name="duration") if "disabled" in box] == [
        "duration-4",
        "duration-6",
    ]


def test_choices_are_drawn_anew_without_scripts_and_nothing_is_sent_off(ada) -> None:
    answer = ada.post("/create/choices", filled(ada, "prompt=Fog&duration=4", model="local/picky"))
    form = read(answer).form("/create")
    assert answer.status_code == 200
    assert (form.one("prompt"), form.one("model"), form.choices["aspect_ratio"]) == ("Fog", "local/picky", ["16:9"])
    assert (ada.balance(), count(ada.app)) == (100, 0)


def test_a_model_that_is_offered_no_more_is_said_and_the_preset_one_takes_its_place(app, ada) -> None:
    made = put(ada, "failed", kind="video", model="picky", duration=8)
    offer(app, PICKY.model_copy(update={"enabled": False}))
    page = read(ada.get(f"/create?relation=retry&parent_id={made}"))
    assert "The model asked for is not offered now; this is Local drawing." in page.words
    assert page.form("/create").one("model") == LOCAL


def test_a_remix_is_made_by_the_preset_model_and_ones_own_by_its_own(ada, bob) -> None:
    """Whoever remixes has chosen a work, not a model."""
    made = put(ada, "published", kind="video", model="picky", duration=8, resolution="512p", seed=7)
    assert filled(bob, f"relation=retry&parent_id={made}")["seed"] == [""], "which is nobody else's to know"
    assert filled(bob, f"relation=remix&parent_id={made}")["model"] == [LOCAL]
    assert filled(ada, f"relation=variation&parent_id={made}")["model"] == ["local/picky"]


def test_the_card_says_what_was_chosen_whatever_it_is_called(ada) -> None:
    put(ada, kind="video", model="picky", duration=10, resolution="512p")
    assert "10 s · 512p · 16:9" in read(ada.get("/drafts")).words


def test_a_picture_of_a_person_leaves_only_the_lengths_that_go_with_it(app, ada) -> None:
    """PRV-04: the form follows, and who sends something else all the same is told why."""
    narrow = {"id": "narrow", "label": "Narrow", "resolutions": ["720p"], "only": {}, "max_references": 2}
    pictures = {"roles": ["person", "first"], "only_with": {"person": [8]}}
    offer(app, Entry.model_validate(PICKY.model_dump() | narrow | pictures))
    picture, _ = reference(ada)
    chosen = f"kind=video&model=local/narrow&duration=4&reference_id={picture}"
    assert read(ada.get(f"/create?{chosen}&role_{picture}=first")).form("/create").one("duration") == "4"
    page = read(ada.get(f"/create?{chosen}&role_{picture}=person"))
    assert [box["value"] for box in page.all("input", name="duration") if "disabled" not in box] == ["8"]
    assert "With a picture of a person: 8 s only." in page.words
    forged = page.form("/create").filled(prompt="Fog", duration="4")
    refused = ada.post("/create", forged)
    assert refused.status_code == 422
    assert "With a picture of a person this model makes 8 s only." in read(refused).words
    assert ada.balance() == 100
