"""A small app on a real SQLite file, and somebody in front of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.servers.postgres import postgres_server
from tests.web.small_app import Person, make_app, settings

__all__ = ["postgres_server"]


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return make_app(settings(tmp_path))


@pytest.fixture
def ada(app: Flask) -> Person:
    """The owner."""
    person = Person(app)
    assert person.sign_up("ada_l").status_code == 303
    return person


@pytest.fixture
def nobody(app: Flask) -> Person:
    """Somebody who is not logged in."""
    return Person(app)
