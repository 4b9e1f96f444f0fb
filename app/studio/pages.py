"""The studio's blueprint with all its routes."""

from __future__ import annotations

from app.studio import publishing, records, views

ROUTES = (views, publishing, records)
bp = views.bp
