"""The publish dialog, and taking a creation back."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.sessions import members_only
from app.catalogue import choosing
from app.creations import service, wording
from app.creations.models import Creation
from app.errors import Conflict, Invalid, KinoraError
from app.providers.base import Task
from app.settings import store
from app.studio import cards
from app.studio.shapes import PublishForm
from app.studio.views import bp
from app.web.answers import is_fragment, partial, partials, redirect_to, show
from app.web.input import clean_text, field
from app.web.limits import hit, limited

_TASKS = {"caption": Task.CAPTION, "alt_text": Task.ALT_TEXT}
"""The texts about a work, and what is asked of the text model for each."""


@bp.get("/creations/<uuid:id>/publish")
@members_only
def publish(id: uuid.UUID) -> Response:
    creation = _ready(id)
    words = service.Words(creation.caption, creation.alt_text or creation.prompt[: service.ALT_MAX], True)
    if creation.state == "published":
        words = service.Words(creation.caption, creation.alt_text, creation.shows_prompt)
    return _page(_form(creation, words))


@bp.post("/creations/<uuid:id>/publish")
@members_only
@limited("likes")
def send_publish(id: uuid.UUID) -> Response:
    creation = service.own(current_user.id, id)
    words = _sent(creation)
    try:
        service.publish(current_user.id, id, words)
    except Invalid as error:
        return _page(_form(creation, words, errors=error.errors, focus=next(iter(error.errors))), error.status)
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


@bp.post("/creations/<uuid:id>/suggest")
@members_only
def suggest_words(id: uuid.UUID) -> Response:
    """Put a caption or a description in place, or the words of before; whatever happens, nothing typed is lost."""
    creation = _ready(id)
    name = request.form.get("undo") or request.form.get("suggest", "")
    if name not in _TASKS:
        raise Invalid({"": "Choose what to write."})
    typed, undo, errors = _texts(""), _texts("undo_"), dict[str, str]()
    old = typed.get(name, "")
    if "undo" in request.form:
        typed[name] = undo.pop(name, old)
    else:
        try:
            hit("texts", current_user.id)
            typed[name] = wording.suggested(_TASKS[name], creation)
        except KinoraError as error:
            errors[name] = error.words
        if typed.get(name, "") != old:
            undo[name] = old
    words = service.Words(typed.get("caption", ""), typed.get("alt_text", ""), bool(request.form.get("shows_prompt")))
    form = _form(creation, words, errors=errors, undo=undo, focus=name)
    status = 422 if errors else 200
    if is_fragment():
        return show("studio/_publish_field.html", form=form, name=name, status=status)
    return _page(form, status)


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


def _ready(id: uuid.UUID) -> Creation:
    creation = service.own(current_user.id, id)
    if not creation.is_playable:
        raise Conflict("It can be published once it is ready.")
    return creation


def _texts(prefix: str) -> dict[str, str]:
    """The texts that came along under names with this prefix, as they were typed."""
    sent = {name: request.form.get(f"{prefix}{name}") for name in _TASKS}
    return {name: text.replace("\r\n", "\n") for name, text in sent.items() if text is not None}


def _form(creation: Creation, words: service.Words, **more: Any) -> PublishForm:
    return PublishForm(
        card=cards.card_of(creation),
        caption=words.caption,
        caption_max=store.current().caption_max_chars,
        alt_text=words.alt_text,
        alt_max=service.ALT_MAX,
        shows_prompt=words.shows_prompt,
        can_suggest=choosing.writer() is not None,
        **more,
    )


def _page(form: PublishForm, status: int = 200) -> Response:
    return show("studio/publish.html", part="studio/_publish_form.html", status=status, form=form)
