"""Request ids, and the headers on every answer: errors, fragments and media too."""

from __future__ import annotations

import re
import uuid
from collections.abc import MutableMapping

from flask import Flask, Response, g, request, session

from app.config import Config
from app.web import cookies

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_FRAGMENT_VARY = ("HX-Request", "HX-Request-Type")
_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    # "no-referrer" would make browsers send "Origin: null" with forms, and every change would be refused.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_HSTS = "max-age=31536000; includeSubDomains"


def init_app(app: Flask, config: Config) -> None:
    """Number every request and put the headers on every answer; call first of all hooks."""
    policy = content_policy(config.media_origins)

    @app.before_request
    def number() -> None:
        request_id()

    @app.after_request
    def dress(response: Response) -> Response:
        for name, value in _EVERYWHERE.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", policy)
        if config.https:
            response.headers["Strict-Transport-Security"] = _HSTS
        response.headers["X-Request-Id"] = request_id()
        _cache(response)
        return response


def dress_file(headers: MutableMapping[str, str], _path: str, _url: str, *, https: bool = False) -> None:
    """Put the headers on a static file, which never passes through Flask."""
    for name, value in _EVERYWHERE.items():
        headers[name] = value
    headers["Content-Security-Policy"] = "default-src 'none'"
    if https:
        headers["Strict-Transport-Security"] = _HSTS


def request_id() -> str:
    """This request's id: the proxy's if it is a sane one, else a new one. It is in the log and on error pages."""
    if "request_id" not in g:
        g.request_id = sane_id(request.headers.get("X-Request-Id", ""))
    return str(g.request_id)


def sane_id(given: str) -> str:
    """A request's id: the one that was given if it is a sane one, else a new one."""
    return given if _ID.fullmatch(given) else uuid.uuid4().hex


def content_policy(media_origins: tuple[str, ...] = ()) -> str:
    """The Content-Security-Policy of our pages: nothing but our own files, and media from where they are kept."""
    media = "".join(f" {origin}" for origin in dict.fromkeys(media_origins))
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data: blob:{media}",
            f"media-src 'self' blob:{media}",
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "manifest-src 'self'",
            "worker-src 'self'",
        )
    )


def _cache(response: Response) -> None:
    """Keep what is somebody's own out of every cache, and fragments apart from the pages at the same address."""
    if response.mimetype == "text/html":
        response.vary.update(_FRAGMENT_VARY)
    if request.headers.get("HX-Request") or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    elif _is_private():
        # Files keep what their own view decided; a page of a person who is logged in is never kept.
        if response.mimetype == "text/html" or "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-store"
    elif response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "no-cache")


def _is_private() -> bool:
    """Whether the answer may hold something of one person: a session's page, or a form's token."""
    return cookies.name_of(cookies.SESSION) in request.cookies or "csrf_token" in g or session.modified
