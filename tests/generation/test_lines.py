"""Who is next: in turns between people, whatever each has asked for, and each creation taken by one worker only."""

from __future__ import annotations

import random
import uuid
from collections import Counter

import pytest

from app import queue
from app.accounts.models import User
from app.creations.models import Creation
from app.creations.transitions import SUBMITTING
from app.extensions import now, transaction
from app.generation import lines, rendering, submitting
from tests.database.rows import HOUR, change, creation, left
from tests.engine import ask, row

pytestmark = pytest.mark.usefixtures("in_app")


def join(user_id: uuid.UUID) -> uuid.UUID:
    """A creation that joins the line to the providers, past prices and limits."""
    one = creation(user_id, next_run_at=now(), turn=lines.next_turn(lines.SUBMIT, user_id))
    with transaction() as session:
        session.add(one)
    return one.id


def serve() -> Creation | None:
    """The next one is sent off."""
    taken = lines.take(lines.SUBMIT, SUBMITTING)
    return row(taken[0]) if taken else None


def test_who_asks_for_one_after_somebody_asked_for_thirty_is_among_the_next_two(ada, bob):
    ada.give(100)
    for _ in range(30):
        ask(ada.id)
    one = ask(bob.id)
    assert queue.count(queue.SUBMIT) == 31
    for _ in range(2):
        submitting.submit()
    assert row(one).step == "waiting"


def test_so_too_when_many_of_the_thirty_were_served_before(ada, bob):
    for _ in range(30):
        join(ada.id)
    for _ in range(12):
        assert serve().user_id == ada.id
    join(bob.id)
    assert {serve().user_id, serve().user_id} == {ada.id, bob.id}
    assert serve().user_id == ada.id


def test_so_too_when_they_are_drawn_in_this_house(ada, bob):
    for _ in range(5):
        ask(ada.id)
    for _ in range(5):
        submitting.submit()
    one = ask(bob.id)
    submitting.submit()
    assert lines.ahead(row(one)) == 1
    for _ in range(2):
        rendering.render()
    assert row(one).state == "draft"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_waits_longer_than_a_round_whoever_asks_for_how_much_in_whatever_order(ada, bob):
    chance = random.Random(11)
    people = [ada.id, bob.id, _somebody(), _somebody(), _somebody()]
    greed = {person: chance.choice([1, 3, 8]) for person in people}
    waiting, since, served = Counter(), {}, 0
    for _ in range(150):
        person = chance.choice(people)
        if chance.random() < 0.4:
            for _ in range(greed[person]):
                join(person)
            if not waiting[person]:
                since[person] = (Counter(), 1)
            waiting[person] += greed[person]
        elif (one := serve()) is not None:
            served += 1
            waiting[one.user_id] -= 1
            since.pop(one.user_id)
            for others, most in since.values():
                others[one.user_id] += 1
                assert others[one.user_id] <= most
            if waiting[one.user_id]:
                since[one.user_id] = (Counter(), 2)
    assert served > 40
    assert sum(waiting.values()) > 0


def test_how_many_are_before_one_is_how_many_are_served_before_it(ada, bob):
    everyone = [ada.id, bob.id, _somebody()]
    chance = random.Random(7)
    asked = [join(chance.choice(everyone)) for _ in range(25)]
    told = {one: lines.ahead(row(one)) for one in asked}
    assert sorted(told.values()) == list(range(25))
    for position in range(25):
        assert told[serve().id] == position


def test_a_try_that_was_put_off_is_in_nobodys_way_and_keeps_its_turn(ada, bob):
    off, after = join(ada.id), [join(ada.id) for _ in range(8)]
    change(off, next_run_at=now() + HOUR)
    assert [lines.ahead(row(one)) for one in after] == list(range(8))
    assert [serve().id for _ in range(3)] == after[:3]
    for _ in range(8):
        join(bob.id)
    assert Counter(serve().user_id for _ in range(6)) == {ada.id: 3, bob.id: 3}, "turns go on where they were"
    change(off, next_run_at=now())
    assert serve().id == off


def test_workers_at_once_each_take_another(ada, bob, hands):
    asked = [join(person) for person in (ada.id, bob.id) for _ in range(12)]
    answers = hands("take_next", times=28)
    assert answers.pop("nobody") == 4
    assert answers == dict.fromkeys(map(str, asked), 1)


def test_a_message_for_what_is_taken_already_serves_another_and_one_too_many_nobody(ada, bob):
    first, second = ask(ada.id), ask(bob.id)
    for _ in range(3):
        submitting.submit()
    assert (row(first).step, row(second).step) == ("waiting", "waiting")
    assert (row(first).attempt, row(second).attempt) == (1, 1)


def test_what_is_held_by_a_worker_is_not_drawn_by_another_and_what_a_dead_one_left_is(ada):
    held = left(ada.id, step="waiting", operation_id="1", lease_token="x", lease_until=now() + HOUR)
    lost = left(ada.id, step="waiting", operation_id="2", lease_token="x", lease_until=now() - HOUR)
    rendering.render()
    assert (row(held).state, row(lost).state) == ("processing", "draft")


def test_the_time_in_the_line_does_not_count_as_time_of_drawing(ada):
    """JOB-07: an image that waits for a media worker is not late."""
    waits = ask(ada.id)
    submitting.submit()
    assert row(waits).deadline_at is None
    change(waits, submitted_at=now() - HOUR)
    rendering.render()
    made = row(waits)
    assert made.state == "draft"
    assert made.generation_seconds < 60


def _somebody() -> uuid.UUID:
    somebody = User()
    with transaction() as session:
        session.add(somebody)
    return somebody.id
