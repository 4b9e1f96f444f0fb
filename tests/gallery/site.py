"""The gallery as a Flask application: the real templates and assets, stubs for everything behind them."""

from __future__ import annotations

import io
import json
import queue
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, Flask, Response, abort, g, render_template, render_template_string, request, send_file
from flask_sock import Sock
from markupsafe import Markup

from app.web import assets, paths, words
from tests.gallery import pictures, values
from tests.gallery.states import STATES, State
from tests.gallery.stubs import BLUEPRINTS

APP = Path(__file__).resolve().parents[2] / "app"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "manifest-src 'self'; worker-src 'self'"
)
INDEX = """<!doctype html><html lang="en"><title>Gallery</title><link rel="stylesheet" href="{{ asset('app.css') }}">
<main class="column"><h1>Gallery</h1><ul>{% for name, state in states.items() %}<li><a href="/g/{{ name }}">
{{ name }}</a> <span class="edge">{{ state.template }}</span></li>{% endfor %}</ul></main></html>"""
PART = (
    """{% extends "layouts/app.html" %}{% block main %}<h1 class="visually-hidden">Part</h1>{{ part }}{% endblock %}"""
)
gallery = Blueprint("gallery", __name__)
listeners: list[queue.Queue[str]] = []


def make_site() -> Flask:
    """A new gallery."""
    app = Flask("gallery", template_folder=str(APP / "templates"), static_folder=str(APP / "static"))
    app.config.update(TEMPLATES_AUTO_RELOAD=True, SEND_FILE_MAX_AGE_DEFAULT=31_536_000)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {"when": words.when, "compact": words.compact}
    app.jinja_env.globals["csrf_token"] = lambda: "token-of-the-form"
    assets.init_app(app, watch=True)
    paths.init_app(app)
    for blueprint in (gallery, *BLUEPRINTS):
        app.register_blueprint(blueprint)
    app.context_processor(_context)
    app.after_request(_guard)
    Sock(app).route("/live")(_live)
    return app


def draw(state: State) -> str:
    """The state as HTML; a partial alone, as a push or an answer would carry it."""
    g.viewer, g.notice = state.viewer, state.notice
    known = {name: value(state.viewer) if callable(value) else value for name, value in state.values.items()}
    return render_template(state.template, **known)


@gallery.get("/g")
def index() -> str:
    """All states, by name."""
    return render_template_string(INDEX, states=STATES)


@gallery.get("/g/<name>")
def show(name: str) -> str:
    """One state; a partial stands in the layout."""
    state = STATES.get(name) or abort(404)
    html = draw(state)
    return render_template_string(PART, part=Markup(html)) if state.partial else html  # noqa: S704


@gallery.get("/media/<int:hue>-<shape>-<int:longest>.webp")
def picture(hue: int, shape: str, longest: int) -> Response:
    """A placeholder picture."""
    return send_file(io.BytesIO(pictures.picture(hue, shape, longest)), mimetype="image/webp", max_age=3600)


@gallery.get("/media/<int:hue>-<shape>.mp4")
def clip(hue: int, shape: str) -> Response:
    """A placeholder video."""
    file = io.BytesIO(pictures.clip(hue, shape))
    return send_file(file, mimetype="video/mp4", conditional=True, etag=f"{hue}-{shape}", max_age=3600)


@gallery.post("/g/push")
def push() -> str:
    """Send what the request holds to every open page, as the server's push would."""
    for listener in listeners:
        listener.put(request.get_data(as_text=True))
    return ""


@gallery.get("/g/push/<name>")
def push_state(name: str) -> str:
    """Push one state of a card, with a toast."""
    card = values.card(9, "draft" if name == "ready" else "processing", version=99, progress=0.9)
    drawn = {
        (f"#creation-{card.id}.card", "outerMorph transition:true"): render_template("studio/_card.html", card=card),
        ("#toasts", "beforeend"): draw(STATES["toast"]),
        ("#balance", "outerMorph"): render_template("realtime/_balance.html", balance=222),
    }
    parts = [(*where, Markup(html)) for where, html in drawn.items()]  # noqa: S704
    message = json.dumps({"version": 99, "content": render_template("realtime/_push.html", parts=parts)})
    for listener in listeners:
        listener.put(message)
    return message


def _live(socket: Any) -> None:
    mine: queue.Queue[str] = queue.Queue()
    listeners.append(mine)
    try:
        while socket.connected:
            try:
                socket.send(mine.get(timeout=1))
            except queue.Empty:
                continue
    finally:
        listeners.remove(mine)


def _context() -> dict[str, Any]:
    name = request.args.get("as", g.get("viewer", "maren"))
    user = SimpleNamespace(is_authenticated=bool(name), username=name or "", balance=132, is_admin=name == "admin")
    theme = request.args.get("theme", "")
    return {"current_user": user, "live_version": 17, "theme": theme, "notice": g.get("notice")}


def _guard(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response
