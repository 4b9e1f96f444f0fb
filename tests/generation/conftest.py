"""The engine turns on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.extensions import db
from tests.database.both import ada, bob, database_url, hands

__all__ = ["ada", "bob", "database_url", "hands"]


@pytest.fixture
def in_app(app: Flask) -> Iterator[None]:
    """The application's context around a whole test."""
    with app.app_context():
        yield
        db.session.remove()
