"""Whose socket it is, from where, how many, and how it ends."""

from __future__ import annotations

import contextlib
import json
import time

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from app.realtime import bus
from app.realtime.connection import MOST_MESSAGES, TOO_LOUD, TOO_SLOW
from app.realtime.pages import LOGGED_OUT, TOO_MANY
from tests.journeys.caller import Caller
from tests.journeys.house import eventually
from tests.realtime.people import Member, Page


def refused(member: Caller, **more: str) -> int:
    """The status with which a page is not let in."""
    with pytest.raises(InvalidStatus) as refusal:
        Page(member, **more)
    return int(refusal.value.response.status_code)


@pytest.mark.parametrize("cookie", ["", "session=short", "theme=dark"])
def test_a_stranger_gets_no_socket(ada: Member, cookie: str) -> None:
    """Refused before anything is accepted (RT-04)."""
    assert refused(ada, cookie=cookie) == 401


def test_who_was_logged_out_meanwhile_is_told_so(ada: Member) -> None:
    """A browser sees no status of a refused handshake: the page learns by the code that it is logged out."""
    cookie = ada.cookie
    assert ada.post("/logout", {})[0] == 303
    assert Page(ada, cookie=cookie).closed() == LOGGED_OUT


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null", "http://127.0.0.1"])
def test_a_page_of_another_site_gets_no_socket(ada: Member, origin: str) -> None:
    """Whatever cookie its visitor's browser sends along."""
    assert refused(ada, origin=origin) == 403


def test_nobody_hears_of_what_is_not_theirs(ada: Member, bob: Member) -> None:
    """Events go to their owner's pages alone (I6)."""
    hers, his = ada.page(ada.version()), bob.page(bob.version())
    creation_id = ada.asks("A secret")
    ada.moves(creation_id)
    hers.hear_until(ada.version())
    assert str(creation_id) in hers.cards
    assert his.silent(1.0)
    stolen = bob.page(0).hear_until(bob.version())
    assert not his.frames
    assert not stolen.cards
    assert "secret" not in str(stolen.frames)
    for page in (hers, his, stolen):
        page.close()


def test_a_person_may_have_twenty_pages(ada: Member, bob: Member) -> None:
    """The next is told why; the first ones and other people go on; one that closes makes room at once."""
    pages = ada.most_pages()
    assert ada.page(0).closed() == TOO_MANY
    bob.page(bob.version()).close()
    pages.pop().close()
    pages.append(eventually(lambda: _let_in(ada), 5, what="room for another page"))
    ada.asks()
    for page in pages:
        page.hear_until(ada.version())
        page.close()


def test_the_end_of_a_session_closes_its_sockets_at_once(ada: Member) -> None:
    """With 4401, in this process and every other; another session of hers stays (SEC-03)."""
    page, began = ada.page(0), time.monotonic()
    assert ada.post("/logout", {})[0] == 303
    assert page.closed() == LOGGED_OUT
    assert time.monotonic() - began < 2


def test_what_pages_send_is_ignored(ada: Member) -> None:
    """A page of ours sends nothing."""
    page = ada.page(ada.version())
    for _ in range(MOST_MESSAGES - 1):
        page.socket.send('{"user": "somebody else", "since": 0}')
    assert page.silent(0.5)
    ada.asks()
    page.hear_until(ada.version())
    page.close()


@pytest.mark.parametrize("message", ["x" * 5000, "x" * 3_000_000, b"\0" * 100_000])
def test_a_message_that_is_too_big_ends_the_connection(ada: Member, message: str | bytes) -> None:
    """At most 4 kB; and nobody else notices."""
    other = ada.page(ada.version())
    page = ada.page(ada.version())
    with contextlib.suppress(OSError, ConnectionClosed):
        page.socket.send(message)
    assert page.closed() in {1009, 1006}
    ada.asks()
    other.hear_until(ada.version())
    other.close()


def test_a_page_that_talks_too_much_is_closed(ada: Member) -> None:
    """Small messages cost time as well."""
    page = ada.page(ada.version())
    with contextlib.suppress(ConnectionClosed):
        for _ in range(MOST_MESSAGES * 3):
            page.socket.send("hello")
    assert page.closed() == TOO_LOUD


@pytest.mark.parametrize("line", [b"\xff" * 2000, b"\x81\x05hello", b"GET / HTTP/1.1\r\n\r\n"])
def test_bytes_that_are_no_frames_harm_nobody(ada: Member, line: bytes) -> None:
    """Unmasked frames, text, noise: that connection ends, the server goes on."""
    page = ada.page(ada.version())
    page.socket.socket.sendall(line)
    assert page.closed() in {1002, 1006}
    assert ada.get("/drafts")[0] == 200


def test_a_message_of_unknown_shape_does_not_end_the_listener(ada: Member) -> None:
    """Another version of ours may publish what this one does not know."""
    page = ada.page(ada.version())
    odd = json.dumps({"user": str(ada.id), "ended": 5})
    for data in ("nonsense", "[]", '{"user": 7}', '{"likes": "x"}', "{}", odd):
        bus.queue.connection().publish(bus.CHANNEL, data)
    # Doorbells and the look at the versions are one thread: without it nothing would come at all.
    ada.asks()
    page.hear_until(ada.version())
    page.close()


def test_a_page_that_does_not_read_is_dropped_and_holds_up_nobody(ada: Member) -> None:
    """What waits for it has a limit; pages that do read are told everything meanwhile."""
    for number in range(60):
        ada.asks(f"Number {number}: " + "a long prompt, " * 30)
    stuck, quick = ada.page(0, receive_buffer=4096), ada.page(0)
    for _ in range(16):
        ada.all_change()
        quick.hear_until(ada.version(), 5)
    # Reading now, it finds what was already on its way, and then why nothing more comes.
    assert stuck.closed() in {TOO_SLOW, 1006}
    quick.close()


def _let_in(member: Member) -> Page | None:
    page = member.page(member.version())
    with contextlib.suppress(ConnectionClosed):
        if page.silent(0.2):
            return page
    return None
