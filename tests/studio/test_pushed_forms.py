"""The forms on a card that comes by push, which is drawn outside of any request."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import select

from app.accounts.models import Session
from app.extensions import db
from app.realtime.hooks import Viewer
from tests import engine
from tests.people import Person


def test_they_are_taken_from_the_session_that_was_drawn_for_and_from_no_other(
    app: Flask, ada: Person, bob: Person
) -> None:
    """With the token that its pages have too (SEC-03)."""
    with app.app_context():
        viewer = Viewer(ada.id, db.session.scalar(select(Session.id).where(Session.user_id == ada.id)))
        creation_id = engine.ask(ada.id)
        db.session.remove()
    push = app.extensions["kinora_channel"].hooks.changes(viewer, 0)
    tokens = set(re.findall(r'name="csrf_token" value="([^"]+)"', push.content))
    assert len(tokens) == 1
    path, form = f"/creations/{creation_id}/cancel", {"csrf_token": tokens.pop()}
    assert f'action="{path}"' in push.content
    assert bob.post(path, form).status_code == 400
    assert ada.post(path, form).status_code == 303
