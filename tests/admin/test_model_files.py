"""The list of models as a file: downloaded, looked through, confirmed (PRV-04)."""

from __future__ import annotations

import io
import json

import pytest
from sqlalchemy import select

from app.catalogue import store
from app.catalogue.listing import built_in
from app.extensions import db
from app.settings.models import AuditEntry
from tests.catalogue.samples import VIDEO, fresh, known
from tests.studio.page import read
from tests.studio.works import inside

LOAD = "/admin/models/load"


@pytest.fixture(autouse=True)
def _nothing_read_before(app):
    store.forget()


def send(admin, *rows: object, data: bytes | None = None):
    """Choose a file and send it."""
    content = json.dumps(rows).encode() if data is None else data
    return admin.post(LOAD, {"file": (io.BytesIO(content), "models.json")}, page=LOAD)


def usd(app) -> float:
    model = inside(app, lambda: store.find("google", "gemini-omni-1.2-flash"))
    assert model is not None
    return model.usd


def test_the_list_is_downloaded_in_the_format_that_is_loaded(admin) -> None:
    answer = admin.get("/admin/models/export")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kinora-models.json"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert json.loads(answer.text) == [entry.facts() for entry in built_in()]
    same = read(send(admin, data=answer.data))
    assert f"This file changes nothing: all of its {len(built_in())} models are as they stand in it." in same.words


def test_a_file_is_looked_through_and_changes_nothing_before_it_is_confirmed(app, admin) -> None:
    page = read(send(admin, known(usd=0.5).facts(), fresh().facts()))
    assert "2 of 2 models in the file" in page.words
    assert "List cost0.07 → becomes 0.5" in page.words
    assert "local/another New" in page.words
    assert usd(app) == 0.07
    confirm = next(one for one in page.forms if "plan" in one.fields)
    forgot = admin.post(LOAD, confirm.filled(why=" "), page=LOAD)
    assert forgot.status_code == 422
    assert "Say why" in read(forgot).words
    assert usd(app) == 0.07
    answer = admin.post(LOAD, confirm.filled(why="New prices"), page=LOAD)
    assert answer.status_code == 303
    assert "2 models changed." in read(admin.get("/admin/models")).words
    assert usd(app) == 0.5
    rows = inside(app, lambda: db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all())
    assert [(row.target, row.reason) for row in rows] == [(VIDEO, "New prices"), ("local/another", "New prices")]


def test_what_changed_since_it_was_looked_through_is_shown_anew(app, admin) -> None:
    page = read(send(admin, known(usd=0.5).facts()))
    confirm = next(one for one in page.forms if "plan" in one.fields)
    inside(app, lambda: store.put([known(usd=9)], actor_id=None))
    answer = admin.post(LOAD, confirm.filled(why="New prices"), page=LOAD)
    again = read(answer)
    assert answer.status_code == 409
    assert "List cost9 → becomes 0.5" in again.words
    assert usd(app) == 9
    confirm = next(one for one in again.forms if "plan" in one.fields)
    assert admin.post(LOAD, confirm.filled(), page=LOAD).status_code == 303
    assert usd(app) == 0.5


def test_a_file_that_does_not_fit_is_refused_whole_and_says_where(app, admin) -> None:
    answer = send(admin, known(usd=0.5).facts(), fresh().facts() | {"usd": -1, "speed": "<b>"})
    words = read(answer).words
    assert answer.status_code == 422
    assert "entry 2 (local/another), usd: The least is 0.0." in words
    assert "entry 2 (local/another), speed: There is no such field." in words
    assert usd(app) == 0.07


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "This is no JSON"),
        (b"[" + b" " * 256_000 + b"]", "This is larger than 256 kB."),
        (b"\x89PNG", "This is no text in UTF-8."),
    ],
)
def test_what_is_no_list_is_refused(admin, data: bytes, words: str) -> None:
    answer = send(admin, data=data)
    assert answer.status_code == 422
    assert words in read(answer).words


def test_the_largest_file_that_is_taken_can_be_confirmed(app, admin) -> None:
    """It is sent a second time as a field of a form, which has a limit of its own."""
    notes = {"recipe": {"a": "x" * 9_900}}
    rows = [fresh(id=f"m{number}").facts() | notes for number in range(25)]
    data = json.dumps(rows).encode()
    assert 248_000 < len(data) <= 256_000
    confirm = next(one for one in read(send(admin, data=data)).forms if "plan" in one.fields)
    fields = confirm.filled(why="Many")
    fields["file"] = [(io.BytesIO(b""), "")]
    assert admin.post(LOAD, fields, page=LOAD).status_code == 303
    assert inside(app, lambda: store.find("local", "m24")) is not None
