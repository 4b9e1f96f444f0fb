"""The place after which the next page of a list begins, as text for an address."""

from __future__ import annotations

import base64
import binascii
import uuid
from datetime import UTC, datetime, timedelta

from app.errors import Invalid

PAGE_SIZE = 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIME_BYTES = 8
_BYTES = _TIME_BYTES + 16
_LATEST = int((datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH) / timedelta(microseconds=1))


def encode_cursor(at: datetime, id: uuid.UUID) -> str:
    """Name the last row of a page by its time and id; the id orders rows of the same microsecond."""
    micros = (at - _EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(micros.to_bytes(_TIME_BYTES) + id.bytes).decode()


def decode_cursor(text: str | None) -> tuple[datetime, uuid.UUID] | None:
    """The row that a cursor names, or None for the first page. Raises Invalid for anything we did not make."""
    if not text:
        return None
    try:
        data = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        data = b""
    micros = int.from_bytes(data[:_TIME_BYTES])
    if len(data) != _BYTES or micros > _LATEST:
        raise Invalid({"after": "This link to more is broken. Start again from the top of the list."})
    return _EPOCH + timedelta(microseconds=micros), uuid.UUID(bytes=data[_TIME_BYTES:])
