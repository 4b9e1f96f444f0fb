"""Turns away unsafe requests that other sites make with our people's cookies, before anything else looks at them.

Browsers say where a request comes from in `Sec-Fetch-Site` and `Origin`, and pages cannot forge either. A request with
neither comes from a program or a very old browser: for those the CSRF token decides alone.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request

from app.config import Config
from app.errors import Forbidden, KinoraError

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# Load balancers and containers ask for these by whatever address they know.
_ANY_HOST = frozenset({"/healthz", "/readyz", "/metrics"})


class WrongHost(KinoraError):
    """The request names a host that is not ours: a wrong DNS entry, or DNS rebinding."""

    status = 400
    code = "wrong_host"
    sentence = "This server does not answer to that name. Its operator can set PUBLIC_URL."


def init_app(app: Flask, config: Config) -> None:
    """Check host and origin of every request from now on; call before CSRF and before flask-sock."""
    origins = config.origins
    hosts = frozenset(urlsplit(origin).hostname for origin in origins)

    @app.before_request
    def refuse_strangers() -> None:
        if request.path not in _ANY_HOST and _host() not in hosts:
            raise WrongHost
        if _is_socket():
            # A page of any site may open a socket with our cookie, and flask-sock accepts before its view runs.
            if request.headers.get("Origin") not in origins:
                raise Forbidden("The live connection is for Kinora's own pages.")
        elif request.method not in SAFE and not _from_us(origins):
            raise Forbidden("This came from another site, so nothing was changed. Open Kinora itself and try again.")


def _host() -> str | None:
    """The host the client named, without port; None when it is not a host at all."""
    try:
        parts = urlsplit(f"//{request.headers.get('Host', '')}")
        _ = parts.port  # raises for "ours:8000.evil"
        return parts.hostname
    except ValueError:
        return None


def _is_socket() -> bool:
    return request.path == "/live" or request.headers.get("Upgrade", "").lower() == "websocket"


def _from_us(origins: frozenset[str]) -> bool:
    # "same-site" is a neighbouring subdomain, which is not us; "none" is the person's own doing (a reload).
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin")
    return origin is None or origin in origins
