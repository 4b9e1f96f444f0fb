"""`/live`: the door through which a page's websocket comes in."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Callable
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest, HTTPException

from app.realtime import handover
from app.realtime.channel import Channel

VERSION = "13"
log = logging.getLogger(__name__)


class OtherVersion(HTTPException):
    """The client speaks another version of the protocol; it is told which one is spoken here (RFC 6455, 4.2.2)."""

    code = 426

    def get_headers(self, *args: Any, **kwargs: Any) -> list[tuple[str, str]]:
        """With the version."""
        return [*super().get_headers(*args, **kwargs), ("Sec-WebSocket-Version", VERSION)]


def check_handshake() -> None:
    """Refuse a handshake that is none (RFC 6455, 4.2.1); flask-sock would fail at some and take others.

    Raises BadRequest or OtherVersion.
    """
    if request.headers.get("Upgrade", "").lower() != "websocket":
        return  # no route takes it
    if request.headers.get("Sec-WebSocket-Version") != VERSION:
        raise OtherVersion
    try:
        key = base64.b64decode(request.headers.get("Sec-WebSocket-Key", ""), validate=True)
    except binascii.Error:
        raise BadRequest from None
    if len(key) != 16:
        raise BadRequest


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
