"""Whoever waits sees how many come first, and sees it change, while others are served."""

from __future__ import annotations

import uuid

import pytest

from app.creations.transitions import SUBMITTING
from app.generation import estimates, lines, positions, submitting
from app.studio import pushes
from tests.engine import ask, row

pytestmark = [
    pytest.mark.usefixtures("in_app"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


def serve() -> None:
    """Whoever is next is sent off."""
    assert lines.take(lines.SUBMIT, SUBMITTING)


def pushed(app, person, since: int) -> str:
    """What an open page of this person is sent."""
    with app.test_request_context():
        push = pushes.changes(person.id, since)
    return push.content if push else ""


def versions(*ids: uuid.UUID) -> list[int]:
    return [row(one).version for one in ids]


def test_who_comes_nearer_is_pushed_their_new_place_and_nobody_else_is(app, ada, bob):
    first, second = ask(ada.id), ask(bob.id)
    third = ask(bob.id)
    assert positions.tell() == 0, "they have just been shown where they stand"
    before = versions(first, second, third)
    assert positions.tell() == 0, "nothing has moved"
    serve()
    assert positions.tell() == 1
    after = versions(first, second, third)
    assert after[0] > before[0], "it was sent off"
    assert after[1] == after[2] > max(before[1:])
    content = pushed(app, bob, max(before[1:]))
    assert "1 ahead of you" in content
    assert "2 ahead of you" not in content
    assert "0 ahead of you" not in content
    assert content.count(".card#creation-") == 2
    assert positions.tell() == 0


def test_who_is_overtaken_in_their_turn_is_told_as_well(app, ada, bob):
    mine = [ask(ada.id) for _ in range(3)]
    positions.tell()
    before = versions(*mine)
    ask(bob.id)
    assert positions.tell() == 1
    after = versions(*mine)
    assert [a > b for a, b in zip(after, before, strict=True)] == [False, True, True]
    assert "3 ahead of you" in pushed(app, ada, max(before))


def test_no_more_than_so_many_are_told_in_a_round_and_the_others_in_the_next(ada, bob):
    ask(ada.id)
    for person in (ada, bob):
        ask(person.id)
    positions.tell()
    serve()
    assert [positions.tell(most=1) for _ in range(3)] == [1, 1, 0]


def test_in_the_line_to_be_drawn_too_until_somebody_draws_it(app, ada, bob):
    ask(ada.id)
    theirs = ask(bob.id)
    for _ in range(2):
        submitting.submit()
    positions.tell()
    content = pushed(app, bob, 0)
    assert "1 ahead of you" in content
    assert '<li aria-current="step"><span>Waiting</span>' in content
    assert "<li><span>Processing</span></li>" in content
    assert "ahead of you" not in pushed(app, ada, 0)
    before = row(theirs).version
    taken = lines.take(lines.RENDER, lines.WAITING, deadline_at=lines.deadline())
    assert row(taken[0]).user_id == ada.id
    assert positions.tell() == 1
    assert "ahead of you" not in pushed(app, bob, before)
    assert "Generating…" in pushed(app, bob, before)


def test_the_time_until_it_is_ready_counts_who_comes_first(ada):
    one, two = ask(ada.id), ask(ada.id)
    alone = estimates.seconds_to_wait(row(one), 0, 0)
    behind = estimates.seconds_to_wait(row(two), 6, 0)
    assert behind > alone > 0
    for _ in range(2):
        submitting.submit()
    lines.take(lines.RENDER, lines.WAITING, deadline_at=lines.deadline())
    busy = lines.served(lines.RENDER)
    assert estimates.seconds_to_wait(row(two), 6, busy) == pytest.approx(7 * alone)
    assert estimates.seconds_to_wait(row(two), 6, 2 * busy) == pytest.approx(4 * alone)
