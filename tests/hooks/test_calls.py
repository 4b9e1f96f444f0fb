"""A provider's call brings the next look-up forward, and can do nothing else (PRV-10)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from app.extensions import db, now, transaction
from app.generation import ringing
from app.generation.models import ProviderCall
from tests.database.rows import change
from tests.engine import ask, row, settle, step
from tests.hooks.conftest import signature

LATER = timedelta(seconds=300)


def waiting(person) -> tuple[object, str]:
    """A video that Google is making and that is looked up in five minutes."""
    creation = ask(person.id, kind="video")
    step(row(creation))
    change(creation, next_run_at=now() + LATER)
    return creation, str(row(creation).operation_id)


def due(creation) -> bool:
    return row(creation).next_run_at <= now() + timedelta(seconds=1)


def calls() -> int:
    found: int = db.session.scalar(select(func.count()).select_from(ProviderCall))
    db.session.rollback()
    return found


def test_a_call_brings_the_look_up_forward_and_the_look_up_decides(in_app, google, ada, call):
    creation, operation = waiting(ada)
    assert call(operation).status_code == 204
    assert due(creation)
    assert row(creation).state == "processing"
    assert settle(creation).state == "draft"


def test_a_repeated_call_does_nothing_and_is_welcome(in_app, google, ada, call):
    creation, operation = waiting(ada)
    call(operation)
    change(creation, next_run_at=now() + LATER)
    assert call(operation).status_code == 204
    assert not due(creation)
    assert calls() == 1
    call(operation, event="evt-2")
    assert due(creation)


def test_what_cannot_be_shown_to_be_googles_is_refused_and_leaves_nothing(in_app, google, ada, call):
    creation, operation = waiting(ada)
    assert call(operation, **{"webhook-signature": "v1,AAAA"}).status_code == 403
    assert call(operation, **{"webhook-id": "evt-9"}).status_code == 403
    assert call(operation, at=-3600).status_code == 403
    assert call(operation, at=3600).status_code == 403
    assert not due(creation)
    assert calls() == 0


def test_a_call_about_nothing_here_is_heard_and_changes_nothing(in_app, google, ada, call):
    creation, _ = waiting(ada)
    assert call("v1_somebody-elses").status_code == 204
    assert not due(creation)


def test_a_call_after_the_end_changes_nothing(in_app, google, ada, call):
    creation, operation = waiting(ada)
    done = settle(creation)
    assert call(operation).status_code == 204
    assert row(creation).version == done.version


def test_a_call_while_a_worker_holds_it_does_not_take_it_away(in_app, google, ada, call):
    creation, operation = waiting(ada)
    change(creation, lease_token="held", lease_until=now() + LATER)
    call(operation)
    assert not due(creation)


def test_an_unconfirmed_submit_that_cannot_be_searched_for_is_not_given_up_sooner(in_app, google, ada, call):
    google.script("create", "lost")
    creation = ask(ada.id, kind="video")
    step(row(creation))
    unknown = row(creation)
    assert unknown.step == "unknown"
    assert call("v1_whatever", path=f"/hooks/google?creation={creation}").status_code == 204
    assert row(creation).next_run_at == unknown.next_run_at


def test_there_is_no_address_for_who_cannot_be_heard(in_app, google, app):
    client, body = app.test_client(), b"{}"
    for name in ("local", "nobody", "google/more"):
        answer = client.post(f"/hooks/{name}", data=body, headers={"Host": "127.0.0.1:8000", **signature(body, "e")})
        assert answer.status_code == 404
    assert client.get("/hooks/google", headers={"Host": "127.0.0.1:8000"}).status_code == 405


def test_a_body_without_end_is_not_read(in_app, google, call, app):
    body = b" " * (2 << 20)
    answer = app.test_client().post(
        "/hooks/google", data=body, headers={"Host": "127.0.0.1:8000", **signature(body, "e")}
    )
    assert answer.status_code == 413


def test_calls_are_forgotten_after_two_days(in_app, google, ada, call):
    call("v1_one")
    with transaction() as session:
        session.execute(ProviderCall.__table__.update().values(received_at=now() - timedelta(hours=49)))
    call("v1_two", event="evt-2")
    assert ringing.forget_old() == 1
    assert calls() == 1
