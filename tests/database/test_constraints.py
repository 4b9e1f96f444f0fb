"""The database itself refuses rows that make no sense, whoever writes them."""

from __future__ import annotations

import itertools
import uuid
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.creations.models import Creation, IdempotencyKey, ReferenceImage
from app.creations.states import State, Step
from app.extensions import db, now, transaction
from app.social.models import Like
from tests.database.rows import STATE_OF, creation, left

SETTLED = (State.DRAFT, State.PUBLISHED, State.FAILED)
NONSENSE = {
    "kind": {"kind": "sound"},
    "state": {"state": "lost", "step": None},
    "aspect_ratio": {"aspect_ratio": "4:3"},
    "resolution": {"resolution": "481p"},
    "duration": {"duration": 0},
    "credit_cost_not_negative": {"credit_cost": -1},
    "relation": {"relation": "cousin"},
    "playable_has_media": {"state": State.DRAFT, "step": None},
}


def add(row: Any) -> None:
    """Write one row, or nothing."""
    with transaction() as session:
        session.add(row)


def taken(row: Any) -> bool:
    """Whether the database takes the row."""
    try:
        add(row)
    except IntegrityError:
        return False
    return True


@pytest.mark.parametrize("constraint", NONSENSE)
def test_a_creation_that_makes_no_sense_is_refused(ada, constraint: str):
    """DAT-01"""
    # A state that does not exist breaks the rule about steps as well, and either may be named.
    name = "ck_creations_(state|step_of_state)" if constraint == "state" else f"ck_creations_{constraint}"
    with pytest.raises(IntegrityError, match=name):
        add(creation(ada.id, **NONSENSE[constraint]))
    assert db.session.scalars(select(Creation)).all() == []


def test_each_state_has_its_own_steps_and_no_other(ada):
    """JOB-03: all thirty-six pairs are tried."""
    pairs = list(itertools.product(State, [None, *Step]))
    good = {(state, step) for step, state in STATE_OF.items()} | {(state, None) for state in SETTLED}
    found = {
        (state, step)
        for number, (state, step) in enumerate(pairs)
        if taken(creation(ada.id, state=state, step=step, media_key=f"images/{number:022}.png"))
    }
    assert found == good


def test_a_deleted_creation_needs_no_file(ada):
    assert taken(creation(ada.id, state=State.DRAFT, step=None, deleted_at=now()))


def test_an_operation_of_a_provider_belongs_to_one_creation(ada):
    """Another provider may use the same name."""
    assert taken(creation(ada.id, step=Step.WAITING, provider="one", operation_id="op-1"))
    assert taken(creation(ada.id, step=Step.WAITING, provider="two", operation_id="op-1"))
    assert not taken(creation(ada.id, step=Step.WAITING, provider="one", operation_id="op-1"))


@pytest.mark.parametrize("column", ["media_key", "poster_key", "poster_small_key"])
def test_a_file_belongs_to_one_creation(ada, column: str):
    assert taken(creation(ada.id, **{column: "images/a.png"}))
    assert not taken(creation(ada.id, **{column: "images/a.png"}))


@pytest.mark.parametrize("wrong", [{"balance": -1}, {"role": "root"}], ids=["balance", "role"])
def test_a_person_that_makes_no_sense_is_refused(wrong: dict[str, Any]):
    """PRC-07"""
    with pytest.raises(IntegrityError, match=f"ck_users_{next(iter(wrong))}"):
        add(User(username="odd_one", **wrong))


@pytest.mark.parametrize("column", ["username", "email", "external_id"])
def test_a_name_and_an_address_belong_to_one_person(column: str):
    """ACC-02: the constraint decides, not a query before it. People without one are no doubles of each other."""
    assert taken(User(**{column: "ada@example.org"}))
    assert not taken(User(**{column: "ada@example.org"}))
    assert taken(User(**{column: None}))
    assert taken(User(**{column: None}))


def test_nothing_can_belong_to_nobody(ada):
    """Foreign keys hold on SQLite too, which keeps them only when it is told."""
    stranger, made = uuid.uuid4(), left(ada.id)
    assert not taken(creation(stranger))
    assert not taken(creation(ada.id, parent_id=stranger))
    assert not taken(Like(user_id=stranger, creation_id=made))
    assert not taken(Like(user_id=ada.id, creation_id=stranger))
    assert not taken(IdempotencyKey(user_id=ada.id, endpoint="e", key="k", parameters_sha256=b"", creation_id=stranger))
    picture = {"key": "references/a.png", "media_type": "image/png", "width": 1, "height": 1, "file_size_bytes": 1}
    assert not taken(ReferenceImage(user_id=ada.id, creation_id=stranger, **picture))
    assert taken(ReferenceImage(user_id=ada.id, creation_id=made, **picture))


def test_what_the_ledger_speaks_of_cannot_be_taken_away(ada):
    """No foreign key cascades into the ledger."""
    made = left(ada.id)
    for row in (db.session.get_one(Creation, made), db.session.get_one(User, ada.id)):
        with pytest.raises(IntegrityError), transaction() as session:
            session.delete(row)


def test_a_like_is_there_once(ada):
    """PUB-05"""
    made = left(ada.id)
    assert taken(Like(user_id=ada.id, creation_id=made))
    db.session.expunge_all()
    assert not taken(Like(user_id=ada.id, creation_id=made))
