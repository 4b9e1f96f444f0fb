"""The dashboard's pages."""

from __future__ import annotations

import uuid

from flask import Response, request, url_for
from flask_login import current_user

from app.admin import figures
from app.admin import people as room
from app.admin.guard import bp
from app.admin.shapes import SettingField, SettingsPage
from app.errors import Invalid
from app.generation import catalogue, prices
from app.settings import store
from app.settings.catalogue import Settings, type_name
from app.web.answers import redirect_to, show
from app.web.input import clean_text

_SWITCHES = {"image": "image_generation_enabled", "video": "video_generation_enabled"}


@bp.get("")
def overview() -> Response:
    return show("admin/overview.html", overview=figures.overview())


@bp.get("/people")
def people() -> Response:
    query = clean_text(request.args.get("q", ""), lines=False)[:100]
    return show("admin/people.html", people=room.people(query, request.args.get("after", "")), errors={})


@bp.post("/people/<uuid:id>/grant")
def grant(id: uuid.UUID) -> Response:
    sent = request.form.get("credits", "").strip()
    credits = int(sent) if sent.removeprefix("-").isdecimal() and sent.isascii() and len(sent) < 12 else 0
    why = clean_text(request.form.get("why", ""), lines=False)
    try:
        room.grant(current_user.id, id, credits, why, key=request.form.get("key") or uuid.uuid4().hex)
    except Invalid as error:
        page = room.people("", "")
        return show("admin/people.html", status=error.status, people=page, errors={str(id): error.words})
    return redirect_to(url_for("admin.people", q=request.form.get("q") or None))


@bp.get("/settings")
def settings() -> Response:
    return _settings_page(store.current(), {}, {})


@bp.post("/settings")
def send_settings() -> Response:
    values = {key: request.form[key] for key in Settings.model_fields if key in request.form}
    values |= {key: "true" if value == "on" else value for key, value in values.items() if type_name(key) == "boolean"}
    try:
        store.change(values, actor_id=current_user.id, reason=clean_text(request.form.get("reason", "")))
    except Invalid as error:
        return _settings_page(store.current(), values, error.errors, error.status)
    return redirect_to(url_for("admin.settings", saved=1))


@bp.post("/switch")
def switch() -> Response:
    """Stop or allow new creations of a kind (LIM-03). What is being made already runs on."""
    kind, on = request.form.get("kind", ""), request.form.get("on", "")
    reason = clean_text(request.form.get("reason", ""))
    errors = {}
    if kind not in _SWITCHES or on not in ("0", "1"):
        errors["kind"] = "Choose what to switch."
    elif on == "0" and not reason:
        errors["reason"] = "Say why: it is kept in the audit log."
    if errors:
        raise Invalid(errors)
    store.change({_SWITCHES[kind]: "true" if on == "1" else "false"}, actor_id=current_user.id, reason=reason)
    return redirect_to(url_for("admin.overview"))


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
                choices=_choices(key),
            )
        )
    model = catalogue.model_for("video")
    durations, resolutions = (model.durations, model.resolutions) if model else ((4, 6, 8), ("720p", "1080p"))
    page = SettingsPage(
        sections=tuple((title, tuple(fields)) for title, fields in sections.items()),
        prices=tuple(prices.video_table(now, durations, resolutions)),
        errors=errors,
    )
    return show("admin/settings.html", status=status, page=page, saved="saved" in request.args and not errors)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def _choices(key: str) -> tuple[str, ...]:
    if key == "video_pricing_mode":
        return ("per_second", "flat")
    if key.endswith("_provider"):
        return ("", *catalogue.registry().names())
    return ()
