"""The list of models as a file: downloaded, looked through and loaded (PRV-04)."""

from __future__ import annotations

import json

from flask import Response, flash, request, url_for
from flask_login import current_user

from app.admin import model_form
from app.admin.guard import bp
from app.admin.model_views import LONGEST_REASON, SAY_WHY
from app.catalogue import loading, store
from app.errors import Conflict, Invalid
from app.web.answers import redirect_to, show
from app.web.input import field


@bp.get("/models/export")
def export_models() -> Response:
    text = loading.dump(one.model for one in store.listings())
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="kinora-models.json"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/models/load")
def load_page() -> Response:
    return _show()


@bp.post("/models/load")
def load_models() -> Response:
    """Twice: a file is sent, and what it would change is shown; then that is confirmed."""
    file = request.files.get("file")
    confirmed = request.form.get("plan", "")
    data = file.read(loading.MOST_BYTES + 1) if file else request.form.get("entries", "").encode()
    try:
        plan = loading.plan(loading.read(data))
        reason = field(request.form, "why", lines=False)[:LONGEST_REASON]
        if not confirmed:
            return _show(plan, data)
        if not reason:
            return _show(plan, data, {"why": SAY_WHY}, Invalid.status)
        if confirmed != plan.version:
            return _show(plan, data, {"": Conflict.sentence}, Conflict.status)
        changed = store.put(plan.entries, actor_id=current_user.id, reason=reason, seen=plan.seen)
    except Invalid as error:
        return _show(errors=error.errors, status=error.status)
    except Conflict as error:
        store.forget()
        return _show(loading.plan(plan.entries), data, {"": error.words}, error.status)
    flash(f"{len(changed)} model{'' if len(changed) == 1 else 's'} changed.")
    return redirect_to(url_for("admin.models"))


def _show(
    plan: loading.Plan | None = None, data: bytes = b"", errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    return show(
        "admin/load_models.html",
        status=status,
        plan=plan,
        # Without what means nothing, so that the form that carries it stays within its limit.
        entries=json.dumps(json.loads(data), separators=(",", ":"), ensure_ascii=False) if plan else "",
        reason=request.form.get("why", ""),
        errors=errors or {},
        labels=model_form.LABELS,
        most_kb=loading.MOST_BYTES // 1000,
    )
