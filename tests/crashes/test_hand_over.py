"""A worker that is killed between noting that a model is gone and handing its creation over: paid back, asked once."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing

import pytest

from app import queue
from tests.crashes import workplace
from tests.crashes.deadly_google import DeadlyGoogle
from tests.journeys import processes
from tests.journeys.caller import Caller
from tests.journeys.house import House, eventually

pytestmark = pytest.mark.slow
SLOW_HAND_OVER = """CREATE TRIGGER slow_hand_over AFTER UPDATE OF asked_model ON creations
WHEN new.asked_model IS NOT NULL BEGIN
    SELECT sum(length(randomblob(50000000 + value))) FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18]');
END"""
"""Some seconds of work inside the transaction of a hand-over."""


def tell(house: House, sql: str) -> None:
    """Change the house's database from outside."""
    with closing(sqlite3.connect(house.data / "kinora.db", timeout=30)) as db:
        db.execute(sql)
        db.commit()


def test_it_is_paid_back_once_and_the_next_one_goes_to_the_fallback(house: House, google: DeadlyGoogle) -> None:
    """PRV-04: nobody knows any more what the provider said, so a machine does not ask again."""
    ada = Caller(house.url, "ada_l").sign_up()
    tell(house, SLOW_HAND_OVER)
    google.script("create", "404")
    assert ada.ask("A picture of the one that is lost", "video", idempotency_key=uuid.uuid4().hex) == 303
    eventually(lambda: house.rows("SELECT id FROM model_entries WHERE retired_at IS NOT NULL"), what="its note")
    (role,) = [one for one in workplace.roles(house, queue.SUBMIT_QUEUE) if one.creation_id]
    assert processes.kill(role.horse)
    tell(house, "DROP TRIGGER slow_hand_over")
    (row,) = house.rows("SELECT step, asked_model FROM creations")
    assert (row["step"], row["asked_model"]) == ("submitting", None)
    eventually(lambda: house.rows("SELECT id FROM creations WHERE state = 'failed'"), 40, what="its end")
    (row,) = house.rows("SELECT * FROM creations")
    assert (row["error_code"], row["asked_model"], row["model"]) == ("unconfirmed", None, "gemini-omni-1.2-flash")
    moves = [one["amount"] for one in house.rows("SELECT amount FROM ledger_entries WHERE creation_id = ?", row["id"])]
    assert sorted(moves) == [-40, 40]
    assert (google.submits.total(), google.accepted.total()) == (1, 0)

    assert ada.ask("A picture of the next one", "video", idempotency_key=uuid.uuid4().hex) == 303
    eventually(lambda: house.rows("SELECT id FROM creations WHERE state = 'draft'"), 40, what="a draft")
    assert google.accepted == {"A picture of the next one": 1}
    assert not google.violations
    house.clean()
