"""Create, Drafts and what an owner does with one creation."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_login import current_user, login_required
from werkzeug.datastructures import MultiDict

from app.creations import references, service
from app.creations.models import Creation
from app.errors import Conflict, Invalid, KinoraError, NotEnoughCredits
from app.generation import catalogue, orders, settling, starting
from app.providers.base import Kind, ProviderError
from app.settings import store
from app.studio import cards, forms, queries
from app.web.answers import is_fragment, partial, partials, redirect_to, show
from app.web.input import clean_text
from app.web.limits import limited

bp = Blueprint("studio", __name__)

_FIELDS = ("kind", "prompt", "negative_prompt", "aspect_ratio", "duration", "resolution", "parent_id", "relation")


@bp.get("/create")
@login_required
def create() -> Response:
    values = MultiDict(request.args.items(multi=True))
    source = values.get("from") or values.get("animate")
    if source:
        _start_from(source, values)
    return _create_page(values)


@bp.post("/create")
@login_required
@limited("generations")
def send() -> Response:
    values = _sent()
    try:
        _take_file(values)
        order = orders.read(_order_values(values))
        started = starting.start(
            current_user.id,
            order,
            key=values.get("idempotency_key") or uuid.uuid4().hex,
            quote=values.get("quote", ""),
        )
    except NotEnoughCredits as error:
        return _create_page(values, errors={"": error.words}, status=error.status)
    except Invalid as error:
        return _create_page(values, errors=error.errors, status=error.status)
    except KinoraError as error:
        return _create_page(values, errors={"": error.words}, status=error.status)
    if order.kind == Kind.IMAGE and is_fragment():
        return _in_place(started.creation_id, values)
    if order.kind == Kind.IMAGE:
        return redirect_to(url_for("studio.creation", id=started.creation_id))
    return redirect_to(url_for("studio.drafts"))


@bp.get("/create/cost")
@login_required
def cost() -> Response:
    ticket = forms.ticket(current_user.id, request.args)
    if is_fragment():
        return show("studio/_ticket.html", ticket=ticket)
    return redirect_to(url_for("studio.create", **{k: v for k, v in request.args.items() if k in _FIELDS}))


@bp.post("/create/optimise")
@login_required
@limited("uploads")
def optimise() -> Response:
    """Rewrite the prompt in place; whatever happens, what was typed stays (PRM-01)."""
    values = _sent()
    typed = values.get("prompt", "")
    errors = {}
    try:
        values["prompt"] = _improved(typed, Kind(values.get("kind", "video")))
    except (KinoraError, ProviderError, ValueError) as error:
        errors["prompt"] = error.words if isinstance(error, KinoraError) else "The prompt could not be rewritten now."
    changed = values["prompt"] != typed
    form = forms.create_form(current_user.id, values, errors=errors, undo_prompt=typed if changed else None)
    if is_fragment():
        return show("studio/_prompt_box.html", form=form, status=422 if errors else 200)
    return _create_page(values, errors=errors, undo_prompt=typed if changed else None)


@bp.post("/create/reference")
@login_required
@limited("uploads")
def upload() -> Response:
    """Take a reference image in and answer with its fragment (CRE-07)."""
    file = request.files.get("reference")
    if file is None:
        raise Invalid({"reference": "Choose a picture."})
    row = references.take(current_user.id, file.stream, clean_text(file.filename or "picture", lines=False))
    return show("studio/_reference.html", reference=forms.reference_choice(row), index=0, status=201)


@bp.get("/drafts")
@login_required
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
@login_required
def creation(id: uuid.UUID) -> Response:
    card = cards.card_of(service.own(current_user.id, id))
    return show("studio/creation.html", part="studio/_status.html", card=card)


@bp.post("/creations/<uuid:id>/retry")
@login_required
def retry(id: uuid.UUID) -> Response:
    """Open Create with everything filled in: the new charge is shown before it is made (JOB-14)."""
    service.own(current_user.id, id)
    return redirect_to(url_for("studio.create", **{"from": id, "relation": "retry"}))


@bp.post("/creations/<uuid:id>/cancel")
@login_required
@limited("likes")
def cancel(id: uuid.UUID) -> Response:
    if not settling.cancel(current_user.id, id):
        raise Conflict("It has already been sent, so it can no longer be cancelled.")
    return _card_or(id, url_for("studio.drafts"))


@bp.route("/creations/<uuid:id>/delete", methods=["GET", "POST"])
@login_required
@limited("likes")
def delete(id: uuid.UUID) -> Response:
    if request.method == "GET":
        card = cards.card_of(service.own(current_user.id, id))
        return show("studio/delete.html", part="studio/_delete_form.html", card=card)
    service.delete(current_user.id, id)
    if is_fragment():
        response = show("realtime/_toast_partial.html", words="Deleted.", url=None, action=None, gone=id)
        response.headers["HX-Trigger"] = "modal-close"
        return response
    return redirect_to(url_for("studio.drafts"))


def _card_or(id: uuid.UUID, otherwise: str) -> Response:
    if is_fragment():
        return show("studio/_card.html", card=cards.card_of(service.own(current_user.id, id)))
    return redirect_to(otherwise)


def _create_page(
    values: MultiDict[str, str],
    *,
    errors: dict[str, str] | None = None,
    undo_prompt: str | None = None,
    status: int = 200,
) -> Response:
    form = forms.create_form(current_user.id, values, errors=errors, undo_prompt=undo_prompt)
    recent = cards.cards_of(queries.recent_images(current_user.id, 5))
    return show(
        "studio/create.html", part="studio/_brief_form.html", status=status, form=form, recent=recent, card=None
    )


def _in_place(id: uuid.UUID, values: MultiDict[str, str]) -> Response:
    """The live card instead of the preview frame, and a form with a fresh key to go on with."""
    values.pop("idempotency_key", None)
    values.poplist("reference_id")
    form = forms.create_form(current_user.id, values)
    card = cards.card_of(service.own(current_user.id, id))
    return partials(
        partial("#preview", "studio/_preview_card.html", swap="innerHTML", card=card),
        partial("#brief-form", "studio/_brief_form.html", swap="outerHTML", form=form),
    )


def _sent() -> MultiDict[str, str]:
    values: MultiDict[str, str] = MultiDict(request.form.items(multi=True))
    for name in ("prompt", "negative_prompt"):
        if values.get(name):
            values[name] = values[name].replace("\r\n", "\n")
    return values


def _take_file(values: MultiDict[str, str]) -> None:
    """Without script the picture comes along with the form; it stays chosen when something else is wrong."""
    for file in request.files.getlist("reference"):
        if file.filename:
            row = references.take(current_user.id, file.stream, clean_text(file.filename, lines=False))
            values.add("reference_id", str(row.id))


def _order_values(values: MultiDict[str, str]) -> dict[str, Any]:
    chosen = forms.ids_of(values)
    roles = values.getlist("reference_role")
    known = {row.id for row in references.unused(current_user.id, chosen)}
    sent: dict[str, Any] = {name: values.get(name, "") for name in _FIELDS}
    sent["references"] = [
        {"id": id, "role": roles[i] if i < len(roles) else ""} for i, id in enumerate(chosen) if id in known
    ]
    return sent


def _start_from(source: str, values: MultiDict[str, str]) -> None:
    """Fill the form from an earlier creation: try again, animate an image, or another like it."""
    try:
        old = service.own(current_user.id, uuid.UUID(source))
    except ValueError:
        return
    if "animate" in values:
        row = references.borrow(current_user.id, old.id)
        values.setlist("reference_id", [str(row.id)])
        values.update({"kind": "video", "parent_id": str(old.id), "relation": "animate"})
        values.setdefault("aspect_ratio", old.aspect_ratio)
        return
    _fill(values, old)
    values.setlist("reference_id", [str(row.id) for row in references.again(current_user.id, old.id)])


def _fill(values: MultiDict[str, str], old: Creation) -> None:
    for name in ("kind", "prompt", "negative_prompt", "aspect_ratio", "duration", "resolution"):
        if getattr(old, name) is not None and name not in values:
            values[name] = str(getattr(old, name))
    values["parent_id"] = str(old.id)
    values.setdefault("relation", "variation")


def _improved(prompt: str, kind: Kind) -> str:
    prompt = clean_text(prompt)
    if not prompt:
        raise Invalid({"prompt": "Write a few words first."})
    found = catalogue.writer()
    if found is None:
        raise Invalid({"prompt": "Rewriting is not available right now."})
    writer, model = found
    return writer.improve(prompt, kind, model, store.current().prompt_max_chars)


def _kind() -> str:
    kind = request.args.get("kind", "all")
    if kind not in ("all", "image", "video"):
        raise Invalid({"kind": "Choose all, image or video."})
    return kind
