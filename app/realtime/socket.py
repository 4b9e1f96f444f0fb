"""`/live`: the door through which a page's websocket comes in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import request

from app.realtime import handover
from app.realtime.channel import Channel

log = logging.getLogger(__name__)


def view_of(channel: Channel) -> Callable[[Any], None]:
    """The view of `/live`, to be routed by flask-sock, which has already shaken hands."""

    def live(ws: Any) -> None:
        # Whatever happens must not become an error page: it would be written into the open websocket.
        try:
            viewer = channel.hooks.viewer()
            channel.attach(handover.take(ws), viewer, since(request.args.get("since", "")))
        except Exception:
            log.exception("a page's socket failed")

    return live


def since(value: str) -> int:
    """The version a page has seen; 0, and so everything, when it does not say."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 16 else 0
