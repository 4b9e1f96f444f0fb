"""The studio's blueprint with all its routes."""

from __future__ import annotations

from app.studio import creating, publishing, records, views

ROUTES = (views, creating, publishing, records)
bp = views.bp
