"""What people do about their own devices: list them, end them, change the password."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.accounts import queries, sessions
from app.accounts.models import User
from app.extensions import db
from tests.web.small_app import PASSWORD, Person


def _user(app, username: str = "ada_l") -> User:
    with app.app_context():
        return db.session.scalars(select(User).where(User.username == username)).one()


def test_a_new_password_ends_every_other_device(app, ada):
    phone, old = Person(app, agent="Phone"), ada.cookie()
    phone.log_in("ada_l")
    assert _change(ada, "wrong-wrong", "northern-violet-9").status_code == 422
    assert _change(ada, PASSWORD, "password1").status_code == 422
    assert phone.is_in()
    answer = _change(ada, PASSWORD, "northern-violet-9")
    assert (answer.status_code, answer.location) == (303, "/me/settings")
    assert ada.cookie() != old
    assert ada.is_in()
    assert not phone.is_in()
    assert Person(app).log_in("ada_l").status_code == 422
    assert Person(app).log_in("ada_l", password="northern-violet-9").status_code == 303


def _change(person: Person, current: str, new: str):
    data = {"current_password": current, "new_password": new}
    return person.post("/me/password", data, form="/me/settings")


def test_devices_are_listed_and_can_be_ended_one_by_one(app, ada):
    phone = Person(app, agent="Phone <script>\x07")
    phone.log_in("ada_l")
    page = ada.get("/me/settings").text
    assert "Phone &lt;script&gt;" in page
    with app.app_context():
        lines = queries.sessions_of(_user(app).id, current=sessions.id_of(ada.cookie()))
    assert [line.current for line in lines] == [True, False]
    assert ada.post(f"/me/sessions/{lines[1].key}/end", form="/me/settings").status_code == 303
    assert not phone.is_in()
    assert ada.is_in()
    assert ada.post(f"/me/sessions/{lines[0].key}/end", form="/me/settings").location == "/"
    assert not ada.is_in()


@pytest.mark.parametrize("key", ["%25", "_" * 24, "0" * 24, "x", "%2e%2e"])
def test_nobody_ends_a_session_that_is_not_theirs(app, ada, key):
    bob = Person(app)
    bob.sign_up("bob_b")
    assert bob.post(f"/me/sessions/{key}/end", form="/me/settings").status_code in {404, 405}
    with app.app_context():
        mine = queries.sessions_of(_user(app).id)[0].key
    assert bob.post(f"/me/sessions/{mine}/end", form="/me/settings").status_code == 404
    assert ada.is_in()
