"""The Create page: the form, its price, the prompt helper, reference images and sending it all off."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from app.accounts.sessions import members_only
from app.creations import references, service, wording
from app.creations.models import ReferenceImage
from app.errors import Busy, Invalid, KinoraError
from app.generation import admission, keys, orders, starting
from app.providers.base import Kind
from app.studio import cards, fitting, forms, queries, rewording, tickets
from app.studio.views import bp
from app.web.answers import is_fragment, redirect_to, show
from app.web.input import field
from app.web.limits import hit, limited

_CHOICES = ("aspect_ratio", "duration", "resolution", "sound", "seed")
_FIELDS = ("kind", "prompt", "negative_prompt", *_CHOICES, "model", "parent_id", "relation")
_DRAWN = frozenset({"model", "prompt", "negative_prompt", "reference", *_CHOICES})
"""The fields that the form shows an error beside; what is wrong elsewhere is said on top."""


@bp.get("/create")
@members_only
def create() -> Response:
    values: MultiDict[str, str] = MultiDict(request.args.items(multi=True))
    forms.start_from(current_user.id, values)
    return _create_page(values)


@bp.post("/create")
@members_only
@limited("generations")
def send() -> Response:
    values = _sent()
    key = request.headers.get(keys.HEADER) or values.get("idempotency_key") or uuid.uuid4().hex
    made = queries.made_with(current_user.id, key) if _has_file() else None
    if made is not None:
        # The second of two clicks: its picture would be another upload, and the request another one.
        return _sent_off(made.id, made.kind, values, replayed=True)
    try:
        keys.checked(key)
        _take_file(values)
        order = orders.read(_order_values(values))
        started = starting.start(current_user.id, order, key=key, quote=values.get("quote", ""))
    except KinoraError as error:
        return _refused(values, error)
    return _sent_off(started.creation_id, order.kind, values, replayed=started.replayed)


@bp.get("/create/cost")
@members_only
def cost() -> Response:
    """The price, and what goes with what is chosen: all that changes with a choice, for htmx to put in place."""
    values: MultiDict[str, str] = MultiDict(request.args.items(multi=True))
    if is_fragment():
        form = forms.create_form(current_user.id, values)
        return show("studio/_choices.html", form=form, switched=values.get("drawn_for") != form.drawn_for)
    chosen: dict[str, Any] = {name: value for name, value in values.items() if name in _FIELDS}
    return redirect_to(url_for("studio.create", **chosen, reference_id=forms.ids_of(values)))


@bp.post("/create/choices")
@members_only
@limited("uploads")
def choices() -> Response:
    """The form again with the choices of what is chosen, for people without scripts; nothing is sent off."""
    values = _sent()
    try:
        _take_file(values)
    except KinoraError as error:
        return _refused(values, error)
    return _create_page(values)


@bp.post("/create/optimise")
@members_only
def optimise() -> Response:
    """Rewrite the prompt in place, or put the words there that were suggested; what was typed stays (PRM-01)."""
    values = _sent()
    typed = values.get("prompt", "")
    errors: dict[str, str] = {}
    if values.get("undo"):
        values["prompt"] = values.get("undo_prompt", typed)
        return _prompt_box(values, errors)
    if values.get("use"):
        values["prompt"] = values["use"]
        return _prompt_box(values, errors, undo_prompt=typed)
    try:
        # Here, and not before the view: without scripts a page of its own about the limit would lose the form.
        hit("texts", current_user.id)
        kind = Kind.IMAGE if values.get("kind") == "image" else Kind.VIDEO
        values["prompt"] = wording.improved(field(values, "prompt"), kind)
    except KinoraError as error:
        errors["prompt"] = error.words
    changed = not errors and values["prompt"] != typed
    note = "" if changed or errors else "Nothing to add: it says all it needs."
    return _prompt_box(values, errors, undo_prompt=typed if changed else values.get("undo_prompt"), note=note)


@bp.post("/create/reference")
@members_only
@limited("uploads")
def upload() -> Response:
    """Take a reference image in and answer with its fragment (CRE-07)."""
    file = request.files.get("reference")
    if file is not None and file.filename:
        admission.check_storage()
        picture = references.take(current_user.id, file.stream, _name_of(file.filename))
        return _reference(picture, 201)
    found = references.find(current_user.id, forms.ids_of(_sent()))
    if not found:
        raise Invalid({"reference": "Choose a picture."})
    return _reference(found[0], 200)


@bp.get("/create/history")
@members_only
def history() -> Response:
    """The person's own images, to choose a reference from (CRE-08)."""
    text = field(request.args, "q", lines=False)[:100]
    rows, after = queries.images(current_user.id, text, request.args.get("after", ""))
    return show("studio/history.html", part="studio/_history.html", cards=cards.cards_of(rows), query=text, after=after)


def _reference(picture: references.Picture | ReferenceImage, status: int) -> Response:
    """One picture for the form as it is now: what it can be for depends on the model."""
    roles = forms.roles_of(fitting.fit(request.form).model)
    return show("studio/_reference.html", reference=forms.reference_choice(picture), roles=roles, status=status)


def _create_page(values: MultiDict[str, str], *, status: int = 200, **shown: Any) -> Response:
    form = forms.create_form(current_user.id, values, **shown)
    recent = cards.cards_of(queries.recent_images(current_user.id, 5))
    declined = None if is_fragment() else rewording.declined(current_user.id, values, ask="reword" in request.args)
    page: dict[str, Any] = {"form": form, "recent": recent, "card": None, "declined": declined}
    return show("studio/create.html", part="studio/_brief_form.html", status=status, **page)


def _refused(values: MultiDict[str, str], error: KinoraError, **kept: Any) -> Response:
    """The form again with everything in it and the reason; nothing was charged, so it gets a fresh key."""
    errors = error.errors if isinstance(error, Invalid) else {"": error.words}
    errors = {"reference" if name == "references" else name: words for name, words in errors.items()}
    on_top = [words for name, words in errors.items() if name not in _DRAWN]
    shown = {name: words for name, words in errors.items() if name in _DRAWN}
    if on_top:
        shown[""] = " ".join(on_top)
    values.poplist("idempotency_key")
    if {"parent_id", "relation"} & errors.keys():
        for name in ("parent_id", "relation"):
            values.poplist(name)
    # Of all errors htmx only puts 422 into the page.
    response = _create_page(values, errors=shown, status=422 if is_fragment() else error.status, **kept)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _sent_off(id: uuid.UUID, kind: str, values: MultiDict[str, str], *, replayed: bool) -> Response:
    answer = _where_it_is(id, kind, values)
    if replayed:
        answer.headers[keys.REPLAYED] = "true"
    return answer


def _where_it_is(id: uuid.UUID, kind: str, values: MultiDict[str, str]) -> Response:
    """A video goes to Drafts; an image shows its live card in place, with a fresh key and quote to go on with."""
    if kind == "video":
        return redirect_to(url_for("studio.drafts"))
    if not is_fragment():
        return redirect_to(url_for("studio.creation", id=id))
    return show(
        "studio/_started.html",
        card=cards.card_of(service.own(current_user.id, id)),
        ticket=tickets.ticket(current_user.id, values, fitting.fit(values), forms.ids_of(values)),
        idempotency_key=uuid.uuid4().hex,
    )


def _prompt_box(
    values: MultiDict[str, str], errors: dict[str, str], *, undo_prompt: str | None = None, note: str = ""
) -> Response:
    status = 422 if errors else 200
    shown: dict[str, Any] = {"undo_prompt": undo_prompt, "prompt_note": note}
    if is_fragment():
        form = forms.create_form(current_user.id, values, errors=errors, **shown)
        return show("studio/_prompt_box.html", form=form, status=status)
    try:
        _take_file(values)
    except KinoraError as error:
        return _refused(values, error, **shown)
    return _create_page(values, errors=errors, status=status, **shown)


def _sent() -> MultiDict[str, str]:
    values: MultiDict[str, str] = MultiDict(request.form.items(multi=True))
    for name in ("prompt", "negative_prompt", "undo_prompt", "use"):
        if values.get(name):
            values[name] = values[name].replace("\r\n", "\n")
    return values


def _has_file() -> bool:
    return any(file.filename for file in request.files.getlist("reference"))


def _take_file(values: MultiDict[str, str]) -> None:
    """Without script the picture comes along with the form; it stays chosen when something else is wrong."""
    for file in request.files.getlist("reference"):
        if file.filename:
            admission.check_storage()
            try:
                row = references.take(current_user.id, file.stream, _name_of(file.filename))
            except Busy:
                raise
            except KinoraError as error:
                raise Invalid({"reference": error.words}) from error
            values.add("reference_id", str(row.id))


def _name_of(filename: str) -> str:
    return field({"reference": filename}, "reference", lines=False)


def _order_values(values: MultiDict[str, str]) -> dict[str, Any]:
    """What is asked for: what the form keeps for another model, and does not show, is left out."""
    unused = fitting.unused(fitting.fit(values).model)
    sent: dict[str, Any] = {name: values.get(name, "") for name in _FIELDS if name not in unused}
    sent["model"] = fitting.model_wanted(values)
    sent["references"] = [{"id": id, "role": values.get(f"role_{id}", "")} for id in forms.ids_of(values)]
    return sent
