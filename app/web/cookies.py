"""The names and flags of our cookies.

Over https each name begins with `__Host-`: a browser then takes the cookie only from us, over TLS, for the whole host
and no other, so that a neighbouring subdomain cannot plant one. Plain http on loopback has no such prefix.
"""

from __future__ import annotations

from typing import TypedDict

from app.extensions import config

SESSION = "kinora_session"
FORM = "kinora_form"
THEME = "kinora_theme"


class Flags(TypedDict):
    """What `Response.set_cookie` and `delete_cookie` are given besides name, value and age."""

    path: str
    secure: bool
    httponly: bool
    samesite: str


def name_of(cookie: str, *, https: bool | None = None) -> str:
    """The name a cookie carries on the wire; `https` is only given before there is an app."""
    secure = config().https if https is None else https
    return f"__Host-{cookie}" if secure else cookie


def flags() -> Flags:
    """The flags that all our cookies share."""
    return Flags(path="/", secure=config().https, httponly=True, samesite="Lax")
