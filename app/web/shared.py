"""Pages that are the same for everybody who is not logged in, answered before anything else looks at the request.

For `FRESH` seconds a page is answered from memory. In the second after that one request makes it anew while the others
still get what is there, and after it nobody does. Any change that goes through this process empties the memory at
once. Whoever brings a session, or a message from the page before, is never answered here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.http import parse_cookie

from app.web import cookies
from app.web.headers import sane_id
from app.web.kept import Kept
from app.web.same_origin import SAFE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_PAGES = 256
_ASKED_BY = (
    "wsgi.url_scheme",
    "HTTP_HOST",
    "SCRIPT_NAME",
    "PATH_INFO",
    "QUERY_STRING",
    "HTTP_HX_REQUEST",
    "HTTP_HX_REQUEST_TYPE",
    "HTTP_ACCEPT_ENCODING",
)
"""What of a request an answer depends on, besides the theme."""
Key = tuple[str | None, ...]


@dataclass
class _Page:
    """An answer, and when it was made (on the monotonic clock)."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    made_at: float
    being_renewed: bool = False


class SharedPages:
    """WSGI middleware for the pages at `paths`. Safe to share between threads.

    `seconds` says how long a page is fresh, 0 that nothing is shared; `may` counts a request and says whether its
    address may have another page. `https` decides how our cookies are called.
    """

    def __init__(
        self,
        application: WSGIApplication,
        paths: Iterable[str],
        *,
        seconds: Callable[[], float],
        may: Callable[[WSGIEnvironment], bool],
        https: bool,
    ) -> None:
        self._application = application
        self._paths = frozenset(paths)
        self._seconds = seconds
        self._may = may
        self._theme = cookies.name_of(cookies.THEME, https=https)
        self._personal = {cookies.name_of(name, https=https) for name in (cookies.SESSION, cookies.FORM)}
        self._pages: Kept[Key, _Page] = Kept(MOST_PAGES)
        self._changes = 0
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from memory, or have the application answer and remember it."""
        if environ["REQUEST_METHOD"] not in SAFE:
            return self._change(environ, start_response)
        key = self._key(environ)
        if key is None or (seconds := self._seconds()) <= 0 or not self._may(environ):
            return self._application(environ, start_response)
        page = self._pages.get(key)
        if page is None or self._is_due(page, seconds):
            return self._make(environ, start_response, key)
        number = sane_id(environ.get("HTTP_X_REQUEST_ID", ""))
        start_response(page.status, [*page.headers, ("X-Request-Id", number)])
        return [page.body]

    def _key(self, environ: WSGIEnvironment) -> Key | None:
        """What the answer depends on; None for whoever must not be answered from memory."""
        if environ["PATH_INFO"] not in self._paths or environ["REQUEST_METHOD"] != "GET":
            return None
        theme = ""
        if sent := environ.get("HTTP_COOKIE"):
            brought = parse_cookie(sent)
            if not self._personal.isdisjoint(brought.keys()):
                return None
            theme = brought.get(self._theme, "")
        return (theme, *(environ.get(name) for name in _ASKED_BY))

    def _is_due(self, page: _Page, seconds: float) -> bool:
        """Whether this request has to make a page anew: the first one when it is no longer fresh, later everybody."""
        age = time.monotonic() - page.made_at
        if age < seconds:
            return False
        with self._lock:
            mine, page.being_renewed = not page.being_renewed, True
        return mine or age >= 2 * seconds

    def _make(self, environ: WSGIEnvironment, start_response: StartResponse, key: Key) -> Iterable[bytes]:
        changes, began = self._changes, time.monotonic()
        status, headers, body = _answer(self._application, environ)
        # What was read before a change may be gone by now, so it answers this request and no other.
        if _is_everybodys(status, headers) and changes == self._changes:
            kept = [(name, value) for name, value in headers if name != "X-Request-Id"]
            self._pages.put(key, _Page(status, kept, body, began))
        start_response(status, headers)
        return [body]

    def _change(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return self._application(environ, start_response)
        finally:
            self._changes += 1
            self._pages.clear()


def _answer(application: WSGIApplication, environ: WSGIEnvironment) -> tuple[str, list[tuple[str, str]], bytes]:
    """The whole answer of an application."""
    said: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Callable[[bytes], object]:
        said[:] = [status, headers]
        return lambda _data: None

    parts = application(environ, start)
    try:
        body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    status, headers = said
    return status, headers, body


def _is_everybodys(status: str, headers: list[tuple[str, str]]) -> bool:
    private = any(name == "Set-Cookie" or (name == "Cache-Control" and "private" in value) for name, value in headers)
    return status.startswith("200 ") and not private
