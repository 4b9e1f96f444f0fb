"""Settings are kept in both databases."""

import pytest

from app.extensions import db
from app.settings import store
from tests.database.both import ada, bob, database_url, hands

__all__ = ["ada", "bob", "database_url", "hands"]


@pytest.fixture(autouse=True)
def _context(app):
    """The application's context, for the whole test."""
    with app.app_context():
        yield
        db.session.remove()
        store.forget()
