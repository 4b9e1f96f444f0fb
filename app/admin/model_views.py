"""The models' pages of the dashboard: read, changed, added and offered again (PRV-03, PRV-04, ADM-03)."""

from __future__ import annotations

from textwrap import shorten

from flask import Response, flash, request, url_for
from flask_login import current_user
from sqlalchemy import exists, select
from werkzeug.datastructures import MultiDict

from app.admin import margins, model_form, model_history, model_list
from app.admin.guard import bp
from app.admin.model_shapes import ModelForm, ModelPage
from app.catalogue import choosing, loading, store
from app.catalogue.differing import differences
from app.catalogue.entries import Entry
from app.catalogue.listing import Listing
from app.creations.models import Creation
from app.errors import Conflict, Invalid, NotFound
from app.extensions import db
from app.generation import breakers
from app.providers.base import Kind
from app.settings import store as settings_store
from app.upkeep import probing
from app.web.answers import redirect_to, show
from app.web.input import field

LONGEST_REASON = 200
_WORRIES_TOLD = 5
"""They are carried to the next page in a cookie, which has not much room."""
SAY_WHY = "Say why: it is kept in the history."


@bp.get("/models")
def models() -> Response:
    return show("admin/models.html", page=model_list.page())


@bp.get("/models/<provider>/<path:id>")
def model(provider: str, id: str) -> Response:
    return _page(_listing(provider, id))


@bp.post("/models/<provider>/<path:id>")
def change_model(provider: str, id: str) -> Response:
    one = _listing(provider, id)
    sent = MultiDict(request.form)
    sent["provider"], sent["id"], sent["kind"] = provider, id, one.model.kind
    try:
        entry, reason = _read(sent)
        store.put([entry], actor_id=current_user.id, reason=reason, seen={entry.name: request.form.get("seen", "")})
    except Invalid as error:
        return _page(one, sent, errors=error.errors, status=error.status)
    except Conflict as error:
        store.forget()
        return _page(_listing(provider, id), sent, newer=entry, status=error.status)
    flash("Saved.")
    return redirect_to(url_for("admin.model", provider=provider, id=id))


@bp.get("/models/new")
def new_model() -> Response:
    kind = request.args.get("kind", "")
    kind = kind if kind in {*Kind} else Kind.VIDEO
    like = request.args.get("like", "").partition("/")
    pattern = store.find(like[0], like[2])
    if pattern is None:
        return _new(kind, model_form.empty(kind))
    return _new(pattern.kind, model_form.filled(Entry.of(pattern)) | {"id": (), "label": ()})


@bp.post("/models/new")
def add_model() -> Response:
    sent = MultiDict(request.form)
    try:
        entry, reason = _read(sent)
        store.put([entry], actor_id=current_user.id, reason=reason, seen={entry.name: ""})
    except Invalid as error:
        errors = error.errors
    except Conflict:
        errors = {"id": "There is already a model of this name."}
    else:
        flash(f"{entry.label} was added.")
        return redirect_to(url_for("admin.model", provider=entry.provider, id=entry.id))
    kind = sent.get("kind", "")
    return _new(kind if kind in {*Kind} else Kind.VIDEO, model_form.sent(sent), errors, Invalid.status)


@bp.post("/models/reset")
def reset_model() -> Response:
    """Back to the built-in entry; one that was added is taken away, if nothing was made with it."""
    one = _named()
    if not one.built_in and not _can_remove(one):
        raise Invalid({"name": "Works were made with this model, so it stays in the list. Switch it off instead."})
    seen = {one.model.name: request.form.get("seen", "")}
    store.reset(one.model.provider, one.model.id, actor_id=current_user.id, reason=_reason(), seen=seen)
    if one.built_in:
        flash("The built-in entry is in force again.")
        return redirect_to(url_for("admin.model", provider=one.model.provider, id=one.model.id))
    flash(f"{one.model.label} was taken away.")
    return redirect_to(url_for("admin.models"))


@bp.post("/models/revive")
def revive_model() -> Response:
    """Offer a model again that its provider said was gone."""
    one = _named()
    if store.revive(one.model.provider, one.model.id, actor_id=current_user.id, reason=_reason()):
        flash(f"{one.model.label} is offered again.")
    return redirect_to(url_for("admin.model", provider=one.model.provider, id=one.model.id))


@bp.post("/models/preset")
def preset_model() -> Response:
    """Take a model when nobody chooses another one (PRV-03)."""
    model = _named().model
    if model not in choosing.offered(model.kind):
        raise Invalid({"name": "This model is not offered now, so nothing could be made with it."})
    values = {f"{model.kind}_provider": model.provider, f"{model.kind}_model": model.id}
    settings_store.change(values, actor_id=current_user.id, reason=f"Preset on the page of {model.name}")
    flash(f"{model.label} is taken now when nobody chooses another one.")
    return redirect_to(url_for("admin.model", provider=model.provider, id=model.id))


@bp.post("/models/ask")
def ask_providers() -> Response:
    """Read the providers' lists of models now, as it is done every night."""
    worries = probing.probe()
    flash("The providers' lists were read. " + ("Look at this:" if worries else "There is nothing to worry about."))
    for words in worries[:_WORRIES_TOLD]:
        flash(shorten(words, 200, placeholder=" …"))
    if len(worries) > _WORRIES_TOLD:
        flash(f"And {len(worries) - _WORRIES_TOLD} more, marked below.")
    return redirect_to(url_for("admin.models"))


def _listing(provider: str, id: str) -> Listing:
    found = store.listing(provider, id)
    if found is None:
        raise NotFound
    return found


def _named() -> Listing:
    provider, _, id = field(request.form, "name", lines=False).partition("/")
    return _listing(provider, id)


def _reason() -> str:
    reason = field(request.form, "why", lines=False)[:LONGEST_REASON]
    if not reason:
        raise Invalid({"why": SAY_WHY})
    return reason


def _read(sent: MultiDict[str, str]) -> tuple[Entry, str]:
    """The entry that was sent and why. Raises Invalid with everything that is wrong with either."""
    errors: dict[str, str] = {}
    try:
        entry = model_form.entry(sent)
        errors = loading.out_of_place(entry)
    except Invalid as error:
        errors = error.errors
    try:
        reason = _reason()
    except Invalid as error:
        errors |= error.errors
    if errors:
        raise Invalid(errors)
    return entry, reason


def _can_remove(one: Listing) -> bool:
    made_with = (Creation.provider == one.model.provider, Creation.model == one.model.id)
    return not one.built_in and not db.session.scalar(select(exists().where(*made_with)))


def _page(
    one: Listing,
    sent: MultiDict[str, str] | None = None,
    *,
    errors: dict[str, str] | None = None,
    newer: Entry | None = None,
    status: int = 200,
) -> Response:
    """A model's page: as it is, or with what was sent. `newer` is what was sent for an entry of before a change."""
    entry = Entry.of(one.model)
    # Who is told of a newer entry has seen it with that, and may save over it.
    seen = request.form.get("seen", "") if errors else entry.version
    fields = model_form.filled(entry) if sent is None else model_form.sent(sent)
    history = model_history.of(entry.name, request.args.get("after", ""))
    page = ModelPage(
        line=model_list.line(one, breakers.everywhere()),
        form=_form(one.model.kind, fields, errors or {}, seen, but=entry.name),
        margins=margins.table([one.model]),
        history=history,
        newer=None if newer is None else differences(entry.facts(), newer.facts()),
        newest=next(iter(history.changes), None),
        can_remove=_can_remove(one),
    )
    return show("admin/model.html", status=status, page=page, labels=model_form.LABELS)


def _new(
    kind: str, fields: dict[str, tuple[str, ...]], errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    form = _form(kind, fields, errors or {})
    return show("admin/new_model.html", status=status, form=form, labels=model_form.LABELS)


def _form(
    kind: str, fields: dict[str, tuple[str, ...]], errors: dict[str, str], seen: str = "", *, but: str = ""
) -> ModelForm:
    others = [one.model for one in store.listings() if one.model.kind == kind and one.model.name != but]
    return ModelForm(
        kind=kind,
        fields=fields,
        seen=seen,
        errors=errors,
        fallbacks=tuple((one.name, f"{one.label} ({one.name})") for one in others),
        providers=tuple((one, choosing.provider_label(one)) for one in choosing.registry().names()),
    )
