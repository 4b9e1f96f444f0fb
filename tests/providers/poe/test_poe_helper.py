"""The prompt helper on the page and for programs while its bot is slow, busy or unwilling: nothing typed is lost
(PRM-01, PRM-03)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from app.creations.wording import AT_ONCE
from app.web.cookies import SESSION
from tests.api.test_optimize_prompt import ask, problem
from tests.people import Person
from tests.providers.poe.test_poe_engine import environ
from tests.standins.poe import PoeStandIn
from tests.studio.page import read
from tests.studio.works import put

__all__ = ["environ"]

TROUBLE = ["[[500]]", "[[429]]", "[[402]]", "[[403]]", "[[lost]]", "[[unreadable]]", "[[empty]]", "[[filtered]]"]


@pytest.mark.parametrize("word", [*TROUBLE, "[[refused]]"])
@pytest.mark.parametrize("htmx", [False, True])
def test_whatever_happens_to_the_bot_what_was_typed_stays(ada: Person, word: str, htmx: bool) -> None:
    sent = read(ada.get("/create?kind=video")).form("/create").filled(prompt=f"A fox {word}", undo_prompt="A hare")
    answer = (ada.send if htmx else ada.post)("/create/optimise", sent)
    assert answer.status_code == 422
    assert f">A fox {word}</textarea>" in answer.text
    said = read(answer).words
    assert not htmx or "poe" not in said.lower()
    assert read(answer).all("input", name="undo_prompt")[0]["value"] == "A hare"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("[[500]]", (503, "busy")),
        ("[[402]]", (503, "busy")),
        ("[[429]]", (503, "busy")),
        ("[[empty]]", (422, "not_written")),
        ("[[refused]]", (422, "not_written")),
    ],
)
def test_programs_are_told_apart_what_happened(ada: Person, word: str, expected: tuple[int, str]) -> None:
    answer = ask(ada, {"prompt": f"A fox {word}", "content_type": "video"})
    assert problem(answer) == expected
    if word == "[[429]]":
        assert answer.headers["Retry-After"] == "7"


def test_a_bot_that_talks_too_long_is_cut_to_the_limit(ada: Person) -> None:
    better = ask(ada, {"prompt": "A fox [[long]]", "content_type": "image"}).json["prompt"]
    assert better.startswith("A fox [[long]] in soft evening light")
    assert len(better) <= 500


def test_what_a_bot_drafts_of_a_finished_work_is_from_its_prompt(ada: Person, poe: PoeStandIn) -> None:
    draft = put(ada, prompt="A lighthouse at dusk")
    form = read(ada.get(f"/creations/{draft}/publish")).form(f"/creations/{draft}/publish")
    for name, words in (("caption", "You write captions"), ("alt_text", "You describe works")):
        answer = ada.send(f"/creations/{draft}/suggest", form.filled(suggest=name))
        assert ">A lighthouse at dusk in soft evening light</textarea>" in answer.text
        system, user = poe.requests_to("text")[-1]["json"]["messages"]
        assert system["content"].startswith(words)
        assert user["content"] == "A lighthouse at dusk"


def test_only_so_many_texts_are_waited_for_at_once(app: Flask, ada: Person, poe: PoeStandIn) -> None:
    """Each holds a thread that pages need: the next one is asked to come back."""
    poe.script("text", *[{"fault": "hang", "seconds": 2.0}] * AT_ONCE)
    token, start = ada.token(), threading.Barrier(AT_ONCE + 1)
    cookie = ada.browser.get_cookie(SESSION, domain="127.0.0.1")
    assert cookie is not None

    def one(number: int) -> int:
        browser = app.test_client()
        browser.set_cookie(SESSION, cookie.value, domain="127.0.0.1")
        headers = {"Host": "127.0.0.1:8000", "X-CSRFToken": token}
        start.wait()
        sent = {"prompt": f"A fox {number}", "content_type": "image"}
        return browser.post("/api/optimize-prompt", json=sent, headers=headers).status_code

    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        assert sorted(pool.map(one, range(AT_ONCE + 1))) == [200] * AT_ONCE + [503]
