"""Where people are sent, and in which form they are answered."""

from __future__ import annotations

import pytest
from flask import Flask

from app.web.answers import partials, redirect_to, respond, safe_next, show

LEAVES = [
    "https://evil.test",
    "http:/evil.test",
    "//evil.test",
    "///evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "/\t/evil.test",
    "/\n/evil.test",
    "/\r\nSet-Cookie: a=b",
    "/\x00/evil.test",
    "\t//evil.test",
    " //evil.test",
    "/a//evil.test",
    "/..//evil.test",
    "/\u2028/evil.test",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.test",
    "?next=/x",
    "@evil.test",
    "/" + "a" * 3000,
    "",
    None,
]


@pytest.mark.parametrize("address", LEAVES)
def test_an_address_that_could_lead_away_is_not_followed(address):
    assert safe_next(address) == ""


@pytest.mark.parametrize("address", ["/", "/create", "/explore?q=a//b&kind=video", "/creations/1#top", "/u/ada?a=%09"])
def test_an_address_of_ours_is_followed(address):
    assert safe_next(address) == address


@pytest.fixture
def plain() -> Flask:
    from jinja2 import DictLoader

    app = Flask("plain")
    app.jinja_loader = DictLoader({"page.html": "whole {{ x }}", "_part.html": "part {{ x }}"})
    return app


def test_htmx_gets_the_part_and_everyone_else_the_page(plain):
    with plain.test_request_context(headers={"HX-Request": "true", "HX-Request-Type": "partial"}):
        assert show("page.html", "_part.html", 422, x="<b>").data == b"part &lt;b&gt;"
        assert respond("_part.html", otherwise="/x", x=1).data == b"part 1"
    with plain.test_request_context(headers={"HX-Request": "true", "HX-Request-Type": "full"}):
        assert show("page.html", "_part.html", x=1).data == b"whole 1"
    with plain.test_request_context():
        answer = show("page.html", "_part.html", 422, x=1)
        assert (answer.status_code, answer.data) == (422, b"whole 1")


def test_a_redirect_is_303_and_a_header_for_htmx(plain):
    with plain.test_request_context():
        answer = redirect_to("/create")
        assert (answer.status_code, answer.location) == (303, "/create")
        assert respond("_part.html", otherwise="/x").status_code == 303
    with plain.test_request_context(headers={"HX-Request": "true"}):
        answer = redirect_to("/create")
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/create")


def test_a_reply_can_change_several_regions(plain):
    from app.web.answers import partial

    with plain.test_request_context():
        body = partials(
            partial("#creation-1", "_part.html", x="<i>"),
            partial("[data-likes='9']", "_part.html", swap="beforeend", x=2),
        ).get_data(as_text=True)
    assert '<hx-partial hx-target="#creation-1" hx-swap="outerMorph">part &lt;i&gt;</hx-partial>' in body
    assert 'hx-target="[data-likes=&#39;9&#39;]"' in body
