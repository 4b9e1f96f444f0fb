"""Logging in and out, and what a session cookie is worth (SEC-03)."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from app.accounts import queries, service, sessions, versions
from app.accounts.forms import LogInForm
from app.accounts.models import Session, User
from app.errors import NotFound
from app.extensions import db, now
from tests.web.small_app import PASSWORD, Person


def _user(app, username: str = "ada_l") -> User:
    with app.app_context():
        return db.session.scalars(select(User).where(User.username == username)).one()


def _age(app, **columns: timedelta) -> None:
    with app.app_context():
        db.session.execute(update(Session).values({name: now() - age for name, age in columns.items()}))
        db.session.commit()


@pytest.mark.parametrize("name", ["ada_l", "ADA_L", " ada_l ", "ada_l@example.test", "Ada_L@Example.Test"])
def test_people_log_in_by_name_or_address(app, ada, name):
    person = Person(app)
    answer = person.log_in(name, next="/explore")
    assert (answer.status_code, answer.location) == (303, "/explore")
    assert person.is_in()


@pytest.mark.parametrize(
    ("name", "password"),
    [("ada_l", "wrong-wrong"), ("nobody_here", PASSWORD), ("no@example.test", PASSWORD), ("", ""), ("a\0b", "x"),
     ("ada_l", ""), ("ada_l", "nul\0nul"), ("ada_l", "x" * 300), ("%", PASSWORD), ("x" * 5000, PASSWORD)],
)  # fmt: skip
def test_whatever_was_wrong_the_answer_is_the_same(app, ada, name, password):
    answer = Person(app).log_in(name, password=password)
    assert answer.status_code == 422
    assert service.WRONG in answer.text
    assert "Set-Cookie" not in answer.headers


def test_after_log_in_nobody_is_led_elsewhere(app, ada):
    for next in ("//evil.test", "/\\evil.test", "https://evil.test", "/\t/evil.test"):
        assert Person(app).log_in("ada_l", next=next).location == "/create"


def test_the_cookie_holds_a_secret_that_the_table_does_not_know(app, ada):
    with app.app_context():
        row = db.session.scalars(select(Session)).one()
    assert len(ada.cookie()) == 43
    assert row.id == hashlib.sha256(ada.cookie().encode()).hexdigest()
    answer = Person(app).log_in("ada_l")
    cookie = answer.headers["Set-Cookie"]
    for flag in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie


def test_a_cookie_planted_before_log_in_is_worth_nothing_after_it(app, ada):
    planted = "A" * 43
    bob = Person(app)
    bob.plant(planted)
    bob.log_in("ada_l")
    assert bob.cookie() != planted
    thief = Person(app)
    thief.plant(planted)
    assert not thief.is_in()


def test_logging_in_again_ends_the_session_before(app, ada):
    old = ada.cookie()
    ada.browser.get("/explore")
    with app.app_context():
        ada.plant(service.open_session(_user(app).id, instead_of=sessions.id_of(old)))
    thief = Person(app)
    thief.plant(old)
    assert ada.is_in()
    assert not thief.is_in()


def test_a_copied_cookie_is_dead_after_log_out(app, ada):
    thief = Person(app)
    thief.plant(ada.cookie())
    assert thief.is_in()
    answer = ada.post("/logout", form="/me/settings")
    assert (answer.status_code, answer.location) == (303, "/")
    assert ada.cookie() is None
    assert not thief.is_in()


def test_log_out_is_not_a_link(ada):
    assert ada.get("/logout").status_code == 405
    assert ada.is_in()


@pytest.mark.parametrize(
    ("seen", "made", "alive"),
    [(13.9, 20, True), (14.1, 20, False), (0, 89.9, True), (0, 90.1, False)],
)
def test_a_session_ends_after_14_idle_days_and_after_90_in_any_case(app, ada, seen, made, alive):
    _age(app, last_seen_at=timedelta(days=seen), created_at=timedelta(days=made))
    assert ada.is_in() is alive
    with app.app_context():
        mine = sessions.id_of(ada.cookie())
        assert sessions.living([mine, "somebody else's"]) == ({mine} if alive else set())
        assert service.forget_expired() == (0 if alive else 1)


def test_last_seen_is_written_hourly_at_most(app, ada):
    def seen():
        with app.app_context():
            return db.session.scalar(select(Session.last_seen_at)), db.session.scalar(select(User.last_seen_at))

    _age(app, last_seen_at=timedelta(minutes=59))
    before = seen()
    ada.get("/explore")
    assert seen() == before
    _age(app, last_seen_at=timedelta(minutes=61))
    ada.get("/explore")
    after = seen()
    assert now() - after[0] < timedelta(minutes=1)
    assert after[0] == after[1]


def test_session_and_person_are_one_query_and_strangers_are_none(app, ada, nobody):
    assert _queries(app, lambda: ada.get("/explore")) == 1
    assert _queries(app, lambda: nobody.get("/explore")) == 0
    nobody.plant("not-a-token")
    assert _queries(app, lambda: nobody.get("/explore")) == 0


def _queries(app, act) -> int:
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_conn, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_another_cookie_cannot_hide_the_session(ada):
    ada.plant("x", "remember_token")
    ada.plant("x", "unused")
    assert ada.is_in()


def test_suspended_people_are_out_at_once_and_stay_out(app, ada):
    with app.app_context():
        service.suspend(_user(app).id)
    assert not ada.is_in()
    answer = Person(app).log_in("ada_l")
    assert answer.status_code == 403
    assert "suspended" in answer.text
    assert service.WRONG in Person(app).log_in("ada_l", password="wrong-wrong").text
    with app.app_context():
        service.reinstate(_user(app).id)
    assert Person(app).log_in("ada_l").status_code == 303


def test_deleted_people_are_out(app, ada):
    with app.app_context():
        db.session.execute(update(User).values(deleted_at=now()))
        db.session.commit()
    assert not ada.is_in()
    assert Person(app).log_in("ada_l").status_code == 422


def test_becoming_admin_ends_every_session_from_before(app, ada):
    bob = Person(app)
    bob.sign_up("bob_b")
    with app.app_context():
        service.promote("BOB_B")
        with pytest.raises(NotFound):
            service.promote("nobody_here")
    assert not bob.is_in()
    assert ada.is_in()
    assert _user(app, "bob_b").is_admin


def test_a_page_for_members_leads_to_the_log_in_and_back(nobody):
    answer = nobody.get("/me/settings?x=1")
    assert (answer.status_code, answer.location) == (303, "/login?next=/me/settings?x%3D1")
    answer = nobody.get("/me/settings", HX_Request="true", HX_Current_URL="http://127.0.0.1:8000/explore?q=a")
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/login?next=/explore?q%3Da")
    answer = nobody.get("/me/settings", HX_Request="true", HX_Current_URL="https://evil.test/x")
    assert answer.headers["HX-Redirect"] == "/login"


def test_an_old_hash_is_made_anew_at_log_in(app, ada):
    import argon2

    old = argon2.PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)
    with app.app_context():
        db.session.execute(update(User).values(password_hash=old))
        db.session.commit()
        assert service.authenticate(LogInForm(username="ada_l", password=PASSWORD))
    assert _user(app).password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_person_keeps_at_most_fifty_sessions(app, ada):
    user = _user(app)
    with app.app_context():
        for _ in range(55):
            service.open_session(user.id)
        assert len(queries.sessions_of(user.id)) == 50


def test_a_version_rises_by_one_in_the_callers_transaction(app, ada):
    user = _user(app)
    with app.app_context():
        first = versions.bump(user.id)
        assert versions.bump(user.id) == first + 1
        db.session.rollback()
        assert versions.bump(user.id) == first
