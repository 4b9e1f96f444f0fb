"""How views answer: a page, the part of it that htmx asked for, or the way to another page."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request
from markupsafe import Markup, escape

from app.web.templates import draw


def is_fragment() -> bool:
    """Whether htmx asks for a part of a page, not for all of it."""
    return request.headers.get("HX-Request-Type") == "partial"


def show(page: str, /, part: str | None = None, status: int = 200, **values: Any) -> Response:
    """Answer with a page, or with its part when htmx asks for one."""
    template = part if part and is_fragment() else page
    return make_response(render_template(template, **values), status)


def respond(part: str, *, otherwise: str, status: int = 200, **values: Any) -> Response:
    """After a change: htmx gets the partial that shows it, everyone else goes to the page `otherwise`."""
    if is_fragment():
        return make_response(render_template(part, **values), status)
    return redirect_to(otherwise)


def redirect_to(url: str) -> Response:
    """Send the browser to another page. fetch would follow a 303 and swap that page in, so htmx is told by header."""
    if request.headers.get("HX-Request"):
        response = make_response("", 204)
        response.headers["HX-Redirect"] = url
        return response
    return make_response(redirect(url, 303))


def partial(target: str, template: str, *, swap: str = "outerMorph", **values: Any) -> Markup:
    """One region of a reply: a template, wrapped so that htmx puts it at the CSS selector `target`."""
    content = draw(template, **values)
    where = f'hx-target="{escape(target)}" hx-swap="{escape(swap)}"'
    return Markup(f"<hx-partial {where}>{content}</hx-partial>")  # noqa: S704


def partials(*parts: Markup, status: int = 200) -> Response:
    """A reply that changes several regions and leaves the one that asked alone."""
    return make_response(Markup("\n").join(parts), status)


def safe_next(value: str | None) -> str:
    """The path to go on to after logging in, or "" when it could lead away from us.

    Browsers drop tabs and newlines from addresses and read a backslash as a slash, so `/\\t/evil` and `/\\evil` leave
    the site just as `//evil` does.
    """
    if not value or not value.startswith("/") or "\\" in value or not value.isprintable():
        return ""
    path = value.partition("?")[0].partition("#")[0]
    return "" if "//" in path or len(value) > 2000 else value
