"""What a push reads while somebody else writes."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event, select

from app.accounts.models import Session, User
from app.creations.transitions import QUEUED
from app.extensions import db
from app.generation import settling
from app.realtime.hooks import Push, Viewer
from app.studio import pushes
from tests import engine
from tests.people import Person
from tests.social.crowds import statements


@contextmanager
def after_each_statement(app: Flask, work: Callable[[], object]) -> Iterator[None]:
    """Another process does this after each of the statements of this thread, and has committed before the next one."""
    here = threading.get_ident()

    def elsewhere() -> None:
        with app.app_context():
            work()
            db.session.remove()

    def done(*_: Any) -> None:
        if threading.get_ident() == here:
            other = threading.Thread(target=elsewhere)
            other.start()
            other.join()

    event.listen(db.engine, "after_cursor_execute", done)
    try:
        yield
    finally:
        event.remove(db.engine, "after_cursor_execute", done)


def test_what_ends_while_a_push_is_read_is_told_once(app: Flask, ada: Person) -> None:
    """Now or with the next push, but not with both: neither its card nor its toast (RT-03)."""
    with app.test_request_context(base_url="http://127.0.0.1:8000"):
        waiting = [engine.ask(ada.id, prompt=f"Number {number}") for number in range(8)]
        told = db.session.scalar(select(User.version).where(User.id == ada.id)) - 1
        db.session.commit()
        contents: list[str] = []
        left = 0

        def fail_one() -> None:
            nonlocal left
            if waiting and left:
                left -= 1
                settling.fail(waiting.pop(), QUEUED, "provider_error")

        with after_each_statement(app, fail_one):
            while True:
                # One push tells of three ends at most, so no more than that may lie between two.
                left = pushes.MOST_TOASTS
                push = pushes.changes(ada.id, told)
                if push is None:
                    break
                told = push.version
                contents.append(push.content)
        assert not waiting
        everything = "".join(contents)
        assert sorted(re.findall(r"“(Number \d)” was not made", everything)) == [f"Number {n}" for n in range(8)]
        shown = re.findall(r'class="card" data-state="(\w+)" data-version="(\d+)"', everything)
        assert len(shown) == len(set(shown))
        db.session.remove()


def test_a_push_is_one_query_and_two_more_for_all_that_wait(app: Flask, ada: Person) -> None:
    """With PostgreSQL it is the number of queries that costs (RT-01)."""

    def queries_of_a_push(since: int) -> tuple[int, Push]:
        with statements(app) as sent:
            push = changes(viewer, since)
        assert push is not None
        # The settings are read every two seconds, by whoever comes then.
        return sum("system_configs" not in statement for statement, _ in sent), push

    viewer = Viewer(ada.id, db.session.scalar(select(Session.id).where(Session.user_id == ada.id)))
    changes = app.extensions["kinora_channel"].hooks.changes
    waiting = [engine.ask(ada.id, prompt=f"Number {number}") for number in range(5)]
    db.session.commit()
    changes(viewer, 0)  # How long creations take is read once a minute, now.
    count, push = queries_of_a_push(0)
    assert count == 3, "the changes, their places in the line, and how many are being served"
    assert push.content.count("ahead of you") == 2 * 4
    for creation_id in waiting:
        settling.fail(creation_id, QUEUED, "provider_error")
    count, push = queries_of_a_push(push.version)
    assert count == 1
    assert push.content.count("was not made") == pushes.MOST_TOASTS
    assert push.content.count('class="record"') == 5
