"""People whose pages are raw websockets, and what such a page has been told."""

from __future__ import annotations

import itertools
import json
import re
import time
import uuid
from contextlib import ExitStack
from socket import SHUT_RDWR, SO_RCVBUF, SOL_SOCKET, socket
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import select, update
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from app.accounts.models import User
from app.creations.models import Creation
from app.creations.transitions import FETCHING, QUEUED, SUBMITTING, WAITING, move, show
from app.credits import ledger
from app.credits.models import EntryType
from app.extensions import db, transaction
from app.generation import settling
from app.realtime import bus
from app.realtime.pages import MOST_OF_A_PERSON
from tests import engine
from tests.journeys.caller import Caller

_numbers = itertools.count(1)
_CARD = re.compile(r'<article id="creation-([0-9a-f-]{36})" class="card" data-state="(\w+)" data-version="(\d+)"')
_GONE = re.compile(r'<hx-partial hx-target="#creation-([0-9a-f-]{36})" hx-swap="delete"')


class Member(Caller):
    """One person: signed up over HTTP, their creations changed through the application beside the server."""

    def __init__(self, app: Flask, url: str, name: str) -> None:
        super().__init__(url, f"{name}_{next(_numbers)}")
        self.app = app
        self.sign_up()
        self.id: uuid.UUID = db.session.scalars(select(User.id).where(User.username == self.name)).one()
        with transaction():
            ledger.grant(self.id, 1_000, type=EntryType.ADMIN_GRANT, key=f"admin:{uuid.uuid4()}")

    def page(self, since: int | str = 0, **more: Any) -> Page:
        """Open a page that has seen everything up to `since`."""
        return Page(self, since, **more)

    def most_pages(self) -> list[Page]:
        """As many open pages as one person may have; each has been told something, so it is counted by now."""
        self.asks()
        return [self.page(0).hear_until(self.version()) for _ in range(MOST_OF_A_PERSON)]

    def version(self) -> int:
        """This person's version by the database."""
        found = db.session.scalar(select(User.version).where(User.id == self.id))
        db.session.commit()
        return int(found)

    def rows(self) -> dict[str, tuple[str, int]]:
        """State and version of all their creations."""
        found = db.session.execute(
            select(Creation.id, Creation.state, Creation.version).where(Creation.user_id == self.id)
        )
        rows = {str(row.id): (row.state, row.version) for row in found}
        db.session.commit()
        return rows

    def asks(self, prompt: str = "A lighthouse at dusk") -> uuid.UUID:
        """A new creation; nobody works on it but the test."""
        return engine.ask(self.id, prompt=prompt)

    def moves(self, creation_id: uuid.UUID, *, told: bool = True) -> None:
        """One step on: a failure at the end. `told=False`: the doorbell is lost."""
        row = engine.row(creation_id)
        following = {"queued": SUBMITTING, "submitting": WAITING, "waiting": FETCHING}.get(row.step or "")
        here = {"queued": QUEUED, "submitting": SUBMITTING, "waiting": WAITING, "fetching": FETCHING}[row.step or ""]
        if following is None:
            settling.fail(creation_id, here, "provider_error")
            return
        with transaction():
            move(creation_id, here, following, next_run_at=None)
        if told:
            bus.publish(self.id)

    def all_change(self) -> None:
        """Every one of their creations has news at once."""
        with transaction() as session:
            for creation_id in session.scalars(select(Creation.id).where(Creation.user_id == self.id)):
                show(creation_id, self.id)
        bus.publish(self.id)

    def likes(self, count: int) -> uuid.UUID:
        """A published creation with this many likes, made up in the table."""
        creation_id = self.asks("Loved by all")
        with transaction() as session:
            session.execute(
                update(Creation)
                .where(Creation.id == creation_id)
                .values(state="published", step=None, media_key=f"images/{uuid.uuid4().hex}.png", like_count=count)
            )
        return creation_id


class Page:
    """One open page: it keeps what it was told as the browser's script does."""

    def __init__(
        self,
        member: Caller,
        since: int | str = 0,
        *,
        origin: str | None = None,
        cookie: str | None = None,
        receive_buffer: int = 0,
    ) -> None:
        self.since = since if isinstance(since, int) else 0
        self.cards: dict[str, tuple[str, int]] = {}
        self.told: list[tuple[str, int]] = []
        """Every card that came, in order: id and version."""
        self.gone: set[str] = set()
        """Creations that were taken away."""
        self.toasts: list[str] = []
        self.versions: list[int] = []
        self.frames: list[dict[str, Any]] = []
        headers = {"Cookie": member.cookie if cookie is None else cookie}
        self._open = ExitStack()
        small: dict[str, Any] = {}
        if receive_buffer:
            # What a page that never listens has room for.
            small = {"sock": _connected(member.url, receive_buffer), "max_queue": 1}
        opening = connect(
            f"{member.url.replace('http', 'ws', 1)}/live?since={since}",
            origin=member.url if origin is None else origin,  # type: ignore[arg-type]
            additional_headers=headers if headers["Cookie"] else {},
            compression=None,
            proxy=None,
            max_size=None,
            **small,
        )
        self.socket: ClientConnection = self._open.enter_context(opening)

    def hear(self, seconds: float) -> dict[str, Any] | None:
        """The next frame, None when none comes in time. Raises ConnectionClosed."""
        try:
            frame: dict[str, Any] = json.loads(self.socket.recv(timeout=seconds))
        except TimeoutError:
            return None
        self.frames.append(frame)
        if "version" in frame:
            self.versions.append(frame["version"])
            self.since = frame["version"]
        for creation_id, state, version in _CARD.findall(frame["content"]):
            self.cards[creation_id] = (state, int(version))
            self.told.append((creation_id, int(version)))
        self.gone |= set(_GONE.findall(frame["content"]))
        self.toasts += re.findall(r'<div class="toast">\s*<p>(.*?)</p>', frame["content"])
        return frame

    def hear_until(self, version: int, seconds: float = 10.0) -> Page:
        """Listen until everything up to a version has come."""
        until = time.monotonic() + seconds
        while self.since < version:
            assert time.monotonic() < until, f"version {version} did not come, only {self.since}"
            self.hear(0.2)
        return self

    def silent(self, seconds: float) -> bool:
        """Whether nothing comes for so long."""
        return self.hear(seconds) is None

    def closed(self, seconds: float = 10.0) -> int:
        """Wait for the end of the connection; the code it was closed with."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                self.hear(0.5)
            except ConnectionClosed as end:
                return end.rcvd.code if end.rcvd else 1006
        raise AssertionError("the socket stays open")

    def close(self) -> None:
        """Leave as a browser does."""
        self._open.close()

    def vanish(self) -> None:
        """Leave as a train does in a tunnel's mouth: without a word."""
        self.socket.socket.shutdown(SHUT_RDWR)
        self._open.close()


def _connected(url: str, receive_buffer: int) -> socket:
    address, opened = urlsplit(url), socket()
    opened.setsockopt(SOL_SOCKET, SO_RCVBUF, receive_buffer)
    opened.connect((address.hostname, address.port))
    return opened
