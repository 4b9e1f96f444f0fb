"""Bringing a picture: along with the form, by itself, and from one's own history (CRE-06..08)."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from app.creations import references
from app.creations.models import ReferenceImage
from tests.people import Person
from tests.studio.page import read
from tests.studio.works import count, inside, newest, put, reference

MB = 1024 * 1024
NOT_OURS = "Please choose a PNG, JPEG or WebP picture."
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(size: int = 0, kind: str = "PNG") -> bytes:
    """A picture, padded to so many bytes."""
    made = io.BytesIO()
    Image.effect_noise((400, 300), 60).convert("RGB").save(made, kind)
    return made.getvalue().ljust(size, b"\0")


def sending(person, data: bytes, name: str = "me.png", query: str = "kind=image", **changed: object) -> dict[str, Any]:
    """The Create form with a picture, as a browser without scripts sends it."""
    form = read(person.get(f"/create?{query}")).form("/create")
    return form.filled(prompt="Fog", **changed) | {"reference": (io.BytesIO(data), name)}


BAD = [
    (picture(5 * MB + 1), "big.png", 413, "That file is larger than 5 MB."),
    (SVG, "drawing.svg", 415, NOT_OURS),
    (SVG, "drawing.png", 415, NOT_OURS),
    (b"Just words, called a picture.", "photo.jpg", 415, NOT_OURS),
    (b"\xff\xd8\xff<html>", "page.jpg", 415, NOT_OURS),
    (b"", "empty.png", 422, "That file is empty."),
]


def test_a_picture_goes_along_with_the_form(app, ada) -> None:
    assert ada.post("/create", sending(ada, picture())).status_code == 303
    (kept,) = inside(app, lambda: list(newest_references(ada)))
    assert (kept.name, kept.user_id) == ("me.png", ada.id)
    assert kept.creation_id == newest(ada).id


def newest_references(person) -> list[ReferenceImage]:
    """The pictures of the newest creation."""
    return references.of(newest(person).id)


@pytest.mark.parametrize("kind", ["image", "video"])
def test_two_clicks_with_a_picture_make_one(ada, kind) -> None:
    sent = sending(ada, picture(), query=f"kind={kind}&duration=4")
    first = ada.post("/create", sent)
    second = ada.post("/create", sent | {"reference": (io.BytesIO(picture()), "me.png")})
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert (count(ada.app), count(ada.app, ReferenceImage)) == (1, 1)


def test_exactly_five_megabytes_are_taken(ada) -> None:
    assert ada.post("/create", sending(ada, picture(5 * MB))).status_code == 303


@pytest.mark.parametrize(("data", "name", "status", "words"), BAD, ids=[f"{b[1]}-{b[2]}" for b in BAD])
def test_what_is_no_usable_picture_is_refused_beside_the_field(ada, data, name, status, words) -> None:
    """ERR-01: one plain sentence, the form as it was, nothing charged."""
    answer = ada.post("/create", sending(ada, data, name))
    page = read(answer)
    assert answer.status_code == 422
    assert words in page.words
    assert page.links["Reference picture"] == "#reference"
    assert page.form("/create").one("prompt") == "Fog"
    assert (ada.balance(), count(ada.app), count(ada.app, ReferenceImage)) == (100, 0, 0)


@pytest.mark.parametrize(("data", "name", "status", "words"), BAD, ids=[f"{b[1]}-{b[2]}" for b in BAD])
def test_sent_by_itself_it_gets_its_own_answer(ada, data, name, status, words) -> None:
    answer = ada.send("/create/reference", {"reference": (io.BytesIO(data), name)})
    assert answer.status_code == status
    assert len(read(answer).all("p", data_words="")) == 1
    assert words in read(answer).words


def test_a_good_one_sent_by_itself_becomes_a_tile_that_is_chosen(ada) -> None:
    answer = ada.send("/create/reference", {"reference": (io.BytesIO(picture()), "Förd <b>.png")})
    tile = read(answer)
    assert answer.status_code == 201
    assert "Förd <b>.png" in tile.words
    assert "checked" in tile.all("input", name="reference_id")[0]
    assert ada.get(tile.all("img")[0]["src"]).status_code == 200


@pytest.mark.parametrize("name", ["a\0b.png", "../../etc/passwd.png", "x" * 5000 + ".png", '"; filename="evil.html'])
def test_the_name_of_a_file_decides_nothing(ada, name) -> None:
    """The given name is only shown."""
    answer = ada.post("/create/reference", {"reference": (io.BytesIO(picture()), name)})
    assert answer.status_code == (422 if "\0" in name else 201)


def test_without_a_file_the_person_is_asked_for_one(ada) -> None:
    assert ada.send("/create/reference", {}).status_code == 422
    assert "Choose a picture." in ada.send("/create/reference", {"reference_id": "x"}).text


def test_more_bytes_than_anybody_needs_are_refused_before_they_are_read(ada) -> None:
    answer = ada.post("/create", sending(ada, b"x" * (13 * MB)))
    assert answer.status_code == 413
    assert "Too large" in answer.text


def test_what_was_chosen_stays_chosen_when_something_else_is_wrong(ada) -> None:
    page = read(ada.post("/create", sending(ada, picture(), aspect_ratio="2:1")))
    assert len(page.form("/create").fields["reference_id"]) == 1
    assert ada.post("/create", page.form("/create").filled(aspect_ratio="1:1")).status_code == 303


def test_somebody_elses_upload_is_never_answered_with(ada, bob) -> None:
    theirs, _ = reference(ada, "secret.png")
    answer = bob.send("/create/reference", {"reference_id": str(theirs)})
    assert answer.status_code == 422
    assert "secret" not in answer.text


def test_the_history_holds_ones_own_finished_images_newest_first(ada, bob) -> None:
    """CRE-08: 20 a page, search by prompt, as page and as dialog."""
    ids = [put(ada, prompt=f"Fox {n}") for n in range(22)]
    put(ada, kind="video", prompt="Fox film")
    put(ada, "failed", prompt="Fox lost")
    put(bob, prompt="Fox of bob")
    dialog = ada.fragment("/create/history")
    assert "<html" not in dialog.text
    first = [i["value"] for i in read(dialog).all("input", name="reference_id")]
    assert first == [str(i) for i in reversed(ids[2:])]
    rest = [i["value"] for i in read(ada.get(read(dialog).links["Older images"])).all("input", name="reference_id")]
    assert rest == [str(ids[1]), str(ids[0])]
    found = read(ada.get("/create/history?q=fOX+1")).all("input", name="reference_id")
    assert len(found) == 11
    assert "No image of yours matches “%”." in read(ada.get("/create/history?q=%25")).words
    assert "You have not made an image yet." in read(Person(ada.app).sign_up("cleo").get("/create/history")).words


def test_choosing_from_the_history_works_as_page_and_as_dialog(ada) -> None:
    image = put(ada, prompt="Fox")
    page = read(ada.get("/create/history"))
    form = page.form("/create")
    assert form.method == "get"
    assert form.choices["reference_id"] == [str(image)]
    assert read(ada.get(f"/create?reference_id={image}")).form("/create").fields["reference_id"] == [str(image)]
    tile = read(ada.send("/create/reference", {"reference_id": str(image)}))
    assert tile.all("input", name="reference_id")[0]["value"] == str(image)
