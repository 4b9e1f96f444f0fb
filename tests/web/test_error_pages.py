"""Whatever goes wrong, people get our own answer, in the form they asked for."""

from __future__ import annotations

import sqlite3
import time

import pytest
from flask import abort
from sqlalchemy import text

from app.errors import Busy, NotEnoughCredits, TooMany
from app.extensions import db
from tests.web.small_app import Person, make_app, settings

STATUSES = [400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 503]


@pytest.fixture
def app(tmp_path):
    app = make_app(settings(tmp_path))
    app.add_url_rule("/broken", "broken", lambda: 1 / 0)
    app.add_url_rule("/poor", "poor", lambda: _raise(NotEnoughCredits(have=50, need=90)))
    app.add_url_rule("/often", "often", lambda: _raise(TooMany("Slowly.", retry_after=7)))
    app.add_url_rule("/busy", "busy", lambda: _raise(Busy()))
    app.add_url_rule("/abort/<int:code>", "abort", abort)
    app.add_url_rule("/impossible", "impossible", lambda: _raise(_data_error()))
    return app


def _raise(error):
    raise error


def _data_error():
    from sqlalchemy.exc import DataError

    return DataError("SELECT 1", {}, ValueError("NUL"))


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_a_page_with_a_number_to_quote(nobody, status):
    answer = nobody.get(f"/abort/{status}")
    assert answer.status_code == status
    assert f"[{status}]" in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_an_error_comes_as_a_fragment_or_as_json_when_asked(nobody):
    assert nobody.get("/poor").text.startswith("<html>[402]")
    assert nobody.get("/poor", HX_Request="true", HX_Request_Type="partial").text.startswith("[402]")
    answer = nobody.get("/poor", Accept="application/json")
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "not_enough_credits"
    assert answer.json["detail"] == "You have 50 credits, this needs 90. Nothing was charged."
    assert nobody.get("/api/v1/nothing", Accept="*/*").mimetype == "application/problem+json"
    assert nobody.get("/nothing", Accept="*/*").mimetype == "text/html"


def test_waiting_times_are_said_in_the_header(nobody):
    assert nobody.get("/often").headers["Retry-After"] == "7"
    assert nobody.get("/busy").headers["Retry-After"] == "5"


def test_a_method_that_is_not_taken_keeps_its_allow_header(nobody):
    answer = nobody.get("/logout")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].replace(" ", "").split(",")) >= {"POST", "OPTIONS"}


def test_a_defect_shows_no_trace(nobody, caplog):
    answer = nobody.get("/broken")
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
    assert "Traceback" not in answer.text
    assert "ZeroDivisionError" in caplog.text


def test_too_much_is_refused_before_it_is_read(nobody):
    assert nobody.post("/login", {"username": "x" * 200_000}).status_code == 413


def test_a_value_that_slips_past_a_form_is_422_not_500(nobody):
    assert nobody.get("/impossible").status_code == 422


def test_an_error_page_that_cannot_be_drawn_is_drawn_plainly(app, nobody):
    app.jinja_loader.mapping["errors/error.html"] = "{{ 1 / 0 }}"
    app.jinja_env.cache.clear()
    answer = nobody.get("/nothing")
    assert answer.status_code == 404
    assert answer.headers["X-Request-Id"] in answer.text


@pytest.mark.parametrize(
    "form", [{}, {"HX_Request": "true", "HX_Request_Type": "partial"}, {"Accept": "application/json"}]
)
def test_a_database_that_is_down_is_503_within_five_seconds(tmp_path, form):
    app = make_app(
        settings(tmp_path, DATABASE_URL="postgresql://kinora@127.0.0.1:1/none?connect_timeout=2"), tables=False
    )
    person = Person(app)
    person.plant("A" * 43)
    began = time.monotonic()
    answer = person.get("/explore", **form)
    assert time.monotonic() - began < 5
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["X-Request-Id"] in answer.text
    assert "psycopg" not in answer.text
    assert person.get("/healthz").status_code == 200


def test_what_every_page_is_given_from_the_database_is_not_asked_for_in_an_outage(tmp_path):
    app = make_app(settings(tmp_path, DATABASE_URL="postgresql://kinora@127.0.0.1:1/none"), tables=False)
    asked: list[int] = []

    @app.context_processor
    def notice() -> dict[str, str]:
        asked.append(1)
        return {"notice": db.session.scalar(text("SELECT 'x'"))}

    person = Person(app)
    person.plant("A" * 43)
    assert "[503]" in person.get("/create").text
    assert not asked


def test_a_locked_database_is_503_and_works_again_afterwards(app, tmp_path, ada):
    with app.app_context():
        db.session.execute(text("PRAGMA busy_timeout = 200"))
        path = db.engine.url.database
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    began = time.monotonic()
    answer = ada.post("/logout", form="/me/settings")
    assert time.monotonic() - began < 8
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    other.execute("ROLLBACK")
    other.close()
    assert ada.is_in()
    assert ada.post("/logout", form="/me/settings").status_code == 303
