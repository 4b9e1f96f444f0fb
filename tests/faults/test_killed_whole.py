"""Everything killed at once, the database and Redis too: how long until people can work and the books are right."""

from __future__ import annotations

import time
import uuid

import pytest
from flask import Flask

from app.extensions import db
from tests import engine
from tests.database.books import broken, entries
from tests.faults.freezer import FreezingGoogle
from tests.faults.place import Place, Visitor
from tests.journeys import processes
from tests.journeys.house import eventually
from tests.realtime.people import Member

pytestmark = pytest.mark.slow
WORK_SECONDS = 30.0
AUDIT_SECONDS = 120.0
REFUND_SECONDS = 60.0


def test_after_the_power_was_cut_people_work_again_in_half_a_minute_and_the_books_are_right_in_two(
    app: Flask, place: Place, google: FreezingGoogle, ada: Member, bob: Visitor
) -> None:
    """Nothing that was promised is lost, nothing is sent twice (I3, I4)."""
    google.video_seconds = 2.0
    asked = [
        engine.ask(ada.id, prompt=f"Promised {number}", kind=("image", "video")[number % 2]) for number in range(8)
    ]
    lost = engine.ask(ada.id, prompt="On the line [[slow:30]]")
    eventually(lambda: engine.row(lost).step == "submitting", what="a submit")
    db.session.remove()
    db.engine.dispose()
    family = place.kill()
    eventually(lambda: not any(map(processes.is_alive, family)), 10, what="the end of all its processes")
    began = time.monotonic()
    place.start_again()
    eventually(
        lambda: bob.post("/create", {"kind": "image", "prompt": "After it"})[0] == 303, WORK_SECONDS, what="work"
    )
    works = time.monotonic() - began
    ends = eventually(lambda: _ends([*asked, lost]), AUDIT_SECONDS, what=f"the end of what was begun\n{place.words()}")
    eventually(lambda: broken() == {}, 10, what="clean books")
    print(f"\nafter the power cut: work in {works:.1f} s, all settled and the books right in"  # noqa: T201
          f" {time.monotonic() - began:.1f} s, {ends.count('draft')} of {len(ends)} made")  # fmt: skip
    assert works < WORK_SECONDS
    assert max(google.submits.values()) == 1
    # Whoever stood between the request and the answer is refunded: nobody can know what became of it.
    assert engine.row(lost).error_code == "unconfirmed"
    assert entries(lost) == [("image_generation", -5), ("image_refund", 5)]
    assert ends.count("draft") >= 5


def test_after_a_final_error_the_credits_are_back_within_a_minute(app: Flask, place: Place, ada: Member) -> None:
    """However it failed, the person is told that they are (ERR-02, PRC-06)."""
    began = time.monotonic()
    asked = [engine.ask(ada.id, prompt=f"Refused [[{word}]]") for word in ("400", "blocked", "empty")]
    eventually(lambda: _ends(asked), REFUND_SECONDS, what="the refunds")
    print(f"\nrefunded within {time.monotonic() - began:.1f} s")  # noqa: T201
    assert {kind for one in asked for kind, _ in entries(one)} == {"image_generation", "image_refund"}


def _ends(asked: list[uuid.UUID]) -> list[str]:
    """Their states once all of them are settled, nothing before."""
    rows = [engine.row(one) for one in asked]
    return [row.state for row in rows] if all(row.step is None for row in rows) else []
