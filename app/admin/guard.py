"""Who may see the dashboard: admins. To everyone else it does not exist."""

from __future__ import annotations

from flask import Blueprint, request
from flask_login import current_user
from werkzeug.exceptions import NotFound

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.before_app_request
def admins_only() -> None:
    """Default deny for every address below /admin, in the words of an address that there is none of.

    Asked before the router's own answers, which would tell by a 405 what there is.
    """
    below = request.path == bp.url_prefix or request.path.startswith(f"{bp.url_prefix}/")
    if below and not (current_user.is_authenticated and current_user.is_admin):
        raise NotFound
