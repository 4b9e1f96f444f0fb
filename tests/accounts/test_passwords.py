"""Passwords: which may be used, and how they are kept."""

from __future__ import annotations

import threading
import time

import argon2
import pytest

from app.accounts import passwords
from app.errors import Busy

_LISTED = """
password password1 Password123! P@ssw0rd qwerty123 qwertyuiop 12345678 87654321 1234567890 11111111 abababab abcabcabc
iloveyou iloveyou2 sunshine99 football1 letmein! trustno1 monkey123 1qaz2wsx zaq12wsx 1q2w3e4r asdfghjkl Kinora2026!
kinora-1 k1n0ra!! passwordpassword charlie1 dragon!! ncc1701d michael1 princess1 superman startrek 147258369 aaaaaaa1
!@#$%^&* qwer1234 abcd1234 changeme whatever1 basketball corvette12 ada_lovelace Ada_Lovelace1 ada.lovelace@here.test
"""
COMMON = _LISTED.split()
GOOD = [
    "violet-train-to-oslo",
    "correct horse battery staple",
    "Zb7#kPq1vL",
    "gw8sh2kdl3",
    "Ünïcödé-пароль",
    "a dragon sings",
]


@pytest.mark.parametrize("password", COMMON)
def test_a_password_that_is_tried_first_is_refused(password):
    assert passwords.problem(password, username="ada_lovelace", email="ada.lovelace@here.test")


@pytest.mark.parametrize("password", GOOD)
def test_any_other_password_will_do_without_rules_of_composition(password):
    assert passwords.problem(password, username="ada", email="ada@here.test") is None


@pytest.mark.parametrize("password", ["", "short77", "x" * 257, "nul\0nul\0nul", "lone\ud800surrogate"])
def test_a_password_too_short_too_long_or_untypeable_is_refused(password):
    assert passwords.problem(password)


def test_length_is_judged_before_anything_is_computed():
    began = time.perf_counter()
    passwords.problem("x" * 5_000_000)
    assert not passwords.matches(None, "x" * 5_000_000)
    assert time.perf_counter() - began < 0.1
    assert passwords.problem("vx" + "ab-" * 84) is None, "256 characters are fine"


def test_a_password_opens_its_own_hash_only():
    kept = passwords.hash_password("violet-train")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(kept, "violet-train")
    assert not passwords.matches(kept, "Violet-train")
    assert not passwords.matches("rubbish", "violet-train")
    assert not passwords.matches(None, "violet-train")


def test_the_same_letters_open_it_from_any_keyboard():
    assert passwords.matches(passwords.hash_password("caf\u00e9-caf\u00e9"), "cafe\u0301-cafe\u0301")


def test_a_hash_of_other_parameters_is_outdated():
    assert passwords.is_outdated(argon2.PasswordHasher(time_cost=1, memory_cost=8192).hash("x"))
    assert not passwords.is_outdated(passwords.hash_password("violet-train"))


def test_an_unknown_account_takes_as_long_as_a_wrong_password():
    kept = passwords.hash_password("violet-train")
    known, unknown = _best(kept), _best(None)
    assert 0.5 < known / unknown < 2


def _best(kept: str | None) -> float:
    times = []
    for _ in range(7):
        began = time.perf_counter()
        passwords.matches(kept, "something-else")
        times.append(time.perf_counter() - began)
    return min(times)


def test_no_more_than_two_are_hashed_at_once(monkeypatch):
    monkeypatch.setattr(passwords, "MAX_WAIT", 0.1)
    release = threading.Event()
    inside = threading.Semaphore(0)

    def hold() -> None:
        with passwords._slot():
            inside.release()
            release.wait(5)

    holders = [threading.Thread(target=hold) for _ in range(2)]
    for holder in holders:
        holder.start()
    for _ in holders:
        inside.acquire(timeout=5)
    try:
        with pytest.raises(Busy) as caught:
            passwords.hash_password("violet-train")
    finally:
        release.set()
        for holder in holders:
            holder.join()
    assert caught.value.retry_after
    assert passwords.hash_password("violet-train")
