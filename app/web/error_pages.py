"""Our own answer to everything that goes wrong: a page, a fragment for htmx, or `application/problem+json`.

These must appear when nothing else works, so they look nobody up when the database is in trouble, and fall back to a
page without templates when drawing itself fails.
"""

from __future__ import annotations

import contextlib
import errno
import json
import logging
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from sqlalchemy.exc import DataError, DBAPIError
from werkzeug.exceptions import HTTPException, InternalServerError

from app.errors import Busy, Invalid, KinoraError
from app.extensions import OUTAGES, db, login
from app.storage.base import StorageError
from app.web.answers import is_fragment
from app.web.headers import request_id
from app.web.views import current_theme

log = logging.getLogger(__name__)

_TITLES = {
    400: "That request could not be read",
    401: "Log in first",
    402: "Not enough credits",
    403: "Not allowed",
    404: "Nothing here",
    405: "Not that way",
    409: "Not now",
    413: "Too large",
    415: "Not a kind we take",
    422: "Something is not right",
    429: "A little slower, please",
    500: "Our mistake",
    503: "Busy for a moment",
}
_WORDS = {
    400: "Go back, load the page again and repeat what you did.",
    401: "This is for people who are logged in.",
    403: "This is not yours to do.",
    404: "It was removed, or is not public, or the address has a typing error.",
    405: "This address does not take that kind of request.",
    413: "That is more than we take at once. Choose something smaller.",
    415: "What was sent is of a kind that this address does not take.",
    422: "What was sent does not fit here.",
    429: "Wait a moment and try again.",
    500: "Something broke on our side and has been noted. Nothing was charged for what did not happen.",
    503: "Kinora is busy. Try again in a few seconds.",
}
_CSRF_WORDS = (
    "This page was open for too long, or you have logged in or out meanwhile. Nothing was changed. "
    "Go back, load the page again and repeat what you did."
)
NO_FILES = "Files can be neither read nor stored just now. Try again in a minute."
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_RETRY_AFTER = 5


@dataclass(frozen=True)
class Problem:
    """What an error page says."""

    status: int
    code: str
    words: str
    retry_after: int | None = None
    errors: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    alone: bool = False
    """Nobody may be asked while the page is drawn: whoever would answer is what has failed."""

    @property
    def title(self) -> str:
        return _TITLES.get(self.status) or HTTPStatus(self.status).phrase


def init_app(app: Flask) -> None:
    """Answer errors from now on."""
    app.register_error_handler(KinoraError, _refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(InternalServerError, _broken)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(StorageError, _no_files)
    app.register_error_handler(OSError, _system)
    for outage in (*OUTAGES, RedisConnectionError, RedisTimeoutError):
        app.register_error_handler(outage, _outage)


def answer(problem: Problem) -> Response:
    """Draw a problem in the form that was asked for."""
    if _wants_json():
        response = make_response(_as_json(problem), problem.status)
        response.mimetype = "application/problem+json"
    else:
        response = make_response(_as_html(problem), problem.status)
    response.headers.update(problem.headers)
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def _refused(error: KinoraError) -> Response:
    _roll_back()
    errors = error.errors if isinstance(error, Invalid) else {}
    return answer(Problem(error.status, error.code, error.words, error.retry_after, errors))


def _stale_form(error: CSRFError) -> Response:
    log.info("CSRF refused: %s", error.description, extra={"event": "csrf"})
    return answer(Problem(400, "stale_form", _CSRF_WORDS))


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    _roll_back()
    status = error.code or 500
    # Allow on 405, WWW-Authenticate on 401, Retry-After on 429: whatever the error brings but its own page's type.
    headers = {name: value for name, value in error.get_headers() if name.lower() != "content-type"}
    words = _WORDS.get(status, "That did not work.")
    return answer(Problem(status, HTTPStatus(status).phrase.lower().replace(" ", "_"), words, headers=headers))


def _broken(error: InternalServerError) -> Response:
    # Flask has logged the original with its trace; the person gets the request's number to quote.
    if isinstance(error.original_exception, DBAPIError) and error.original_exception.connection_invalidated:
        return _outage(error.original_exception)
    _forget_database()
    return answer(Problem(500, "internal", _WORDS[500], alone=True))


def _outage(error: Exception) -> Response:
    log.error("a dependency does not answer", exc_info=error, extra={"event": "outage"})
    _forget_database()
    return answer(Problem(503, Busy.code, _WORDS[503], _RETRY_AFTER, alone=True))


def _system(error: OSError) -> Response:
    """A disk without room is an outage, wherever it is noticed: also a form's file is kept on it while it arrives."""
    if error.errno in _NO_ROOM:
        return _no_files(error)
    log.error("the system refused something", exc_info=error)
    return _broken(InternalServerError(original_exception=error))


def _no_files(error: Exception) -> Response:
    log.error("files can be neither read nor stored: %s", error, extra={"event": "outage"})
    _roll_back()
    return answer(Problem(503, Busy.code, NO_FILES, _RETRY_AFTER))


def _unstorable(error: DataError) -> Response:
    # A value that the database cannot hold slipped past a form: wrong input for the person, a defect for us.
    log.error("a form let an impossible value through", exc_info=error)
    _roll_back()
    return answer(Problem(422, Invalid.code, _WORDS[422]))


def _wants_json() -> bool:
    kinds = ["text/html", "application/problem+json", "application/json"]
    if request.path.startswith("/api/"):
        kinds.append(kinds.pop(0))
    return request.accept_mimetypes.best_match(kinds, kinds[0]) != "text/html"


def _as_json(problem: Problem) -> str:
    body: dict[str, object] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.words,
        "code": problem.code,
        "request_id": request_id(),
    }
    if problem.errors:
        body["errors"] = problem.errors
    if problem.retry_after is not None:
        body["retry_after"] = problem.retry_after
    return json.dumps(body)


def _as_html(problem: Problem) -> str:
    values = {
        "status": problem.status,
        "title": problem.title,
        "words": problem.words,
        "errors": problem.errors,
        "request_id": request_id(),
        "retry_after": problem.retry_after,
    }
    page = "errors/_error.html" if is_fragment() else "errors/error.html"
    try:
        if not problem.alone:
            return render_template(page, **values)
        # What the rooms hand to every page (who is here, the site's notice) comes from the database, so it is left out.
        layout = {"current_user": login.anonymous_user(), "theme": current_theme(), "notice": None}
        return current_app.jinja_env.get_template(page).render(**layout, **values)
    except Exception:
        log.exception("the error page could not be drawn")
        return _bare(problem)


def _bare(problem: Problem) -> str:
    text = f"<h1>{escape(problem.title)}</h1>\n<p>{escape(problem.words)}</p>\n<p>Request {escape(request_id())}</p>\n"
    if is_fragment():
        return text
    head = f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{escape(problem.title)}</title>\n'
    return f'{head}<main>\n{text}<p><a href="/">Kinora</a></p>\n</main>\n</html>\n'


def _forget_database() -> None:
    """Draw the page as for a stranger: looking up who asks would only wait for the same outage again."""
    _roll_back()
    if "_login_user" not in g:
        g._login_user = login.anonymous_user()


def _roll_back() -> None:
    with contextlib.suppress(Exception):
        db.session.rollback()
