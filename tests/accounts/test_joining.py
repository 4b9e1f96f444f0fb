"""Signing up (ACC-01 to ACC-03)."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from app.accounts import service
from app.accounts.forms import SignUpForm
from app.accounts.models import Session, User
from app.credits.models import LedgerEntry
from app.errors import Invalid
from app.extensions import db
from app.settings import store
from tests.servers.postgres import RunningPostgres
from tests.web.small_app import PASSWORD, Person, make_app, settings


def _form(username: str, email: str | None = None) -> SignUpForm:
    return SignUpForm(username=username, email=email or f"{username}@example.test", password=PASSWORD)


def test_a_newcomer_is_logged_in_at_once_with_the_first_credits_on_the_ledger(app, nobody):
    answer = nobody.sign_up("ada_l")
    assert (answer.status_code, answer.location) == (303, "/create")
    assert "ada_l" in nobody.get("/create").text
    with app.app_context():
        user = db.session.scalars(select(User)).one()
        entry = db.session.scalars(select(LedgerEntry)).one()
        assert user.balance == entry.amount == store.current().signup_credits
        assert entry.key == f"grant:signup:{user.id}"
        assert user.password_hash.startswith("$argon2id$")


def test_a_newcomer_goes_on_to_where_they_came_from_but_never_elsewhere(app):
    assert Person(app).sign_up("one_a", next="/p/1?x=y").location == "/p/1?x=y"
    assert Person(app).sign_up("two_b", next="//evil.test").location == "/create"


def test_the_first_account_in_development_is_admin_and_is_told(app):
    first, second = Person(app), Person(app)
    first.sign_up("ada_l")
    second.sign_up("bob_b")
    assert "this account is an admin" in first.get("/create").text
    assert "admin" not in first.get("/create").text, "told once"
    assert "admin" not in second.get("/create").text
    with app.app_context():
        assert list(db.session.scalars(select(User.username).where(User.role == "admin"))) == ["ada_l"]


def test_samples_do_not_count_as_the_first(app, nobody):
    with app.app_context():
        db.session.add(User(username="sample_a", is_sample=True))
        db.session.commit()
    nobody.sign_up("ada_l")
    assert "this account is an admin" in nobody.get("/create").text


@pytest.mark.parametrize(
    "username", ["ab", "x" * 31, "ada l", "ada-l", "adä", "ada.l", "", "admin", "Support", "a\0b_c", "kinora"]
)
def test_a_name_that_cannot_be_is_refused_with_what_was_typed(nobody, username):
    answer = nobody.sign_up(username)
    assert answer.status_code == 422
    assert "username" in answer.text
    assert PASSWORD not in answer.text


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ada",
        "ada@",
        "@example.test",
        "a b@example.test",
        "ada@example",
        "a@b@c.test",
        "a@b..test",
        "x" * 250 + "@a.test",
        "ada\ud800@example.test",
    ],
)
def test_an_address_that_cannot_be_is_refused(email):
    with pytest.raises(ValueError, match="email"):
        SignUpForm(username="ada_l", email=email, password=PASSWORD)


def test_name_and_address_are_kept_folded(app, nobody):
    nobody.sign_up("Ada_L", email="  Ada@Example.TEST ")
    with app.app_context():
        user = db.session.scalars(select(User)).one()
        assert (user.username, user.email) == ("ada_l", "ada@example.test")


def test_all_fields_are_judged_at_once(nobody):
    answer = nobody.sign_up("a", email="b", password="c")
    for field in ("username", "email", "password"):
        assert f"&#39;{field}&#39;: " in answer.text


def test_a_taken_name_or_address_is_422_in_words(app, ada):
    assert "This name is taken" in Person(app).sign_up("ADA_L", email="new@example.test").text
    taken = Person(app).sign_up("new_name", email="ADA_L@example.test")
    assert taken.status_code == 422
    assert "an account with this address" in taken.text


def test_of_ten_who_want_one_name_at_once_one_gets_it_on_sqlite(app):
    _race(app)


@pytest.mark.slow
def test_of_ten_who_want_one_name_at_once_one_gets_it_on_postgres(tmp_path, postgres_server: RunningPostgres):
    _race(make_app(settings(tmp_path, DATABASE_URL=postgres_server.fresh_database())))


def _race(app) -> None:
    """Ten threads pass the look at the name together, and the constraint decides."""
    ready = threading.Barrier(10)
    outcomes: list[object] = []

    def join(number: int) -> None:
        with app.app_context():
            ready.wait()
            try:
                outcomes.append(
                    service.sign_up(_form("ada_l", f"a{number}@example.test"), first_is_admin=True).username
                )
            except Invalid as error:
                outcomes.append(error.errors)

    threads = [threading.Thread(target=join, args=(n,)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = {"username": "This name is taken. Choose another."}
    assert sorted(outcomes, key=str) == sorted(["ada_l", *[taken] * 9], key=str)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == 1
        assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) == 1


@pytest.mark.slow
def test_of_many_first_accounts_at_once_one_becomes_admin(tmp_path, postgres_server: RunningPostgres):
    app = make_app(settings(tmp_path, DATABASE_URL=postgres_server.fresh_database()))
    ready = threading.Barrier(6)

    def join(number: int) -> None:
        with app.app_context():
            ready.wait()
            service.sign_up(_form(f"person{number}"), first_is_admin=True)

    threads = [threading.Thread(target=join, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        roles = list(db.session.scalars(select(User.role)))
        assert sorted(roles) == ["admin", *["user"] * 5]


def test_a_grant_that_fails_leaves_no_account_behind(app, monkeypatch):
    from app.credits import ledger

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(ledger, "grant", refuse)
    with app.app_context():
        with pytest.raises(RuntimeError):
            service.sign_up(_form("ada_l"))
        assert db.session.scalar(select(func.count()).select_from(User)) == 0
        assert db.session.scalar(select(func.count()).select_from(Session)) == 0


def test_people_who_are_in_are_not_asked_to_join(ada):
    assert ada.get("/signup").location == "/create"
    assert ada.get("/login?next=/explore").location == "/explore"
