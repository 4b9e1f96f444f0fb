"""A worker that froze while another took its creation over writes nothing any more, whatever it was told meanwhile."""

from datetime import timedelta

import pytest

from app.extensions import now, storage
from app.generation import fetching, findings, leases, looking, submitting, watching
from tests.database.books import broken, entries
from tests.database.rows import change
from tests.engine import ask, make_due, row, step

FAULTS = [None, "429", "400", "500", "lost"]
COLUMNS = (
    "state", "step", "version", "settled_version", "lease_token", "lease_until", "next_run_at", "operation_id",
    "result", "attempt", "lookups", "missing_count", "fetch_tries", "progress", "media_key", "error_code",
    "error_message", "credit_cost", "deadline_at", "submitted_at",
)  # fmt: skip


def facts(creation) -> dict:
    """Everything of a row that a worker might write."""
    at = row(creation)
    return {name: getattr(at, name) for name in COLUMNS}


@pytest.fixture
def taken_over(app, google, pushed):
    """`taken_over(id, "get")`: somebody else has the lease before that endpoint answers; returns what to hold to."""
    left = {}

    def arrange(creation, endpoint: str) -> dict:
        def take() -> None:
            with app.app_context():
                change(creation, lease_token="another", lease_until=now() + timedelta(seconds=30))
                left.update(facts(creation))

        google.meanwhile[endpoint] = take
        return left

    return arrange


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", ["image", "video"])
def test_while_it_asks_a_provider(google, ada, taken_over, kind, fault):
    """The lease stands in the WHERE of T2, T2d, T3, T4 and T8."""
    endpoint = "image" if kind == "image" else "create"
    creation = ask(ada.id, kind=kind)
    if fault:
        google.script(endpoint, fault)
    left = taken_over(creation, endpoint)
    submitting.submit()
    assert left["lease_token"] == "another"
    assert facts(creation) == left
    assert len(entries(creation)) == 1
    assert broken() == {}


@pytest.mark.parametrize("answer", [None, "in_progress", "404", "500", "blocked", "empty"])
def test_while_it_looks_a_video_up(google, ada, taken_over, answer):
    creation = ask(ada.id, kind="video")
    step(row(creation))
    make_due(creation)
    if answer:
        google.script("get", answer)
    left = taken_over(creation, "get")
    (claimed,) = watching.claim_due(5)
    findings.write([looking.look_up(claimed)])
    assert left["lease_token"] == "another"
    assert facts(creation) == left
    assert len(entries(creation)) == 1


@pytest.mark.parametrize("fault", [None, "cut", "expired"])
def test_while_it_fetches_a_result(google, ada, taken_over, fault):
    creation = ask(ada.id, kind="video")
    while row(creation).step != "fetching":
        make_due(creation)
        step(row(creation))
    if fault:
        google.script("download", fault)
    left = taken_over(creation, "download")
    fetching.fetch(creation)
    assert left["lease_token"] == "another"
    assert facts(creation) == left
    assert len(entries(creation)) == 1


def test_the_worker_that_took_over_finishes_what_it_finds(google, ada, taken_over, drafted):
    """The same names, so what the first one stored already is not stored twice."""
    creation = ask(ada.id, kind="video")
    while row(creation).step != "fetching":
        make_due(creation)
        step(row(creation))
    taken_over(creation, "download")
    fetching.fetch(creation)
    change(creation, lease_until=now() - timedelta(seconds=1))
    fetching.fetch(creation)
    made = drafted(creation)
    every = storage().keys()
    assert {one.key for one in every} == {made.media_key, made.poster_key, made.poster_small_key}


def test_a_lease_is_renewed_by_who_holds_it_and_by_nobody_else(google, ada, pushed):
    creation = ask(ada.id, kind="video")
    step(row(creation))
    make_due(creation)
    (claimed,) = watching.claim_due(5)
    change(creation, lease_until=now() - timedelta(seconds=1))
    assert not leases.renew(creation, "another")
    assert leases.renew(creation, claimed.lease_token)
    assert row(creation).lease_until > now() + timedelta(seconds=20)
