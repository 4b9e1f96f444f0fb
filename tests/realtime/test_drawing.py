"""Who is drawn for, how often, and for whom the same drawing does."""

from __future__ import annotations

import gc
import json
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.exc import OperationalError

from app.realtime import pages as register
from app.realtime.connection import Connection
from app.realtime.drawing import FAILED, THREADS, Drawing
from app.realtime.hooks import Hooks, Push, Viewer
from app.realtime.hub import Hub
from app.realtime.pages import MOST_OF_A_PERSON, RESTART, TOO_MANY, TRY_LATER, Page, Pages
from app.realtime.rounds import Rounds

ADA, BOB = uuid.uuid4(), uuid.uuid4()


class House:
    """A hub, its pages, and a person's changes made up by the test."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.hub.start()
        self.pages = Pages(100)
        self.version = 1
        self.asked: list[tuple[Viewer, int]] = []
        self.error: Exception | None = None
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.living: set[str] = {"one", "two"}
        self.others: list[socket.socket] = []
        hooks = Hooks(lambda: None, self._changes, self._versions, lambda ids: self.living & set(ids), self._likes)
        self.drawing = Drawing(self.pages, hooks)
        self.rounds = Rounds(self.pages, self.drawing, hooks)

    def _changes(self, viewer: Viewer, since: int) -> Push | None:
        self.asked.append((viewer, since))
        version = self.version
        self.may_go_on.wait(10)
        if self.error:
            raise self.error
        return Push(version, f"to {version}") if version > since else None

    def _versions(self, user_ids: object) -> dict[uuid.UUID, int]:
        return {ADA: self.version}

    def _likes(self, creation_ids: object) -> str:
        return json.dumps({"content": str(len(set(creation_ids)))})  # type: ignore[call-overload]

    def page(self, since: int = 0, user_id: uuid.UUID = ADA, session: str = "one") -> Page:
        """An open page, whose other side is in `others`."""
        ours, other = socket.socketpair()
        other.settimeout(10)
        page = Page(Viewer(user_id, session), since, Connection(ours), self.hub)
        page.connection.on_gone = lambda: self.pages.forget(page)
        assert self.pages.open(page) is None
        self.hub.add(page.connection)
        self.others.append(other)
        return page


@pytest.fixture
def house() -> Iterator[House]:
    """With nobody in it."""
    house = House()
    yield house
    house.may_go_on.set()
    for other in house.others:
        other.close()


def told(other: socket.socket) -> dict[str, object] | int:
    """The next message of a page, a short one, or the code with which it is closed."""
    opcode, length = other.recv(2)
    payload = other.recv(length)
    return int.from_bytes(payload[:2], "big") if opcode == 0x88 else json.loads(payload)


def soon(condition: Callable[[], object]) -> bool:
    """Whether it comes true."""
    until = time.monotonic() + 10
    while not condition() and time.monotonic() < until:
        time.sleep(0.005)
    return bool(condition())


def test_pages_of_a_session_that_have_come_equally_far_share_a_drawing(house: House) -> None:
    for _ in range(5):
        house.page(0)
    house.version = 3
    house.drawing.ring(ADA)
    assert [told(other) for other in house.others] == [{"version": 3, "content": "to 3"}] * 5
    assert house.asked == [(Viewer(ADA, "one"), 0)]


def test_each_page_is_told_from_where_it_was_and_each_session_for_itself(house: House) -> None:
    for since, session in ((0, "one"), (2, "one"), (2, "two"), (4, "one")):
        house.page(since, session=session)
    house.version = 4
    house.drawing.ring(ADA)
    assert [told(other) for other in house.others[:3]] == [{"version": 4, "content": "to 4"}] * 3
    assert soon(lambda: len(house.asked) == 4)
    assert [page.since for page in house.pages.of(ADA)] == [4] * 4


def test_doorbells_that_ring_during_a_drawing_are_one_more_look(house: House) -> None:
    house.page(0)
    house.may_go_on.clear()
    house.drawing.ring(ADA)
    assert soon(lambda: house.asked)
    house.version = 2
    for _ in range(50):
        house.drawing.ring(ADA)
    house.may_go_on.set()
    assert told(house.others[0]) == {"version": 1, "content": "to 1"}
    assert told(house.others[0]) == {"version": 2, "content": "to 2"}
    assert [since for _, since in house.asked] == [0, 1]


def test_a_person_whose_drawing_takes_long_holds_up_nobody_else(house: House) -> None:
    house.page(0)
    house.may_go_on.clear()
    for _ in range(THREADS + 3):
        house.drawing.ring(ADA)
    assert soon(lambda: house.asked)
    house.page(0, BOB)
    house.drawing.ring(BOB)
    assert soon(lambda: len(house.asked) == 2)


def test_pages_wait_a_moment_for_what_is_drawn_and_not_for_ever(house: House) -> None:
    house.drawing.wait_until_idle(10)
    house.page(0)
    house.may_go_on.clear()
    house.drawing.ring(ADA)
    began = time.monotonic()
    house.drawing.wait_until_idle(0.2)
    assert time.monotonic() - began >= 0.2
    house.may_go_on.set()
    house.drawing.wait_until_idle(10)
    assert time.monotonic() - began < 5
    assert house.pages.of(ADA)[0].since == 1


def test_rows_that_cannot_be_read_are_looked_for_again_and_the_page_stays(house: House) -> None:
    house.page(0)
    house.error = OperationalError("SELECT", {}, Exception("away"))
    house.drawing.ring(ADA)
    assert soon(lambda: house.asked)
    house.error = None
    house.rounds.start()
    assert told(house.others[0]) == {"version": 1, "content": "to 1"}


def test_a_drawing_that_fails_has_its_pages_come_back(house: House) -> None:
    house.page(0)
    house.error = KeyError("a mistake in a template")
    house.drawing.ring(ADA)
    assert told(house.others[0]) == FAILED
    assert soon(lambda: not house.pages.of(ADA))


def test_sessions_are_asked_after_together_and_a_dead_one_loses_its_pages(house: House) -> None:
    for session in ("one", "two", "two"):
        house.page(9, session=session)
    house.living.discard("two")
    house.rounds.start()
    assert [told(other) for other in house.others[1:]] == [register.LOGGED_OUT] * 2
    assert soon(lambda: len(house.pages.all()) == 1)
    assert not house.pages.due()


def test_pages_that_go_leave_nothing_behind(house: House) -> None:
    gc.collect()
    gc.disable()
    try:
        before = _connections()
        for _ in range(10):
            house.page(0)
        house.drawing.ring(ADA)
        assert [told(other) for other in house.others] == [{"version": 1, "content": "to 1"}] * 10
        for other in house.others:
            other.close()
        assert soon(lambda: not house.pages.all())
        house.hub.send([], b"")
        assert soon(lambda: _connections() <= before + 1)
    finally:
        gc.enable()


def _connections() -> int:
    return sum(type(one) is Connection for one in gc.get_objects())


def test_many_likes_are_one_message(house: House) -> None:
    house.page(9)
    for _ in range(20):
        house.rounds.like(ADA)
        house.rounds.like(BOB)
    house.rounds.start()
    assert told(house.others[0]) == {"content": "2"}


def test_there_is_room_for_so_many_and_none_once_it_closes() -> None:
    pages, hub = Pages(30), Hub()

    def knock(user_id: uuid.UUID) -> int | None:
        page = Page(Viewer(user_id, "one"), 0, Connection(socket.socketpair()[0]), hub)
        code = pages.open(page)
        pages.forget(page) if code else opened.append(page)
        return code

    opened: list[Page] = []
    assert [knock(ADA) for _ in range(MOST_OF_A_PERSON + 1)] == [None] * MOST_OF_A_PERSON + [TOO_MANY]
    assert [knock(uuid.uuid4()) for _ in range(11)] == [None] * 10 + [TRY_LATER]
    pages.forget(opened.pop(0))
    pages.forget(Page(Viewer(BOB, "one"), 0, Connection(socket.socketpair()[0]), hub))
    assert knock(ADA) is None
    assert len(pages.leave()) == 30
    assert knock(BOB) == RESTART
