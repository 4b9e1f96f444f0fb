"""The prompt helper for programs: JSON in, JSON out, and every refusal as a problem with a code (PRM-01)."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.providers.local.reading import found
from tests.people import Person
from tests.studio.works import configure

ADDRESS = "/api/optimize-prompt"
FOX = {"prompt": "A fox", "content_type": "video"}


def ask(person: Person, sent: Any, **headers: str) -> TestResponse:
    """Send JSON as a script on our own page would."""
    wire = {"Host": "127.0.0.1:8000", "X-CSRFToken": person.token(), **headers}
    return person.browser.post(ADDRESS, json=sent, headers=wire)


def problem(answer: TestResponse) -> tuple[int, str]:
    """The status and the code of a problem, which must be one with words."""
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == answer.status_code
    assert answer.json["detail"]
    return answer.status_code, answer.json["code"]


@pytest.mark.parametrize(("name", "kind"), [("content_type", "image"), ("content_type", "video"), ("kind", "video")])
def test_a_better_prompt_comes_back_and_costs_nothing(ada, name, kind) -> None:
    answer = ask(ada, {"prompt": " A fox\r\n", name: kind})
    assert answer.status_code == 200
    assert answer.json.keys() == {"prompt", "changed"}
    assert answer.json["prompt"].startswith("A fox, ")
    assert answer.json["changed"] is True
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert ada.balance() == 100


def test_video_gets_a_camera_and_an_image_does_not(ada) -> None:
    assert found("MOVES", ask(ada, {"prompt": "A harbour", "content_type": "video"}).json["prompt"])
    assert not found("MOVES", ask(ada, {"prompt": "A harbour", "content_type": "image"}).json["prompt"])


def test_what_lacks_nothing_comes_back_unchanged(ada) -> None:
    first = ask(ada, FOX).json["prompt"]
    assert ask(ada, {**FOX, "prompt": first}).json == {"prompt": first, "changed": False}


def test_a_stranger_is_told_to_log_in_whatever_they_send(app, nobody) -> None:
    for sent in (FOX, {}, []):
        answer = nobody.browser.post(ADDRESS, json=sent, headers={"Host": "127.0.0.1:8000"})
        assert problem(answer) == (401, "not_logged_in")
    assert problem(nobody.browser.post(ADDRESS, headers={"Host": "127.0.0.1:8000"})) == (401, "not_logged_in")


def test_a_session_needs_its_token(ada) -> None:
    bare = ada.browser.post(ADDRESS, json=FOX, headers={"Host": "127.0.0.1:8000"})
    assert problem(bare) == (400, "stale_form")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"content_type": "video"}, "prompt"),
        ({**FOX, "prompt": "  \n"}, "prompt"),
        ({**FOX, "prompt": 7}, "prompt"),
        ({**FOX, "prompt": "a\0b"}, "prompt"),
        ({**FOX, "prompt": "\ud800"}, "prompt"),
        ({**FOX, "prompt": "x" * 2001}, "prompt"),
        ({**FOX, "prompt": None}, "prompt"),
        ({"prompt": "A fox"}, "content_type"),
        ({**FOX, "content_type": "text"}, "content_type"),
        ({**FOX, "content_type": ["video"]}, "content_type"),
        ({**FOX, "seed": 1}, "seed"),
        ([], ""),
        ("A fox", ""),
        (7, ""),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(ada, sent, field) -> None:
    answer = ask(ada, sent)
    assert problem(answer) == (422, "invalid")
    assert field in answer.json["errors"]


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"prompt=x", "application/x-www-form-urlencoded", 415),
        (b'{"prompt": "' + b"x" * 300_000 + b'"}', "application/json", 413),
    ],
)
def test_what_is_no_json_is_refused_as_such(ada, body, kind, expected) -> None:
    headers = {"Host": "127.0.0.1:8000", "X-CSRFToken": ada.token()}
    answer = ada.browser.post(ADDRESS, data=body, content_type=kind, headers=headers)
    assert problem(answer)[0] == expected


def test_while_nobody_can_write_it_says_so(app, ada) -> None:
    token = ada.token()
    configure(app, text_provider="google")
    answer = ada.browser.post(ADDRESS, json=FOX, headers={"Host": "127.0.0.1:8000", "X-CSRFToken": token})
    assert problem(answer) == (503, "busy")
    assert "Retry-After" not in answer.headers
