"""Models are kept in both databases."""

import pytest

from app.catalogue import store as models
from app.extensions import db
from app.settings import store as settings
from tests.database.both import ada, bob, database_url, hands

__all__ = ["ada", "bob", "database_url", "hands"]


@pytest.fixture
def inside(app):
    """The application's context, for the whole test, and nothing read before it."""
    with app.app_context():
        models.forget()
        yield
        db.session.remove()
        models.forget()
        settings.forget()
