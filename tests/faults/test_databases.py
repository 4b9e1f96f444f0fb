"""A database that is locked, down or standing still: people are told at once, and nothing is half done."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask

from app.creations.states import State
from app.extensions import db
from tests import engine
from tests.database.rows import drafted
from tests.faults.breaking import BREAKS, broken_database
from tests.faults.freezer import FreezingGoogle
from tests.faults.place import Place, Told, Visitor, at_once
from tests.journeys.house import eventually
from tests.realtime.people import Member

pytestmark = pytest.mark.slow
OUTAGE_SECONDS = 10.0
PAGES = ("/", "/explore", "/drafts", "/create")


@pytest.fixture
def lease_seconds() -> float:
    """Longer than the outage, as in life: else the sweeper must take it for a dead worker's."""
    return 18


def test_while_the_database_is_away_people_are_told_so_within_five_seconds_and_work_goes_on_afterwards(
    app: Flask, place: Place, google: FreezingGoogle, ada: Member, bob: Visitor
) -> None:
    """503 with Retry-After, never 500, never half done; workers write what they know when it is back (I4, PRC-06)."""
    liked = str(drafted(ada.id, state=State.PUBLISHED))
    for how in BREAKS["postgresql" if place.postgres else "sqlite"]:
        google.reset()
        google.video_seconds = 2.0
        begun = [engine.ask(ada.id), engine.ask(ada.id, kind="video"), engine.ask(ada.id, prompt="Slow [[slow:3]]")]
        eventually(lambda one=begun[2]: engine.row(one).step == "submitting", what="a submit")
        rounds = _an_outage(place, bob, liked, how)
        back = time.monotonic()
        eventually(lambda: bob.asks_for("/drafts").status == 200, 20, what="pages")
        eventually(lambda: bob.post("/create", {"kind": "image", "prompt": "After it"})[0] == 303, 20, what="work")
        print(f"\n{how}: {len(rounds)} rounds, slowest {_slowest(rounds)},"  # noqa: T201
              f" work again after {time.monotonic() - back:.1f} s")  # fmt: skip
        eventually(lambda some=begun: _settled(some), 60, what=f"the end of what was begun\n{place.words()}")
        _judge(rounds, how)
        ends = [(engine.row(one).state, engine.row(one).error_code) for one in begun]
        assert ends == [("draft", None)] * 3, f"{how}\n{place.words()}"
        assert max(google.submits.values()) == 1


def _settled(begun: list[uuid.UUID]) -> bool:
    return all(engine.row(one).step is None for one in begun)


def _an_outage(place: Place, bob: Visitor, liked: str, how: str) -> list[list[Told]]:
    """What people were answered while it lasted."""
    db.session.remove()
    db.engine.dispose()
    rounds = []
    with broken_database(place, how):
        ends = time.monotonic() + OUTAGE_SECONDS
        while time.monotonic() < ends:
            rounds.append(at_once(*_everything(bob, liked)))
    return rounds


def _everything(bob: Visitor, liked: str) -> list[Callable[[], Told]]:
    """A visit to each door of the house."""
    asks: list[Callable[[], Told]] = [partial(bob.asks_for, path) for path in (*PAGES, "/healthz", "/readyz")]
    asks += [
        partial(bob.asks_for, "/create", {"kind": "image", "prompt": "During it"}),
        partial(bob.asks_for, f"/p/{liked}/like", {"liked": "1"}),
        bob.logs_in,
        bob.opens_a_socket,
    ]
    return asks


def _judge(rounds: list[list[Told]], how: str) -> None:
    """What must and what may be answered in the meantime."""
    told = [one for answers in rounds for one in answers]
    assert {one.status for one in told if one.what == "GET /healthz"} == {200}
    writes = {one.status for one in told if one.what.startswith("POST")}
    assert writes == {503}, writes
    pages = {one.status for one in told if one.what.removeprefix("GET ") in PAGES}
    # SQLite's readers see what was last committed, whoever writes.
    assert pages == ({200} if how.startswith("locked for") else {503}), pages
    assert all("in a few seconds" in one.text or one.status == 200 for one in told if one.what.startswith("POST"))


def _slowest(rounds: list[list[Told]]) -> str:
    one = max((one for answers in rounds for one in answers), key=lambda one: one.seconds)
    return f"{one.what} {one.seconds:.1f} s"
