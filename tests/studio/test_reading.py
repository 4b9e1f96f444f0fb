"""Looking changes nothing: the tables before and after every page that is only read."""

from __future__ import annotations

import hashlib

from sqlalchemy import text

from app.extensions import Base, db
from tests.studio.works import inside, put, reference


def fingerprint(app) -> dict[str, str]:
    """A hash of every row of every table."""

    def look() -> dict[str, str]:
        found = {}
        for table in Base.metadata.sorted_tables:
            rows = sorted(map(repr, db.session.execute(text(f"SELECT * FROM {table.name}"))))  # noqa: S608
            found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        return found

    return inside(app, look)


def test_reading_every_page_changes_no_row(app, ada, bob, nobody) -> None:
    post, draft = put(ada, "published", kind="video"), put(ada)
    waiting, failed = put(ada, "pending"), put(ada, "failed", credit_cost=5)
    picture, key = reference(ada)
    addresses = ["/", "/explore", "/explore?q=a&kind=video", f"/p/{post}", "/u/ada_l", "/login", "/signup", "/healthz"]
    addresses += ["/create", f"/create?relation=retry&parent_id={failed}", "/create/cost?duration=4", "/create/history"]
    addresses += ["/drafts", "/me/records", "/me/ledger", "/me/settings", f"/media/{key}", "/logout", "/nowhere"]
    addresses += [
        f"/creations/{id}{path}" for id in (post, draft, waiting, failed) for path in ("", "/publish", "/receipt")
    ]
    addresses += ["/admin", "/admin/people", "/admin/settings", f"/create?reference_id={picture}"]
    before = fingerprint(app)
    for person in (ada, bob, nobody):
        for address in addresses:
            assert person.get(address).status_code < 500
            assert person.fragment(address).status_code < 500
            assert person.browser.head(address, headers={"Host": "127.0.0.1:8000"}).status_code < 500
    assert fingerprint(app) == before


def test_a_fingerprint_tells_a_change(app, ada) -> None:
    before = fingerprint(app)
    put(ada)
    after = fingerprint(app)
    assert {name for name in before if before[name] != after[name]} == {"creations", "users"}
