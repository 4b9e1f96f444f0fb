"""Kinora: make images and videos with AI, keep what you make, and show it to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.config import Config


def create_app(config: Config | None = None) -> Flask:
    """Wire the rooms together into one Flask application; without a config, the environment's."""
    # Imported here and not above: the supervisor and the assets need `app.config` alone, and start at once.
    from app.application import build
    from app.config import load

    return build(config or load())
