"""Cursors."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from app.errors import Invalid
from app.web.paging import decode_cursor, encode_cursor


def test_a_cursor_comes_back_as_it_was():
    at, id = datetime(2026, 11, 20, 8, 30, 0, 123456, UTC), uuid.uuid4()
    cursor = encode_cursor(at, id)
    assert decode_cursor(cursor) == (at, id)
    assert cursor.replace("-", "").replace("_", "").isalnum()


def test_no_cursor_is_the_first_page():
    assert decode_cursor(None) is None
    assert decode_cursor("") is None


@pytest.mark.parametrize("bad", ["x", "é", "\ud800", "a" * 32 + "=", "-" * 32, "AAAA", "' OR 1=1", "\0", "A" * 9999])
def test_a_cursor_that_we_did_not_make_is_refused_in_words(bad):
    with pytest.raises(Invalid) as caught:
        decode_cursor(bad)
    assert "after" in caught.value.errors
