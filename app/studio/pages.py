"""The studio's blueprint with all its routes."""

from __future__ import annotations

from app.studio import creating, publishing, records, rewording, views

ROUTES = (views, creating, rewording, publishing, records)
bp = views.bp
