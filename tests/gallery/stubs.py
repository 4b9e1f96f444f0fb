"""Stand-ins for every endpoint that templates link to; a few answer as the real ones would, for the scripts."""

from __future__ import annotations

import uuid
from dataclasses import replace

from flask import Blueprint, Response, redirect, render_template, request

from tests.gallery import values

social, studio, accounts = Blueprint("social", __name__), Blueprint("studio", __name__), Blueprint("accounts", __name__)
admin, web = Blueprint("admin", __name__), Blueprint("web", __name__)
BLUEPRINTS = (social, studio, accounts, admin, web)


def _stub(**_arguments: object) -> Response:
    return Response("", 204) if "HX-Request" in request.headers else redirect("/g")  # type: ignore[return-value]


def _add(blueprint: Blueprint, endpoint: str, rule: str, *methods: str) -> None:
    blueprint.add_url_rule(rule, endpoint, _stub, methods=list(methods) or ["GET"])


for _name, _rule in {"home": "/", "profile": "/u/<username>"}.items():
    _add(social, _name, _rule)
for _name, _rule in {"signup": "/signup", "login": "/login", "settings": "/me/settings"}.items():
    _add(accounts, _name, _rule, "GET", "POST")
for _name, _rule in {
    "logout": "/logout",
    "end_session": "/me/sessions/<key>/end",
    "change_password": "/me/password",
}.items():
    _add(accounts, _name, _rule, "POST")
for _name, _rule in {
    "drafts": "/drafts",
    "creation": "/creations/<uuid:id>",
    "receipt": "/creations/<uuid:id>/receipt",
    "records": "/me/records",
    "ledger": "/me/ledger",
}.items():
    _add(studio, _name, _rule)
for _name in ("retry", "cancel", "delete", "unpublish"):
    _add(studio, _name, f"/creations/<uuid:id>/{_name}", "POST")
for _name, _rule in {"overview": "/admin", "people": "/admin/people"}.items():
    _add(admin, _name, _rule)
_add(admin, "settings", "/admin/settings", "GET", "POST")
for _name, _rule in {
    "models": "/admin/models",
    "export_models": "/admin/models/export",
    "load_page": "/admin/models/load",
}.items():
    _add(admin, _name, _rule)
_add(admin, "new_model", "/admin/models/new")
_add(admin, "model", "/admin/models/<provider>/<path:id>", "GET", "POST")
for _name, _rule in {"add_model": "new", "load_models": "load"}.items():
    _add(admin, _name, f"/admin/models/{_rule}", "POST")
_add(admin, "ask_providers", "/admin/models/ask", "POST")
for _name in ("reset", "revive", "preset"):
    _add(admin, f"{_name}_model", f"/admin/models/{_name}", "POST")
_add(admin, "switch", "/admin/switch", "POST")
_add(admin, "grant", "/admin/people/<uuid:id>/grant", "POST")


@web.post("/theme")
def theme() -> tuple[str, int]:
    """Take the choice."""
    return "", 204


@social.get("/explore")
def explore() -> str:
    """The next page of tiles, or what a search found."""
    if request.args.get("after") == "fail":
        return _problem("Older works could not be read.", 503)
    page = request.args.get("page", 1, type=int)
    if "after" in request.args:
        feed = values.feed(20, "more" if page < 7 else None, page, page * 20)
        return render_template("social/_tiles.html", feed=feed, kind="all", query="")
    query = request.args.get("q", "")
    feed = values.feed(3 if query != "none" else 0, None)
    return render_template("social/_feed.html", feed=feed, kind="all", query=query)


@social.get("/p/<uuid:id>")
def post(id: uuid.UUID) -> str:
    """The player."""
    n = id.int - values.number(0).int
    previous = values.number(n - 1) if n else None
    template = "social/_player.html" if "HX-Request" in request.headers else "social/post.html"
    return render_template(
        template, tile=values.tile(n), signed_in=True, previous_id=previous, next_id=values.number(n + 1)
    )


@social.post("/p/<uuid:id>/like")
def like(id: uuid.UUID) -> str | tuple[str, int]:
    """The button as it is now; the third work refuses."""
    n = id.int - values.number(0).int
    if n == 2:
        return _problem("You have liked a lot in a short time.", 429)
    liked = request.form["liked"] == "1"
    tile = values.tile(n)
    tile = replace(tile, liked=liked, like_count=tile.like_count + liked - tile.liked)
    return render_template("social/_like.html", tile=tile, signed_in=True)


@studio.route("/create", methods=["GET", "POST"])
def create() -> str | Response:
    """The form refused, or an image under way."""
    if request.method == "GET":
        return _stub()
    if not request.form["prompt"].strip():
        form = values.form(prompt="", errors={"prompt": "Say what should be made."})
        return Response(render_template("studio/_brief_form.html", form=form), 422)
    if request.form["kind"] == "video":
        return Response("", 204, {"HX-Redirect": "/g/drafts"})
    card = values.image_card(7, "processing", version=50)
    return render_template("studio/_started.html", card=card, ticket=values.ticket(credits=5), idempotency_key="two")


@studio.get("/create/cost")
def cost() -> str:
    """What is chosen, drawn anew."""
    image = request.args.get("kind") == "image"
    seconds, sharp = request.args.get("duration", 8, type=int), request.args.get("resolution") == "1080p"
    credits = 5 if image else int(seconds * 10 * (1.5 if sharp else 1))
    ticket = values.ticket(credits=credits) if credits < 100 else replace(values.POOR, credits=credits)
    form = values.form(**(values.IMAGE if image else {}) | {"ticket": ticket})
    return render_template("studio/_choices.html", form=form, switched=request.args.get("drawn_for") != form.drawn_for)


@studio.post("/create/choices")
def choices() -> Response:
    """The page again."""
    return _stub()


@studio.post("/create/optimise")
def optimise() -> str:
    """More words, or the old ones."""
    if "undo" in request.form:
        form = values.form(prompt=request.form["undo_prompt"])
    else:
        prompt = request.form["prompt"]
        form = values.form(prompt=prompt + " Slow dolly in, soft key light.", undo_prompt=prompt)
    return render_template("studio/_prompt_box.html", form=form)


@studio.post("/create/reference")
def upload() -> str:
    """The chosen picture."""
    return render_template("studio/_reference.html", reference=values.reference(), roles=values.form().roles)


@studio.get("/create/history")
def history() -> str:
    """Own images to choose from."""
    cards = tuple(values.image_card(n) for n in (4, 7, 8, 2, 3))
    return render_template("studio/_history.html", cards=cards, query=request.args.get("q", ""), after=None)


@studio.route("/creations/<uuid:id>/publish", methods=["GET", "POST"])
def publish(id: uuid.UUID) -> str | Response:
    """The dialog; a caption of over 300 characters is refused."""
    if request.method == "GET":
        return render_template("studio/_publish_form.html", form=values.publish_form())
    if len(request.form["caption"]) > 300:
        form = values.publish_form(caption=request.form["caption"], errors={"caption": "At most 300 characters."})
        return Response(render_template("studio/_publish_form.html", form=form), 422)
    return Response(
        "<hx-partial hx-target='#toasts' hx-swap='beforeend'><div class='toast'><p>Published.</p></div></hx-partial>",
        headers={"HX-Trigger": "modal-close"},
    )


@studio.post("/creations/<uuid:id>/suggest")
def suggest_words(id: uuid.UUID) -> str:
    """A sentence for the caption or the description, or the old one."""
    name = request.form.get("undo") or request.form["suggest"]
    old = request.form.get(f"undo_{name}", "")
    if "undo" in request.form:
        form = values.publish_form(**{name: old}, focus=name)
    else:
        form = values.publish_form(**{name: "A lighthouse at dusk."}, undo={name: request.form[name]}, focus=name)
    return render_template("studio/_publish_field.html", form=form, name=name)


def _problem(words: str, status: int) -> tuple[str, int]:
    return render_template("errors/_error.html", words=words, request_id="7f3a", retry_after=None), status
