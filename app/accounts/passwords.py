"""Keeping passwords: argon2id, and never more than two at a time.

One hash takes 19 MiB and about 20 ms of a core. Two at once leave the other threads of a process their air; whoever
would wait longer than three seconds is told so instead of piling up.
"""

from __future__ import annotations

import base64
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from app.accounts.common_passwords import is_common
from app.errors import Busy

MIN_LENGTH = 8
MAX_LENGTH = 256
AT_ONCE = 2
MAX_WAIT = 3.0

_hasher = PasswordHasher(
    time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16, encoding="utf-8", type=Type.ID
)
_slots = threading.BoundedSemaphore(AT_ONCE)


def problem(password: str, *, username: str = "", email: str = "") -> str | None:
    """Why this cannot be a new password, as a sentence; None when it can."""
    if len(password) < MIN_LENGTH:
        return f"Use at least {MIN_LENGTH} characters."
    if len(password) > MAX_LENGTH:
        return f"Use at most {MAX_LENGTH} characters."
    if not _storable(password):
        return "This password holds characters that cannot be typed again."
    if is_common(password, own=(username, email.partition("@")[0], email)):
        return "This password is too easy to guess. Three or four unrelated words make a good one."
    return None


def hash_password(password: str) -> str:
    """The text to keep for a password that `problem` found nothing wrong with. Raises Busy."""
    with _slot():
        return _hasher.hash(_normal(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one that was kept.

    Without a hash (no such account) a dummy takes the same time, so that the answer's speed tells nobody who has an
    account. Raises Busy.
    """
    if len(password) > MAX_LENGTH or not _storable(password):
        return False
    with _slot():
        try:
            return _hasher.verify(password_hash or _DUMMY, _normal(password))
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's and should be made anew."""
    return _hasher.check_needs_rehash(password_hash)


def _dummy() -> str:
    """A hash of nothing, with today's parameters: no password matches it, and trying takes as long as a real one."""
    salt, digest = (base64.b64encode(bytes(n)).decode().rstrip("=") for n in (_hasher.salt_len, _hasher.hash_len))
    cost = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"


_DUMMY = _dummy()


@contextmanager
def _slot() -> Iterator[None]:
    if not _slots.acquire(timeout=MAX_WAIT):
        raise Busy("Many people are logging in at this moment. Try again in a few seconds.")
    try:
        yield
    finally:
        _slots.release()


def _normal(password: str) -> str:
    # "é" is one character on some keyboards and two on others; both must open the same account.
    return unicodedata.normalize("NFC", password)


def _storable(password: str) -> bool:
    return "\0" not in password and not any("\ud800" <= character <= "\udfff" for character in password)
