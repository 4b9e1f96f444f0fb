"""The API's blueprint with all its routes."""

from app.api import models, views

ROUTES = (views, models)
bp = views.bp
"""What the application adds."""
