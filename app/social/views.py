"""The public pages: landing, Explore, posts, profiles; and liking."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from app.accounts.sessions import members_only
from app.errors import Invalid, NotFound
from app.social import feeds, service
from app.social.shapes import Tile
from app.web.answers import is_fragment, redirect_to, show
from app.web.input import field
from app.web.limits import limited

bp = Blueprint("social", __name__)

MOST_PAGES = 1000


@bp.get("/")
def home() -> Response:
    return show("social/home.html", featured=feeds.featured())


@bp.get("/explore")
def explore() -> Response:
    kind = request.args.get("kind", "all")
    if kind not in ("all", "image", "video"):
        raise Invalid({"kind": "Choose all, image or video."})
    text = field(request.args, "q", lines=False)[:100]
    feed = feeds.explore(_viewer(), kind=kind, text=text, after=request.args.get("after", ""), page=_page())
    return show(
        "social/explore.html",
        part="social/_tiles.html" if request.args.get("after") else "social/_feed.html",
        feed=feed,
        kind=kind,
        query=text,
        signed_in=current_user.is_authenticated,
    )


@bp.get("/p/<uuid:id>")
def post(id: uuid.UUID) -> Response:
    tile, newer, older = _post(id)
    return show(
        "social/post.html",
        part="social/_player.html",
        tile=tile,
        signed_in=current_user.is_authenticated,
        previous_id=newer,
        next_id=older,
    )


@bp.post("/p/<uuid:id>/like")
@members_only
@limited("likes")
def like(id: uuid.UUID) -> Response:
    wanted = request.form.get("liked", "")
    if wanted not in ("0", "1"):
        raise Invalid({"liked": "Send 1 to like, 0 to take it back."})
    service.like(current_user.id, id, liked=wanted == "1")
    if is_fragment():
        return show("social/_like.html", tile=_post(id)[0], signed_in=True)
    return redirect_to(url_for("social.post", id=id))


@bp.get("/u/<username>")
def profile(username: str) -> Response:
    found = feeds.profile(_viewer(), username.lower(), after=request.args.get("after", ""), page=_page())
    if found is None:
        raise NotFound
    head, feed = found
    return show(
        "social/profile.html",
        part="social/_tiles.html",
        head=head,
        feed=feed,
        kind="all",
        query="",
        signed_in=current_user.is_authenticated,
    )


def _post(id: uuid.UUID) -> tuple[Tile, uuid.UUID | None, uuid.UUID | None]:
    found = feeds.post(_viewer(), id)
    if found is None:
        raise NotFound
    return found


def _viewer() -> uuid.UUID | None:
    return current_user.id if current_user.is_authenticated else None


def _page() -> int:
    text = request.args.get("page", "1")
    return min(int(text), MOST_PAGES) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
