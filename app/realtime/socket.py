"""`/live`: one websocket an open page, by the plain loop of flask-sock.

The loop holds no database session while it waits. It subscribes first, then sends everything newer than `since`,
then what comes, each time from today's rows: a push that was lost, repeated or late does no harm.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request
from simple_websocket import ConnectionClosed
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from app.realtime.pages import LOGGED_OUT, Page, Pages

MOST_PAGES = 20
TOO_MANY = 4429
PATIENCE = 2.0
"""Seconds after which the loop looks whether the other side is still there."""
SESSION_SECONDS = 60.0
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


def init_app(pages: Pages, hooks: Hooks) -> Callable[[Any], None]:
    """The view of `/live`, to be routed by flask-sock."""

    def live(ws: Any) -> None:
        viewer = hooks.viewer()
        if viewer is None:
            ws.close(LOGGED_OUT, "log in")
            return
        attach(ws, viewer, since(request.args.get("since", "")), pages=pages, hooks=hooks)

    return live


def since(value: str) -> int:
    """The version a page has seen; 0, and so everything, when it does not say."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 16 else 0


def attach(ws: Any, viewer: Viewer, since: int, *, pages: Pages, hooks: Hooks) -> None:
    """Serve one socket until it closes."""
    page = Page(viewer.user_id, viewer.session_id, since)
    if not pages.open(page, most=MOST_PAGES):
        ws.close(TOO_MANY, "too many open pages")
        return
    try:
        _serve(ws, page, hooks)
    except ConnectionClosed:
        log.debug("page of %s went away", viewer.user_id)
    finally:
        pages.close(page)
        db.session.remove()


def _serve(ws: Any, page: Page, hooks: Hooks) -> None:
    look = True
    next_session_check = time.monotonic() + SESSION_SECONDS
    while ws.connected:
        if page.close_code is not None:
            ws.close(page.close_code)
            return
        if time.monotonic() >= next_session_check:
            next_session_check = time.monotonic() + SESSION_SECONDS
            if not _still_alive(page, hooks):
                ws.close(LOGGED_OUT)
                return
        if look:
            look = not _catch_up(ws, page, hooks)
        while page.frames:
            ws.send(page.frames.pop(0))
        # Client messages are ignored, but read, so that they do not pile up.
        while ws.receive(timeout=0) is not None:
            continue
        if page.wake.wait(PATIENCE if not look else 0.5):
            page.wake.clear()
            look = True


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
