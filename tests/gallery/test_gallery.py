"""Every page and partial in every state keeps the promises that scripts, pushes and the security policy rely on."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from flask import Flask

from tests.gallery.site import APP, draw, make_site
from tests.gallery.states import STATES

PAGES = [name for name, state in STATES.items() if not state.partial]
SIGNED_OUT_FEEDS = ("home", "explore-signed-out", "explore-empty", "post-signed-out", "profile-signed-out")
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Elements(HTMLParser):
    """All elements of a document, in order, with their attributes; and those left open or closed twice."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.unbalanced: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.unbalanced += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self.unbalanced.append(f"/{tag}")

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture(scope="module")
def site() -> Flask:
    return make_site()


@pytest.fixture
def html(site: Flask, request: pytest.FixtureRequest) -> str:
    name = request.param
    with site.test_request_context(f"/g/{name}"):
        return draw(STATES[name])


every_state = pytest.mark.parametrize("html", list(STATES), indirect=True)
every_page = pytest.mark.parametrize("html", PAGES, indirect=True)


@every_state
def test_nothing_that_the_security_policy_would_stop(html: str) -> None:
    for tag, attributes in Elements(html).found:
        assert "style" not in attributes, (tag, attributes)
        assert not [name for name in attributes if name.startswith(("on", "hx-on"))], (tag, attributes)
        assert tag != "style"
        assert tag != "script" or attributes["src"].startswith("/static/vendor/")
        assert not [value for value in attributes.values() if value.lower().startswith("javascript:")]


@every_state
def test_every_element_is_closed(html: str) -> None:
    assert Elements(html).unbalanced == []


@every_state
def test_an_id_is_there_once(html: str) -> None:
    ids = [attributes["id"] for _, attributes in Elements(html).found if "id" in attributes]
    assert sorted(ids) == sorted(set(ids))


@every_state
def test_references_between_elements_hold(html: str) -> None:
    found = Elements(html).found
    ids = {attributes["id"] for _, attributes in found if "id" in attributes}
    for tag, attributes in found:
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls", "data-count"):
            for target in attributes.get(name, "").split():
                assert target in ids | {"modal-title"}, (tag, name, target)


@every_state
def test_pictures_have_alternatives_and_buttons_have_names(html: str) -> None:
    for picture in Elements(html).named("img"):
        assert "alt" in picture
    for button in re.findall(r"<button[^>]*>(.*?)</button>", html, re.DOTALL):
        assert re.sub(r"<[^>]+>|\s", "", button), button


@every_state
def test_forms_that_change_something_work_without_a_script_and_are_protected(html: str) -> None:
    for form in re.findall(r"<form\b.*?</form>", html, re.DOTALL):
        head = Elements(form).named("form")[0]
        assert head["action"].startswith("/")
        assert ('name="csrf_token"' in form) == (head.get("method") == "post" or "hx-post" in head)


@every_state
def test_words_are_plain(html: str) -> None:
    text = re.sub(r"<[^>]+>", " ", html.replace("<!doctype html>", ""))
    assert "!" not in text
    assert "..." not in text


@every_page
def test_a_page_has_one_heading_its_landmarks_and_the_places_that_pushes_reach(html: str) -> None:
    page = Elements(html)
    assert len(page.named("h1")) == 1
    assert [main.get("id") for main in page.named("main")] == ["main"]
    assert page.named("html")[0]["lang"] == "en-GB"
    ids = {attributes.get("id") for _, attributes in page.found}
    assert {"modal", "toasts"} <= ids
    assert next(attributes for tag, attributes in page.found if tag == "a")["href"] == "#main"


@pytest.mark.parametrize("name", PAGES)
def test_only_people_who_are_logged_in_have_a_socket_and_a_balance(site: Flask, name: str) -> None:
    with site.test_request_context(f"/g/{name}"):
        html = draw(STATES[name])
    live = [attributes for _, attributes in Elements(html).found if attributes.get("id") == "live"]
    if STATES[name].viewer:
        assert live[0]["hx-ws:connect"] == "/live?since=17"
        assert 'id="balance"' in html or "layouts/plain" in (APP / "templates" / STATES[name].template).read_text()
    else:
        assert not live
        assert 'id="balance"' not in html


@pytest.mark.parametrize("html", SIGNED_OUT_FEEDS, indirect=True)
def test_a_signed_out_feed_can_be_shared_by_all(html: str) -> None:
    assert "csrf" not in html.lower()
    assert "token-of-the-form" not in html


@pytest.mark.parametrize(
    "html", ["drafts", "create-image-making", "status-pending", "status-processing"], indirect=True
)
def test_what_is_being_made_says_generating_and_nothing_else(html: str) -> None:
    assert re.search(r'<p class="figure">Generating…</p>', html)


@pytest.mark.parametrize("name", ["card", "status-part", "record"])
def test_the_root_of_a_creation_carries_its_marks(site: Flask, name: str) -> None:
    card = STATES[name].values["card"]
    with site.test_request_context("/"):
        tag, root = Elements(draw(STATES[name])).found[0]
    assert tag == "article"
    assert root["id"] == f"creation-{card.id}"
    assert (root["data-state"], root["data-version"]) == (card.state, str(card.version))


@pytest.mark.parametrize("html", ["explore", "player", "card", "post", "profile", "home"], indirect=True)
def test_every_work_says_how_it_was_made(html: str) -> None:
    assert re.search(r">(AI|Drawn locally)\b", html)


@pytest.mark.parametrize("path", sorted((APP / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_template_switches_escaping_off(path: object) -> None:
    text = path.read_text()  # type: ignore[attr-defined]
    assert "|safe" not in text.replace(" ", "")
    assert "autoescape" not in text


def test_every_template_hangs_here() -> None:
    shown = {state.template for state in STATES.values()}
    text = "".join(path.read_text() for path in (APP / "templates").rglob("*.html"))
    for path in (APP / "templates").rglob("*.html"):
        name = path.relative_to(APP / "templates").as_posix()
        assert name in shown or f'"{name}"' in text, name


def test_modules_are_short() -> None:
    for module in (APP / "static" / "js").glob("*.js"):
        assert len(module.read_text().splitlines()) < 60, module.name
