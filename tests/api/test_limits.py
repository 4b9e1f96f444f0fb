"""How often texts may be asked for: one limit for the page and for programs (PRM-01, LIM-02)."""

from __future__ import annotations

import pytest

from tests.api.test_optimize_prompt import FOX, ask, problem
from tests.studio.page import read


@pytest.fixture
def environ() -> dict[str, str]:
    return {"RATE_LIMITS": "on"}


def test_after_twenty_texts_programs_have_to_wait_and_the_page_keeps_what_was_typed(ada) -> None:
    assert [ask(ada, FOX).status_code for _ in range(20)] == [200] * 20
    refused = ask(ada, FOX)
    assert problem(refused) == (429, "too_many_requests")
    assert 0 < int(refused.headers["Retry-After"]) <= 600
    for send in (ada.post, ada.send):
        form = read(ada.get("/create?kind=image")).form("/create")
        answer = send("/create/optimise", form.filled(prompt="A fox", negative_prompt="snow"))
        assert answer.status_code == 422
        assert ">A fox</textarea>" in answer.text
        assert "Too many texts. Try again in" in read(answer).words


def test_pictures_are_counted_apart(ada) -> None:
    for _ in range(21):
        ask(ada, FOX)
    assert "Choose a picture." in ada.post("/create/reference", {}).text
