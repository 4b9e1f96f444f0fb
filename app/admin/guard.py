"""Who may see the dashboard: admins. To everyone else it does not exist."""

from __future__ import annotations

from flask import Blueprint
from flask_login import current_user

from app.errors import NotFound

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.before_request
def admins_only() -> None:
    """Default deny, for every route of the blueprint."""
    if not (current_user.is_authenticated and current_user.is_admin):
        raise NotFound
