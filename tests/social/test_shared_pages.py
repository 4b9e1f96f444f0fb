"""What everybody sees who is not logged in is made once a second, and never shown to the wrong person (NFR-02)."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from app.web.limits import Limiter, Rule
from tests.people import Person
from tests.social.crowds import publish_many, statements
from tests.social.test_feeds import ids, more
from tests.social.test_tiles import publish
from tests.studio.works import change, put

LONGEST = 2.0


@pytest.fixture
def sharing(app):
    """The application as it is outside of tests."""
    app.config["SHARED_SECONDS"] = 1.0
    return app


def seen_within(seconds: float, is_so: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def asks(app, person: Person, address: str, **headers: str) -> int:
    with statements(app) as sent:
        assert person.get(address, **headers).status_code == 200
    return len(sent)


def test_a_page_that_was_just_made_asks_nobody(sharing, ada, nobody):
    publish_many(ada, 30)
    first = nobody.get("/explore")
    for address in ("/explore", "/explore?kind=image", more(first), "/", "/explore?q=number"):
        nobody.get(address)
        assert asks(sharing, Person(sharing), address) == 0, address
    again = Person(sharing).get("/explore")
    assert again.text == first.text
    assert {**again.headers, "X-Request-Id": ""} == {**first.headers, "X-Request-Id": ""}
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert nobody.get("/explore", x_request_id="from-the-proxy-7").headers["X-Request-Id"] == "from-the-proxy-7"


def test_each_way_of_asking_has_an_answer_of_its_own(sharing, ada, nobody):
    publish_many(ada, 3)
    plain = nobody.get("/explore")
    assert nobody.fragment("/explore").text != plain.text
    assert nobody.get("/explore?kind=video").text != plain.text
    packed = nobody.get("/explore", accept_encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.data != plain.data
    assert nobody.get("/explore", host="localhost:8000").status_code == 200
    assert nobody.get("/explore", host="evil.example").status_code == 400
    assert "data-theme" not in plain.text
    nobody.browser.set_cookie("kinora_theme", "light", domain="127.0.0.1")
    assert 'data-theme="light"' in nobody.get("/explore").text
    assert 'data-theme="light"' in nobody.get("/explore").text
    assert "data-theme" not in Person(sharing).get("/explore").text


def test_who_brings_a_session_is_asked_who_they_are(sharing, ada, nobody):
    """A living one, one that was logged out, and one that was made up."""
    publish_many(ada, 3)
    nobody.get("/explore")
    assert "Drafts" in ada.get("/explore").text
    cookie = ada.browser.get_cookie("kinora_session", domain="127.0.0.1").value
    ada.post("/logout", page="/u/ada_l")
    for value in (cookie, "x" * 43, "nonsense"):
        stale = Person(sharing)
        stale.browser.set_cookie("kinora_session", value, domain="127.0.0.1")
        nobody.get("/explore")
        answer = stale.get("/explore")
        assert "Drafts" not in answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Drafts" not in nobody.get("/explore").text


def test_changes_through_this_process_are_seen_at_once(sharing, ada, bob, nobody):
    work = put(ada, prompt="A fox")
    nobody.get("/explore")
    publish(ada, work, caption="First words")
    assert "First words" in nobody.get("/explore").text
    publish(ada, work, caption="Second words")
    assert "Second words" in nobody.get("/explore").text
    bob.post(f"/p/{work}/like", {"liked": "1"}, page=f"/p/{work}")
    assert f'data-likes="{work}">1<' in nobody.get("/explore").text
    ada.post(f"/creations/{work}/unpublish")
    assert ids(nobody.get("/explore")) == []


def test_changes_elsewhere_are_seen_within_two_seconds(sharing, ada, nobody):
    kept, gone = put(ada, "published", caption="As it was"), put(ada, "published")
    assert len(ids(nobody.get("/explore"))) == 2
    change(sharing, gone, state="draft", published_at=None)
    change(sharing, kept, caption="As it is", like_count=7)
    assert len(ids(nobody.get("/explore"))) == 2
    assert seen_within(LONGEST, lambda: ids(nobody.get("/explore")) == [str(kept)])
    assert "As it is" in nobody.get("/explore").text
    assert f'data-likes="{kept}">7<' in nobody.get("/explore").text


def test_an_answer_that_is_somebodys_or_an_error_is_not_shared(sharing, ada, nobody):
    for _ in range(2):
        assert nobody.get("/explore?kind=film").status_code == 422
    assert asks(sharing, Person(sharing), "/login") >= 0
    assert Person(sharing).get("/login").headers["Cache-Control"] == "private, no-store"


def test_shared_pages_count_as_pages(sharing, nobody):
    sharing.extensions["kinora_limiter"] = Limiter(None, True, rules={"pages": Rule("", "5/minute", what="pages")})
    assert [nobody.get("/explore").status_code for _ in range(8)] == [200] * 5 + [429] * 3
