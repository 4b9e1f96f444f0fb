"""Whatever happens to lines, doorbells and processes: every page ends with the newest of everything, shown once.

Changes are made through the engine's use cases beside two web processes. A doorbell that is lost is one that is not
rung; one that comes late, twice or in disorder is rung at any other time, for it says no more than "look".
"""

from __future__ import annotations

import itertools
import os
import random
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.creations import service as creations
from app.creations.models import Creation
from app.extensions import db
from app.realtime import bus
from tests.realtime.people import Member
from tests.realtime.screens import Screen
from tests.realtime.web import Web

SCREENS = 3
MOST_TOASTS = 3
"""Toasts of one push: whoever was away for longer sees the newest ones."""
LOOK_SECONDS = 5.0
PATIENCE = 10.0
_numbers = itertools.count(1)
_whom, _which = st.integers(0, SCREENS - 1), st.integers(0, 3)
STEPS = st.one_of(
    st.tuples(st.just("change"), _which, st.booleans()),
    st.tuples(st.just("change"), _which, st.booleans()),
    st.tuples(st.just("delete"), _which),
    st.tuples(st.just("ask")),
    st.tuples(st.just("ring"), st.integers(1, 20)),
    st.tuples(st.just("leave"), _whom, st.booleans()),
    st.tuples(st.just("leave"), _whom, st.booleans()),
    st.tuples(st.just("come_back"), _whom),
    st.tuples(st.just("listen"), _whom),
)


class World:
    """Some creations, their owner, and pages of hers on two processes."""

    def __init__(self, owner: Member, *urls: str) -> None:
        self.owner = owner
        self.ids = [self._ask() for _ in range(3)]
        self.screens = [Screen(owner, url, owner.version()) for url in urls]

    def take(self, step: tuple[Any, ...]) -> None:
        """Let one thing happen."""
        getattr(self, step[0])(*step[1:])

    def change(self, which: int, told: bool) -> None:
        """A creation goes one step on; one that has failed already stays so."""
        creation_id = self.ids[which % len(self.ids)]
        if self.owner.rows()[str(creation_id)][0] != "failed":
            self.owner.moves(creation_id, told=told)

    def delete(self, which: int) -> None:
        """A creation that has failed is thrown away."""
        if str(self.ids[which % len(self.ids)]) in self._failed():
            creations.delete(self.owner.id, self.ids.pop(which % len(self.ids)))
            self.ids.append(self._ask())

    def ask(self) -> None:
        """Another creation."""
        self.ids.append(self._ask())

    def ring(self, times: int) -> None:
        """Doorbells about nothing."""
        for _ in range(times):
            bus.publish(self.owner.id)

    def leave(self, whom: int, politely: bool) -> None:
        """A page's line breaks, with or without a word."""
        self.screens[whom].go_away(politely=politely)

    def come_back(self, whom: int) -> None:
        """A page connects again."""
        self.screens[whom].come_back()

    def listen(self, whom: int) -> None:
        """A page reads what has come; else it lies there, as before a page that is busy."""
        self.screens[whom].hear()

    def end(self, patience: float = PATIENCE) -> None:
        """Every page comes to rest, and has seen what it should."""
        for screen in self.screens:
            screen.catch_up(self.owner.version(), patience)
            screen.hear(0.0)
            screen.saw_each_thing_once_and_in_order()
            self._is_newest(screen)

    def close(self) -> None:
        """No page stays."""
        for screen in self.screens:
            screen.go_away(politely=True)

    def _is_newest(self, screen: Screen) -> None:
        rows = self.owner.rows()
        news = {id for id, (_, version) in rows.items() if version > screen.began}
        deleted = self._deleted()
        assert {id: screen.cards[id] for id in news - deleted} == {id: rows[id] for id in news - deleted}
        assert news & deleted <= screen.gone
        assert not screen.gone - deleted
        failed = {id for id in news - deleted if rows[id][0] == "failed"}
        assert len(screen.toasts) >= min(len(failed), MOST_TOASTS)

    def _ask(self) -> uuid.UUID:
        return self.owner.asks(f"Number {next(_numbers)}")

    def _failed(self) -> set[str]:
        return {id for id, (state, _) in self.owner.rows().items() if state == "failed"} - self._deleted()

    def _deleted(self) -> set[str]:
        whose = (Creation.user_id == self.owner.id, Creation.deleted_at.is_not(None))
        found = {str(id) for id in db.session.scalars(select(Creation.id).where(*whose))}
        db.session.commit()
        return found


@pytest.fixture
def worlds() -> Iterator[list[World]]:
    """Worlds whose pages are closed at the end."""
    made: list[World] = []
    yield made
    for world in made:
        world.close()


@settings(
    max_examples=25,
    deadline=None,
    # Without shrinking: it would take minutes of broken lines to say the same in fewer steps.
    phases=(Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEPS, min_size=5, max_size=30))
def test_pages_end_with_the_newest_of_everything_and_see_it_once(
    ada: Member, server: Web, other_server: Web, worlds: list[World], steps: list[tuple[Any, ...]]
) -> None:
    """Any order of changes, doorbells (lost, repeated, late) and broken lines, for three pages (RT-03)."""
    world = World(ada, server.url, other_server.url, server.url)
    worlds.append(world)
    for step in steps:
        world.take(step)
    world.ring(1)
    world.end()
    world.close()


def test_restarts_in_between_lose_and_repeat_nothing(
    ada: Member, bob: Member, server: Web, other_server: Web, worlds: list[World]
) -> None:
    """Two people, five pages, a process killed or stopped while things change, no doorbell at the end (RT-03)."""
    seed = int(os.environ.get("REALTIME_SEED") or time.time())
    dice = random.Random(seed)
    worlds += [World(ada, server.url, other_server.url, other_server.url), World(bob, other_server.url, server.url)]
    for web, end in ((server, server.stop), (other_server, other_server.kill)):
        _some_time(worlds, dice)
        end()
        try:
            _some_time(worlds, dice)
        finally:
            web.up()
    _some_time(worlds, dice)
    for world in worlds:
        world.ask()
        world.change(-1, told=False)
    for world in worlds:
        world.end(LOOK_SECONDS + PATIENCE)


def _some_time(worlds: list[World], dice: random.Random) -> None:
    """Twelve things happen; pages try to come back now and then."""
    for _ in range(12):
        world = dice.choice(worlds)
        whom = dice.randrange(len(world.screens))
        match dice.randrange(6):
            case 0 | 1 | 2:
                world.change(dice.randrange(4), told=dice.random() < 0.6)
            case 3:
                world.leave(whom, politely=dice.random() < 0.5)
            case 4:
                world.screens[whom].come_back()
            case _:
                world.listen(whom)
