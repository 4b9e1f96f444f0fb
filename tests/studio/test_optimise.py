"""The prompt helper: better words in place, the old ones behind Undo, and nothing lost when it fails (PRM-01..03)."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.studio.page import read
from tests.studio.works import configure, reference


def filled(person, **changed: object) -> dict[str, list[str]]:
    """The Create form as its browser would send it."""
    return read(person.get("/create?kind=video&duration=4")).form("/create").filled(**changed)


def picture() -> tuple[io.BytesIO, str]:
    """A small photograph."""
    made = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(made, "PNG")
    made.seek(0)
    return made, "me.png"


def test_htmx_gets_the_box_with_better_words_and_undo(ada) -> None:
    answer = ada.send("/create/optimise", filled(ada, prompt="A fox"))
    box = read(answer)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    (prompt,) = box.all("textarea", id="prompt")
    assert "autofocus" in prompt
    assert box.all("input", name="undo_prompt")[0]["value"] == "A fox"
    assert ">A fox, " in answer.text


def test_without_scripts_the_whole_page_comes_back_as_it_was(ada) -> None:
    old, _ = reference(ada)
    sent = filled(ada, prompt="A fox", negative_prompt="snow", reference_id=str(old))
    page = read(ada.post("/create/optimise", sent))
    form = page.form("/create")
    assert form.one("prompt").startswith("A fox, ")
    assert (form.one("negative_prompt"), form.one("duration")) == ("snow", "4")
    assert str(old) in form.fields["reference_id"]
    undone = read(ada.post("/create/optimise", form.filled(undo="1"))).form("/create")
    assert undone.one("prompt") == "A fox"
    assert not any(button["words"] == "Undo" for button in undone.buttons)
    assert ada.balance() == 100


def test_a_picture_that_came_along_is_kept(ada) -> None:
    page = ada.post("/create/optimise", filled(ada, prompt="A fox") | {"reference": [picture()]})
    assert "me.png" in read(page).words
    assert len(read(page).form("/create").fields["reference_id"]) == 1


def test_a_picture_that_is_none_is_said_and_the_words_stay(ada) -> None:
    page = ada.post(
        "/create/optimise", filled(ada, prompt="A fox") | {"reference": [(io.BytesIO(b"not a picture"), "x.png")]}
    )
    assert page.status_code == 422
    form = read(page).form("/create")
    assert form.one("prompt").startswith("A fox")
    assert read(ada.post("/create/optimise", form.filled(undo="1"))).form("/create").one("prompt") == "A fox"


@pytest.mark.parametrize("kind", ["image", "video", "film"])
def test_the_words_keep_to_the_limit(app, ada, kind) -> None:
    """PRM-02."""
    configure(app, prompt_max_chars="40")
    better = read(ada.post("/create/optimise", filled(ada, prompt="A fox", kind=kind))).form("/create").one("prompt")
    assert better.startswith("A fox")
    assert len(better) <= 40


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("typed", "words"), [("  ", "Write a few words first."), ("a\0b", "This text holds characters that cannot")]
)
def test_what_cannot_be_rewritten_stays_and_the_reason_is_said(ada, htmx, typed, words) -> None:
    answer = (ada.send if htmx else ada.post)("/create/optimise", filled(ada, prompt=typed))
    assert answer.status_code == 422
    assert words in read(answer).words
    assert not read(answer).all("input", name="undo_prompt")


@pytest.mark.parametrize("htmx", [False, True])
def test_a_helper_that_went_away_leaves_the_words_alone(app, ada, htmx) -> None:
    sent = filled(ada, prompt="A fox")
    configure(app, text_provider="google")
    answer = (ada.send if htmx else ada.post)("/create/optimise", sent)
    assert answer.status_code == 422
    assert "Rewriting is not available right now." in read(answer).words
    assert ">A fox</textarea>" in answer.text


@pytest.mark.parametrize("htmx", [False, True])
def test_words_that_lack_nothing_stay_and_it_says_so(ada, htmx) -> None:
    send = ada.send if htmx else ada.post
    once = read(ada.post("/create/optimise", filled(ada, prompt="A fox"))).form("/create")
    answer = send("/create/optimise", once.filled())
    assert answer.status_code == 200
    assert "Nothing to add" in read(answer).words
    assert read(answer).all("input", name="undo_prompt")[0]["value"] == "A fox", "the first words can still be had"


def test_words_over_the_limit_are_not_cut(app, ada) -> None:
    configure(app, prompt_max_chars="40")
    answer = ada.send("/create/optimise", filled(ada, prompt="A fox " * 10))
    assert answer.status_code == 422
    assert f">{'A fox ' * 10}</textarea>" in answer.text
    assert "longer than 40 characters" in read(answer).words
