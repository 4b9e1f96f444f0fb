"""What stands before every route of the API: who asks, how often, and a body that is a JSON object.

Whatever is refused here or further down becomes `application/problem+json` in `web.error_pages`.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask_login import current_user
from werkzeug.exceptions import BadRequest

from app.errors import Invalid, NotLoggedIn
from app.web.csrf import csrf
from app.web.limits import hit

LARGEST_BODY = 256 * 1024


def guard(bp: Blueprint) -> Blueprint:
    """Let only people who are logged in through, with a CSRF token for what changes anything.

    The check of the whole app comes before anybody is known; here a stranger is told to log in instead.
    """
    csrf.exempt(bp)
    bp.before_request(_known)
    return bp


def body() -> dict[str, Any]:
    """The JSON object that was sent. Raises an HTTPException (400, 413, 415) or Invalid."""
    try:
        sent = request.get_json()
    except (RecursionError, UnicodeDecodeError):
        raise BadRequest from None
    if not isinstance(sent, dict):
        raise Invalid({"": "Send a JSON object."})
    return sent


def _known() -> None:
    # Before the token is looked for: that opens the body, with the bound that holds then.
    request.max_content_length = LARGEST_BODY
    who = [current_user.id] if current_user.is_authenticated else []
    hit("api", *who)
    if not who:
        raise NotLoggedIn
    csrf.protect()
