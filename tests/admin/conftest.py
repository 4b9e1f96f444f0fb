"""Somebody who runs the site."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.access.roles import log_in
from tests.people import Person


@pytest.fixture
def admin(app: Flask, ada: Person) -> Person:
    """The first account, which is an admin's in development."""
    return log_in(app, "first")
