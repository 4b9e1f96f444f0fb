"""The dashboard's pages."""

from __future__ import annotations

import re
import uuid

from flask import Response, flash, request, url_for
from flask_login import current_user

from app.admin import figures
from app.admin import people as room
from app.admin.guard import bp
from app.admin.shapes import SettingField, SettingsPage
from app.catalogue import choosing
from app.catalogue import store as models
from app.errors import Invalid
from app.generation import prices
from app.providers.model import Model
from app.settings import store
from app.settings.catalogue import Settings, type_name
from app.web.answers import redirect_to, show
from app.web.input import field

_KEY = re.compile(r"[0-9a-f]{32}")
_LONGEST_REASON = 200
_SWITCHES = {"image": "image_generation_enabled", "video": "video_generation_enabled"}


@bp.get("")
def overview() -> Response:
    return show("admin/overview.html", overview=figures.overview())


@bp.get("/people")
def people() -> Response:
    query = field(request.args, "q", lines=False)[:100]
    return show("admin/people.html", people=room.people(query, request.args.get("after", "")), errors={})


@bp.post("/people/<uuid:id>/grant")
def grant(id: uuid.UUID) -> Response:
    sent = request.form.get("credits", "").strip()
    credits = int(sent) if sent.removeprefix("-").isdecimal() and sent.isascii() and len(sent) < 12 else 0
    key = request.form.get("key", "")
    try:
        why = field(request.form, "why", lines=False)
        balance = room.grant(current_user.id, id, credits, why, key=key if _KEY.fullmatch(key) else uuid.uuid4().hex)
    except Invalid as error:
        page = room.people("", "")
        return show("admin/people.html", status=error.status, people=page, errors={str(id): error.words})
    flash(f"{credits:+,} credits; there are {balance:,} now.")
    return redirect_to(url_for("admin.people", q=request.form.get("q") or None))


@bp.get("/settings")
def settings() -> Response:
    return _settings_page(store.current(), {}, {})


@bp.post("/settings")
def send_settings() -> Response:
    # A switch is a hidden "false" and after it, when it is on, a "true": the last one counts.
    values = {key: request.form.getlist(key)[-1] for key in Settings.model_fields if key in request.form}
    try:
        values = {key: field(values, key, lines=False) for key in values}
        store.change(values, actor_id=current_user.id, reason=field(request.form, "reason"))
    except Invalid as error:
        return _settings_page(store.current(), values, error.errors, error.status)
    flash("Saved.")
    return redirect_to(url_for("admin.settings"))


@bp.post("/switch")
def switch() -> Response:
    """Stop or allow new creations of a kind (LIM-03). What is being made already runs on."""
    kind, on = request.form.get("kind", ""), request.form.get("on", "")
    reason = field(request.form, "reason", lines=False)[:_LONGEST_REASON]
    errors = {}
    if kind not in _SWITCHES or on not in ("0", "1"):
        errors["kind"] = "Choose what to switch."
    elif on == "0" and not reason:
        errors["reason"] = "Say why: people see it, and it is kept in the audit log."
    if errors:
        raise Invalid(errors)
    values = {_SWITCHES[kind]: "true" if on == "1" else "false"} | _notice(kind, on == "1", reason)
    store.change(values, actor_id=current_user.id, reason=reason)
    flash(f"People can make {kind}s again." if on == "1" else f"No new {kind}s are made from now on.")
    return redirect_to(url_for("admin.overview"))


def _notice(kind: str, on: bool, reason: str) -> dict[str, str]:
    """The site's notice while a kind is off (ADM-04); a notice about anything else stays when it is on again."""
    begins = f"Making {kind}s is switched off for now:"
    if not on:
        return {"site_notice": f"{begins} {reason}"}
    return {"site_notice": ""} if store.current().site_notice.startswith(begins) else {}


def _settings_page(now: Settings, sent: dict[str, str], errors: dict[str, str], status: int = 200) -> Response:
    sections: dict[str, list[SettingField]] = {}
    for key, info in Settings.model_fields.items():
        sections.setdefault(info.title or "Other", []).append(
            SettingField(
                key=key,
                type=type_name(key),
                value=sent.get(key, _text(getattr(now, key))),
                default=_text(info.default),
                description=info.description or "",
                error=errors.get(key),
                choices=_choices(key, sent.get(key, _text(getattr(now, key)))),
            )
        )
    model = choosing.model_for("video")
    page = SettingsPage(
        sections=tuple((title, tuple(fields)) for title, fields in sections.items()),
        prices=tuple(prices.video_table(now, model)) if model else (),
        errors=errors | {"": "Nothing was saved. Look at the marked values again."} if errors else {},
    )
    return show("admin/settings.html", status=status, page=page)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)


def _choices(key: str, value: str) -> tuple[tuple[str, str], ...]:
    """What may be chosen for a setting, and what is chosen although it is not known (any more); empty: any text."""
    kind, _, what = key.partition("_")
    if key == "video_pricing_mode":
        return (("per_second", "Per second"), ("flat", "Flat"))
    if what == "provider":
        known = {name: choosing.provider_label(name) for name in choosing.registry().names()}
    elif what == "model":
        known = _models(kind)
    else:
        return ()
    strange = {} if value in known or not value else {value: f"{value} (unknown)"}
    return (("", "The first that is ready"), *known.items(), *strange.items())


def _models(kind: str) -> dict[str, str]:
    """The ids of the models of a kind, with their labels; one id may be had from several providers."""
    found: dict[str, list[Model]] = {}
    for one in models.listings():
        if one.model.kind == kind:
            found.setdefault(one.model.id, []).append(one.model)
    return {
        id: f"{same[0].label} ({', '.join(choosing.provider_label(one.provider) for one in same)}: {id})"
        for id, same in found.items()
    }
