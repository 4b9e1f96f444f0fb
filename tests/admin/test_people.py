"""People and granting: who they are, what they spent, and credits by hand with a reason (ADM-06, PRC-15)."""

from __future__ import annotations

import uuid

from sqlalchemy import insert, select

from app.accounts.models import User
from app.credits.models import LedgerEntry
from app.extensions import db, transaction, uuid7
from app.settings.models import AuditEntry
from app.studio import pushes
from tests.engine import ask, settle
from tests.studio.page import read
from tests.studio.works import inside, put


def grant(admin, person, **fields: str):
    """Send the grant form of the people page for somebody."""
    form = read(admin.get("/admin/people")).form(f"/admin/people/{person.id}/grant")
    return admin.post(form.action, form.filled(**fields), page="/admin/people")


def entries(app, person) -> list[tuple[int, str]]:
    """Amounts and notes of what admins gave somebody."""
    query = select(LedgerEntry).where(LedgerEntry.user_id == person.id, LedgerEntry.type == "admin_grant")
    return [(entry.amount, entry.note) for entry in inside(app, lambda: db.session.scalars(query).all())]


def test_people_are_listed_with_what_they_have_and_did(app, admin, ada) -> None:
    inside(app, lambda: settle(ask(ada.id)))
    put(ada, "failed")
    row = read(admin.get("/admin/people?q=ada")).words.partition("@ada_l")[2]
    assert "ada_l@example.org" in row
    for words in ("95", "5", "2", "50.0 %"):
        assert words in row.partition("Grant")[0]


def test_people_are_found_by_name_and_address_and_come_in_pages(app, admin, ada) -> None:
    rows = [{"id": uuid7(), "username": f"crowd_{n:02}", "email": f"n{n}@crowd.example"} for n in range(43)]

    def join() -> None:
        with transaction() as session:
            session.execute(insert(User), rows)

    inside(app, join)
    found, address = [], "/admin/people?q=crowd"
    while address:
        page = read(admin.get(address))
        found.append([href for href in page.links.values() if href.startswith("/u/crowd")])
        address = page.links.get("More people", "")
    assert [len(names) for names in found] == [20, 20, 3]
    assert sum(map(len, found)) == len({name for names in found for name in names})
    assert "/u/crowd_07" in read(admin.get("/admin/people?q=n7@")).links.values()
    assert "Nobody matches “<x>”" in read(admin.get("/admin/people?q=<x>")).words


def test_a_grant_lands_in_the_ledger_the_audit_log_and_on_open_pages(app, admin, ada) -> None:
    version = inside(app, lambda: db.session.get_one(User, ada.id).version)
    answer = grant(admin, ada, credits="25", why="For the broken Tuesday")
    assert answer.status_code == 303
    assert "+25 credits; there are 125 now." in read(admin.get("/admin/people")).words
    assert "+25 credits" not in read(admin.get("/admin/people")).words, "it is said once"
    assert ada.balance() == 125
    assert entries(app, ada) == [(25, "For the broken Tuesday")]
    audit = inside(app, lambda: db.session.scalars(select(AuditEntry)).one())
    assert (audit.action, audit.target, audit.reason) == ("grant", str(ada.id), "For the broken Tuesday")
    assert audit.actor_id == inside(app, lambda: db.session.scalar(select(User.id).where(User.username == "first")))
    with app.test_request_context(base_url="http://127.0.0.1:8000"):
        assert "<b>125</b> credits" in pushes.changes(ada.id, version).content
    assert "For the broken Tuesday" in read(ada.get("/me/ledger")).words


def test_a_form_sent_twice_grants_once(app, admin, ada) -> None:
    form = read(admin.get("/admin/people")).form(f"/admin/people/{ada.id}/grant")
    sent = form.filled(credits="25", why="Sorry")
    assert admin.post(form.action, sent, page="/admin/people").status_code == 303
    assert admin.post(form.action, sent, page="/admin/people").status_code == 409
    assert ada.balance() == 125
    grant(admin, ada, credits="25", why="Sorry again")
    assert ada.balance() == 150


def test_credits_can_be_taken_back_but_not_more_than_there_are(app, admin, ada) -> None:
    assert grant(admin, ada, credits="-30", why="Given by mistake").status_code == 303
    assert ada.balance() == 70
    refused = grant(admin, ada, credits="-71", why="Too much")
    assert refused.status_code == 422
    assert "There are only 70 credits to take back." in read(refused).words
    assert ada.balance() == 70
    assert len(entries(app, ada)) == 1


def test_a_grant_that_makes_no_sense_is_refused_with_words(app, admin, ada) -> None:
    for credits, why, words in (
        ("0", "x", "Grant from 1 to 100,000 credits"),
        ("100001", "x", "Grant from 1 to 100,000 credits"),
        ("1e3", "x", "Grant from 1 to 100,000 credits"),
        ("", "x", "Grant from 1 to 100,000 credits"),
        ("9" * 5000, "x", "Grant from 1 to 100,000 credits"),
        ("5", "  ", "Say why"),
        ("5", "a\0b", "characters that cannot be stored"),
    ):
        refused = grant(admin, ada, credits=credits, why=why)
        assert refused.status_code == 422
        assert words in read(refused).words
    assert admin.post(f"/admin/people/{uuid.uuid4()}/grant", {"credits": "5", "why": "x"}).status_code == 404
    assert (ada.balance(), entries(app, ada)) == (100, [])


def test_samples_are_no_people(app, admin) -> None:
    """They are removed with all that is theirs, so they get nothing."""

    def join() -> uuid.UUID:
        with transaction() as session:
            user = User(username="maren_sample", is_sample=True)
            session.add(user)
            session.flush()
            return user.id

    sample = inside(app, join)
    assert "maren_sample" not in admin.get("/admin/people").text
    assert admin.post(f"/admin/people/{sample}/grant", {"credits": "5", "why": "x"}).status_code == 404
