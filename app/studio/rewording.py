"""Help for whoever was declined: what it was declined for, and other words for it (ERR-01, PRM-01)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.sessions import members_only
from app.catalogue import choosing
from app.creations import failures, service, wording
from app.creations.models import Creation
from app.creations.states import State
from app.errors import KinoraError, NotFound
from app.providers.base import Kind
from app.studio import cards, queries
from app.studio.shapes import Declined, Rewording
from app.studio.views import bp
from app.web.answers import is_fragment, redirect_to, show
from app.web.limits import hit


@bp.get("/create/rewording")
@members_only
def suggest() -> Response:
    """Other words for a creation that was declined. It costs nothing; without scripts it comes with the whole page."""
    refused = service.own(current_user.id, _id(request.args.get("parent_id", "")))
    if not is_fragment():
        return redirect_to(url_for("studio.create", relation="retry", parent_id=refused.id, reword=1))
    refusal = _refusal(refused)
    if refusal is None or not refusal.rewordable:
        raise NotFound
    return show("studio/_rewording.html", rewording=_reworded(refused, refusal))


def declined(user_id: uuid.UUID, values: Mapping[str, str], *, ask: bool) -> Declined | None:
    """What Create says when it is opened to try a creation again that was declined; `ask` for other words at once."""
    if values.get("relation") != "retry":
        return None
    old = queries.origin(user_id, values.get("parent_id", ""))
    refusal = _refusal(old) if old is not None and old.user_id == user_id else None
    if old is None or refusal is None:
        return None
    asks = refusal.rewordable and choosing.writer() is not None
    rewording = _reworded(old, refusal) if ask and asks else None
    return Declined(cards.card_of(old), refusal, asks, rewording)


def _refusal(creation: Creation) -> failures.Refusal | None:
    return failures.refusal(creation.error_code, creation.refusal) if creation.state == State.FAILED else None


def _reworded(creation: Creation, refusal: failures.Refusal) -> Rewording:
    """Whatever goes wrong, it is said in one quiet sentence: nobody came for this."""
    old, kind = creation.prompt, Kind(creation.kind)
    because = refusal.rule[0].lower() + refusal.rule[1:].rstrip(".")
    try:
        hit("texts", current_user.id)
        return Rewording(old, new=wording.reworded(old, kind, because))
    except wording.NotWritten:
        return Rewording(old, words="No better words came of it. Change what it was declined for, and try again.")
    except KinoraError as error:
        return Rewording(old, words=error.words)


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound from None
