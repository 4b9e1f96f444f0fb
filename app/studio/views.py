"""Create, Drafts and what an owner does with one creation."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.accounts.sessions import members_only
from app.creations import references, service
from app.errors import Conflict, Invalid, KinoraError, NotEnoughCredits, NotFound
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
@members_only
def create() -> Response:
    values: MultiDict[str, str] = MultiDict(request.args.items(multi=True))
    _start_from(values)
    return _create_page(values)


@bp.post("/create")
@members_only
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
    if order.kind == "image" and is_fragment():
        return _in_place(started.creation_id, values)
    if order.kind == "image":
        return redirect_to(url_for("studio.creation", id=started.creation_id))
    return redirect_to(url_for("studio.drafts"))


@bp.get("/create/cost")
@members_only
def cost() -> Response:
    ticket = forms.ticket(current_user.id, request.args)
    if is_fragment():
        return show("studio/_ticket.html", ticket=ticket)
    chosen: dict[str, Any] = {name: value for name, value in request.args.items() if name in _FIELDS}
    return redirect_to(url_for("studio.create", **chosen))


@bp.post("/create/optimise")
@members_only
@limited("uploads")
def optimise() -> Response:
    """Rewrite the prompt in place; whatever happens, what was typed stays (PRM-01)."""
    values = _sent()
    typed = values.get("prompt", "")
    errors = {}
    if values.get("undo"):
        values["prompt"] = values.get("undo_prompt", typed)
        return _prompt_box(values)
    try:
        values["prompt"] = _improved(typed, Kind(values.get("kind", "video")))
    except (KinoraError, ProviderError, ValueError) as error:
        errors["prompt"] = error.words if isinstance(error, KinoraError) else "The prompt could not be rewritten now."
    changed = values["prompt"] != typed
    return _prompt_box(values, errors=errors, undo_prompt=typed if changed else None)


def _prompt_box(
    values: MultiDict[str, str], *, errors: dict[str, str] | None = None, undo_prompt: str | None = None
) -> Response:
    if not is_fragment():
        return _create_page(values, errors=errors, undo_prompt=undo_prompt)
    form = forms.create_form(current_user.id, values, errors=errors, undo_prompt=undo_prompt)
    return show("studio/_prompt_box.html", form=form, status=422 if errors else 200)


@bp.post("/create/reference")
@members_only
@limited("uploads")
def upload() -> Response:
    """Take a reference image in and answer with its fragment (CRE-07)."""
    file = request.files.get("reference")
    if file is not None and file.filename:
        picture = references.take(current_user.id, file.stream, clean_text(file.filename, lines=False))
        return show("studio/_reference.html", reference=forms.reference_choice(picture), index=0, status=201)
    found = references.find(current_user.id, forms.ids_of(_sent()))
    if not found:
        raise Invalid({"reference": "Choose a picture."})
    return show("studio/_reference.html", reference=forms.reference_choice(found[0]), index=0)


@bp.get("/create/history")
@members_only
def history() -> Response:
    """The person's own images, to choose a reference from (CRE-08)."""
    text = clean_text(request.args.get("q", ""), lines=False)[:100]
    rows, after = queries.images(current_user.id, text, request.args.get("after", ""))
    return show("studio/history.html", part="studio/_history.html", cards=cards.cards_of(rows), query=text, after=after)


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
    if not settling.cancel(current_user.id, id):
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
    """The live card instead of the preview frame, and a fresh key and quote to go on with."""
    return show(
        "studio/_started.html",
        card=cards.card_of(service.own(current_user.id, id)),
        ticket=forms.ticket(current_user.id, values),
        idempotency_key=uuid.uuid4().hex,
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
    sent: dict[str, Any] = {name: values.get(name, "") for name in _FIELDS}
    sent["references"] = [{"id": id, "role": values.get(f"role_{id}", "")} for id in forms.ids_of(values)]
    return sent


def _start_from(values: MultiDict[str, str]) -> None:
    """Fill the form from the creation it names: try again, animate an image, or another like it."""
    try:
        old = service.own(current_user.id, uuid.UUID(values.get("parent_id", "")))
    except (ValueError, NotFound):
        return
    if values.get("relation") == "animate":
        values["kind"] = "video"
        values.setlist("reference_id", [str(old.id)])
        values.setdefault("aspect_ratio", old.aspect_ratio)
        return
    for name in ("kind", "prompt", "negative_prompt", "aspect_ratio", "duration", "resolution"):
        if getattr(old, name) is not None:
            values.setdefault(name, str(getattr(old, name)))
    values.setdefault("relation", "variation")
    if not values.getlist("reference_id"):
        values.setlist("reference_id", [str(row.id) for row in references.of(old.id)])


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
