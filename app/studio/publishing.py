"""The publish dialog, and taking a creation back."""

from __future__ import annotations

import uuid

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.sessions import members_only
from app.creations import service
from app.creations.models import Creation
from app.errors import Conflict, Invalid
from app.settings import store
from app.studio import cards
from app.studio.shapes import PublishForm
from app.studio.views import bp
from app.web.answers import is_fragment, partial, partials, redirect_to, show
from app.web.input import clean_text, field
from app.web.limits import limited


@bp.get("/creations/<uuid:id>/publish")
@members_only
def publish(id: uuid.UUID) -> Response:
    creation = service.own(current_user.id, id)
    if not creation.is_playable:
        raise Conflict("It can be published once it is ready.")
    words = service.Words(creation.caption, creation.alt_text or creation.prompt[: service.ALT_MAX], True)
    if creation.state == "published":
        words = service.Words(creation.caption, creation.alt_text, creation.shows_prompt)
    return _form(creation, words)


@bp.post("/creations/<uuid:id>/publish")
@members_only
@limited("likes")
def send_publish(id: uuid.UUID) -> Response:
    creation = service.own(current_user.id, id)
    words = _sent(creation)
    try:
        service.publish(current_user.id, id, words)
    except Invalid as error:
        return _form(creation, words, error.errors, error.status)
    post = url_for("social.post", id=id)
    if not is_fragment():
        return redirect_to(post)
    card = cards.card_of(service.own(current_user.id, id))
    response = partials(
        partial(f".card#creation-{id}", "studio/_card.html", card=card),
        partial(f".status#creation-{id}", "studio/_status.html", card=card),
        partial("#toasts", "realtime/_toast.html", swap="beforeend", words="Published.", url=post, action="View"),
    )
    response.headers["HX-Trigger"] = "modal-close"
    return response


@bp.post("/creations/<uuid:id>/unpublish")
@members_only
@limited("likes")
def unpublish(id: uuid.UUID) -> Response:
    service.unpublish(current_user.id, id)
    if is_fragment():
        return show("studio/_card.html", card=cards.card_of(service.own(current_user.id, id)))
    return redirect_to(url_for("studio.creation", id=id))


def _sent(creation: Creation) -> service.Words:
    """What the form said. A description that only repeats a prompt which is kept back is not said either."""
    alt_text, shows_prompt = field(request.form, "alt_text", lines=False), bool(request.form.get("shows_prompt"))
    if not shows_prompt and alt_text and clean_text(creation.prompt, lines=False).startswith(alt_text):
        alt_text = ""
    return service.Words(field(request.form, "caption"), alt_text, shows_prompt)


def _form(
    creation: Creation, words: service.Words, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    form = PublishForm(
        card=cards.card_of(creation),
        caption=words.caption,
        caption_max=store.current().caption_max_chars,
        alt_text=words.alt_text,
        alt_max=service.ALT_MAX,
        shows_prompt=words.shows_prompt,
        errors=errors or {},
    )
    return show("studio/publish.html", part="studio/_publish_form.html", status=status, form=form)
