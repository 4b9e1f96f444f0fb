"""Drafts, and what an owner does with one creation."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, request, url_for
from flask_login import current_user
from markupsafe import Markup

from app.accounts.sessions import members_only
from app.creations import service
from app.errors import Conflict, Invalid
from app.generation import settling
from app.studio import cards, forms, queries
from app.web.answers import is_fragment, partial, partials, redirect_to, show
from app.web.limits import limited

bp = Blueprint("studio", __name__)


@bp.get("/drafts")
@members_only
def drafts() -> Response:
    kind = _kind()
    rows, after = queries.drafts(current_user.id, kind, request.args.get("after", ""))
    return show(
        "studio/drafts.html",
        part="studio/_cards.html",
        cards=cards.cards_of(rows),
        kind=kind,
        after=after,
        samples=forms.SAMPLE_PROMPTS,
    )


@bp.get("/creations/<uuid:id>")
@members_only
def creation(id: uuid.UUID) -> Response:
    card = cards.card_of(service.own(current_user.id, id))
    return show("studio/creation.html", part="studio/_status.html", card=card)


@bp.post("/creations/<uuid:id>/retry")
@members_only
def retry(id: uuid.UUID) -> Response:
    """Open Create with everything filled in: the new charge is shown before it is made (JOB-14)."""
    service.own(current_user.id, id)
    return redirect_to(url_for("studio.create", relation="retry", parent_id=id))


@bp.post("/creations/<uuid:id>/cancel")
@members_only
@limited("likes")
def cancel(id: uuid.UUID) -> Response:
    cancelled = settling.cancel(current_user.id, id)
    if not cancelled and service.own(current_user.id, id).error_code != "cancelled":
        raise Conflict("It has already been sent, so it can no longer be cancelled.")
    return _card_or(id, url_for("studio.drafts"))


@bp.post("/creations/<uuid:id>/delete")
@members_only
@limited("likes")
def delete(id: uuid.UUID) -> Response:
    service.delete(current_user.id, id)
    if not is_fragment():
        return redirect_to(url_for("studio.drafts"))
    gone = Markup('<hx-partial hx-target="#creation-{}" hx-swap="delete"></hx-partial>').format(id)
    words = {"words": "Deleted.", "url": None, "action": None}
    return partials(gone, partial("#toasts", "realtime/_toast.html", swap="beforeend", **words))


def _card_or(id: uuid.UUID, otherwise: str) -> Response:
    if is_fragment():
        return show("studio/_card.html", card=cards.card_of(service.own(current_user.id, id)))
    return redirect_to(otherwise)


def _kind() -> str:
    kind = request.args.get("kind", "all")
    if kind not in ("all", "image", "video"):
        raise Invalid({"kind": "Choose all, image or video."})
    return kind
