"""A small app on a real SQLite file, and somebody in front of it: for the rooms `web` and `accounts`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask

from app.extensions import db
from tests.web.small_app import Person, make_app, settings


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with all tables, to be copied."""
    folder = tmp_path_factory.mktemp("small")
    app = make_app(settings(folder))
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return folder / "kinora.db"


@pytest.fixture
def app(tmp_path: Path, empty: Path) -> Flask:
    shutil.copy(empty, tmp_path / "kinora.db")
    return make_app(settings(tmp_path), tables=False)


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
