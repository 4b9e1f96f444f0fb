"""`/live`: one websocket an open page, by the plain loop of flask-sock.

The loop holds no database session while it waits. It subscribes first, then sends everything newer than `since`,
then what comes, each time from today's rows: a push that was lost, repeated or late does no harm.
"""

from __future__ import annotations

import json
import logging
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from socket import SO_SNDTIMEO, SOL_SOCKET
from typing import Any
from uuid import UUID

from flask import request
from simple_websocket import ConnectionClosed
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from app.realtime.pages import LOGGED_OUT, Page, Pages

MOST_PAGES = 20
TOO_LOUD = 1008
FAILED = 1011
PATIENCE = 10.0
"""Seconds between two looks at the clock; whatever happens wakes the loop at once."""
AGAIN_SECONDS = 0.5
"""Until rows that could not be read are asked for again."""
SESSION_SECONDS = 60.0
MOST_MESSAGES = 10
"""What a page may send in `MESSAGES_SECONDS`. Ours send nothing; whoever does is not listened to, only counted."""
MESSAGES_SECONDS = 10.0
SEND_SECONDS = 5
"""How long a send may wait for a page that does not read."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Push:
    """What an open page should see now: partials, and the version up to which they bring it."""

    version: int
    content: str

    def frame(self) -> str:
        """The message as htmx's websocket extension reads it."""
        return json.dumps({"version": self.version, "content": self.content})


@dataclass(frozen=True)
class Viewer:
    """Who holds a socket."""

    user_id: UUID
    session_id: str


@dataclass(frozen=True)
class Hooks:
    """What the floors above lend to the push channel."""

    viewer: Callable[[], Viewer | None]
    """Who makes this request; None for a stranger."""
    alive: Callable[[str], bool]
    """Whether a session still counts."""
    changes: Callable[[UUID, int], Push | None]
    """Everything of a person's newer than a version; None when nothing is."""


class Reader(threading.Thread):
    """The thread in which the library reads; its end always wakes the page's own, which would else notice late."""

    def __init__(self, target: Callable[[], None]) -> None:
        super().__init__(target=target, daemon=True)
        self._ws: Any = target.__self__  # type: ignore[attr-defined] # it is a method of the websocket

    def run(self) -> None:
        """Read until the connection is over."""
        try:
            super().run()
        finally:
            self._ws.connected = False
            self._ws.event.set()


def init_app(pages: Pages, hooks: Hooks) -> Callable[[Any], None]:
    """The view of `/live`, to be routed by flask-sock."""

    def live(ws: Any) -> None:
        # Whatever happens must end as a close frame: an error page here would be written into the open websocket.
        try:
            viewer = hooks.viewer()
            if viewer is None:
                ws.close(LOGGED_OUT, "log in")
                return
            attach(ws, viewer, since(request.args.get("since", "")), pages=pages, hooks=hooks)
        except (ConnectionClosed, OSError):
            log.debug("a page left before it was let in")
        except Exception:
            log.exception("a page's socket failed")
            with suppress(ConnectionClosed, OSError):
                ws.close(FAILED)

    return live


def since(value: str) -> int:
    """The version a page has seen; 0, and so everything, when it does not say."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 16 else 0


def attach(ws: Any, viewer: Viewer, since: int, *, pages: Pages, hooks: Hooks) -> None:
    """Serve one socket until it closes."""
    # One event for both directions: the library sets its own when something comes in and when the other side is gone.
    page = Page(viewer.user_id, viewer.session_id, since, wake=ws.event)
    if refusal := pages.open(page, most=MOST_PAGES):
        ws.close(refusal)
        return
    try:
        ws.sock.setsockopt(SOL_SOCKET, SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
        _serve(ws, page, hooks)
    except (ConnectionClosed, OSError):
        log.debug("page of %s went away", viewer.user_id)
    finally:
        pages.close(page)
        db.session.remove()


def _serve(ws: Any, page: Page, hooks: Hooks) -> None:
    noise = _Noise()
    next_session_check = time.monotonic() + SESSION_SECONDS
    while ws.connected:
        code = page.close_code or noise.judge(ws)
        if time.monotonic() >= next_session_check:
            next_session_check = time.monotonic() + SESSION_SECONDS
            code = code or (None if _still_alive(page, hooks) else LOGGED_OUT)
        if code is not None:
            ws.close(code)
            return
        if page.changed:
            page.changed = False
            page.changed = not _catch_up(ws, page, hooks) or page.changed
        while page.frames:
            ws.send(page.frames.pop(0))
        if page.wake.wait(AGAIN_SECONDS if page.changed else PATIENCE):
            page.wake.clear()


class _Noise:
    """What a page sends: thrown away, and too much of it ends the connection."""

    def __init__(self) -> None:
        self._count = 0
        self._since = time.monotonic()

    def judge(self, ws: Any) -> int | None:
        """The code to close with, None while all is well."""
        if time.monotonic() - self._since > MESSAGES_SECONDS:
            self._count, self._since = 0, time.monotonic()
        self._count += len(ws.input_buffer)
        ws.input_buffer.clear()
        return TOO_LOUD if self._count > MOST_MESSAGES else None


def _catch_up(ws: Any, page: Page, hooks: Hooks) -> bool:
    """Send what is newer than the page; False when the rows could not be read just now."""
    try:
        push = hooks.changes(page.user_id, page.since)
    except SQLAlchemyError as error:
        log.warning("changes could not be read, again in a moment: %s", type(error).__name__)
        return False
    finally:
        db.session.remove()
    if push is not None:
        if push.content:
            ws.send(push.frame())
        page.since = push.version
    return True


def _still_alive(page: Page, hooks: Hooks) -> bool:
    try:
        return hooks.alive(page.session_id)
    except SQLAlchemyError as error:
        log.warning("session could not be read, again in a minute: %s", type(error).__name__)
        return True
    finally:
        db.session.remove()
