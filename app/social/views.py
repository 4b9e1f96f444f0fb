"""The public pages: landing, Explore, posts, profiles; and liking."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, request, url_for
from flask_login import current_user
from sqlalchemy import func, select

from app.accounts.models import User
from app.accounts.sessions import members_only
from app.creations.models import IS_PUBLISHED, Creation
from app.errors import Invalid, NotFound
from app.extensions import db
from app.social import feeds, service
from app.social.shapes import ProfileHead, Tile
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
    tile = _post(id)
    newer, older = feeds.neighbours(tile.published_at, tile.id)
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
        return show("social/_like.html", tile=_post(id), signed_in=True)
    return redirect_to(url_for("social.post", id=id))


@bp.get("/u/<username>")
def profile(username: str) -> Response:
    row = db.session.execute(
        select(User.id, User.username, User.bio, User.created_at).where(
            User.username == username.lower(), User.deleted_at.is_(None), User.suspended_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    works, likes = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Creation.like_count), 0)).where(
            Creation.user_id == row.id, IS_PUBLISHED
        )
    ).one()
    head = ProfileHead(
        username=row.username,
        bio=row.bio,
        joined_at=row.created_at,
        works=works,
        likes=likes,
        is_me=current_user.is_authenticated and current_user.id == row.id,
    )
    feed = feeds.profile(_viewer(), row.id, after=request.args.get("after", ""), page=_page())
    return show(
        "social/profile.html",
        part="social/_tiles.html",
        head=head,
        feed=feed,
        kind="all",
        query="",
        signed_in=current_user.is_authenticated,
    )


def _post(id: uuid.UUID) -> Tile:
    tile = feeds.post(_viewer(), id)
    if tile is None:
        raise NotFound
    return tile


def _viewer() -> uuid.UUID | None:
    return current_user.id if current_user.is_authenticated else None


def _page() -> int:
    text = request.args.get("page", "1")
    return min(int(text), MOST_PAGES) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
