"""The theme, and the answer to "are you up?"."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request

from app.config import Config
from app.errors import Invalid
from app.web import cookies
from app.web.answers import redirect_to, safe_next

THEMES = ("light", "dark", "auto")
_YEAR = 365 * 24 * 3600

bp = Blueprint("web", __name__)


def init_app(app: Flask, config: Config) -> None:
    """Register the blueprint and give every template `theme`."""
    app.register_blueprint(bp)
    app.context_processor(lambda: {"theme": current_theme()})


def current_theme() -> str:
    """light, dark or auto (what the device prefers). Part of the cache key of pages that are shared."""
    chosen = request.cookies.get(cookies.name_of(cookies.THEME), "auto")
    return chosen if chosen in THEMES else "auto"


@bp.post("/theme")
def theme() -> Response:
    """Remember the chosen theme in this browser and go back to where it was chosen."""
    chosen = request.form.get("theme", "")
    if chosen not in THEMES:
        raise Invalid({"theme": "Choose light, dark or auto."})
    response = redirect_to(safe_next(request.form.get("next")) or "/")
    response.set_cookie(cookies.name_of(cookies.THEME), chosen, max_age=_YEAR, **cookies.flags())
    return response


@bp.get("/healthz")
def healthz() -> Response:
    """The process answers; whether what it depends on does is `/readyz`'s to say."""
    response = Response('{"status": "ok"}\n', mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
