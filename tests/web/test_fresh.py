"""What is read anew only when it is old: settings and models are asked for many times in each request."""

from __future__ import annotations

import itertools
import time

from app.web.kept import Fresh


def test_a_value_is_read_once_while_it_is_fresh_and_anew_when_it_is_old() -> None:
    numbers = itertools.count()
    fresh = Fresh(lambda: next(numbers), 0.2)
    assert [fresh.get("here"), fresh.get("here")] == [0, 0]
    time.sleep(0.25)
    assert fresh.get("here") == 1


def test_another_place_and_what_was_forgotten_are_read_anew() -> None:
    numbers = itertools.count()
    fresh = Fresh(lambda: next(numbers), 60)
    assert [fresh.get("here"), fresh.get("there"), fresh.get("here")] == [0, 1, 2]
    fresh.forget()
    assert fresh.get("here") == 3


def test_what_was_read_before_a_change_is_not_remembered_after_it() -> None:
    """The change is made while somebody else is still reading."""
    numbers = itertools.count()

    def read() -> int:
        number = next(numbers)
        if number == 0:
            fresh.forget()
        return number

    fresh = Fresh(read, 60)
    assert [fresh.get("here"), fresh.get("here"), fresh.get("here")] == [0, 1, 1]
