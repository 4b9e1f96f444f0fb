"""The dashboard's blueprint with all its routes."""

from __future__ import annotations

from app.admin import model_files, model_views, views
from app.admin.guard import bp

__all__ = ["ROUTES", "bp"]
ROUTES = (views, model_views, model_files)
