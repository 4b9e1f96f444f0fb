"""A page that was away is told what it missed: everything, once."""

from __future__ import annotations

import os
import random
import threading
import time

import pytest
from flask import Flask

from app.extensions import db
from tests.realtime.people import Member, Page


def test_a_page_is_told_what_is_newer_than_it_has_seen(ada: Member) -> None:
    """Subscribe, then everything after `since`, then what comes: for each version there has been (RT-03)."""
    ids = [ada.asks(f"Number {number}") for number in range(4)]
    for creation_id in (ids[2], ids[0]):
        ada.moves(creation_id)
    newest = ada.version()
    for since in range(newest):
        page = ada.page(since).hear_until(newest)
        wanted = {id: row for id, row in ada.rows().items() if row[1] > since}
        assert page.cards == wanted
        assert page.versions == [newest]
        page.close()


@pytest.mark.parametrize("since", ["", "abc", "-1", "1e3", "٣", "9" * 40])
def test_a_page_that_does_not_say_what_it_has_seen_is_told_everything(ada: Member, since: str) -> None:
    """Nonsense counts as nothing seen."""
    creation_id = ada.asks()
    page = ada.page(since).hear_until(ada.version())
    assert set(page.cards) == {str(creation_id)}
    page.close()


def test_a_page_that_has_seen_everything_is_told_nothing_until_something_changes(ada: Member) -> None:
    """And then at once."""
    creation_id = ada.asks()
    page = ada.page(ada.version())
    assert page.silent(1.0)
    ada.moves(creation_id)
    began = time.monotonic()
    page.hear_until(ada.version(), 2)
    assert time.monotonic() - began < 2
    page.close()


def test_a_lost_doorbell_delays_a_push_and_loses_nothing(ada: Member) -> None:
    """Every few seconds the versions of all who are connected are compared (RT-04)."""
    creation_id = ada.asks()
    page = ada.page(ada.version())
    assert page.silent(0.5)
    ada.moves(creation_id, told=False)
    page.hear_until(ada.version(), 8)
    assert page.cards == ada.rows()
    page.close()


def test_nothing_is_lost_and_nothing_comes_twice(app: Flask, ada: Member) -> None:
    """Random changes, random lost doorbells, and a page whose connection breaks at random moments."""
    seed = int(os.environ.get("REALTIME_SEED") or time.time())
    dice, done = random.Random(seed), threading.Event()
    changing = threading.Thread(target=_change, args=(app, ada, random.Random(seed + 1), done))
    page = ada.page(0)
    seen: list[Page] = [page]
    changing.start()
    until = time.monotonic() + 12
    while not done.is_set() or page.since < ada.version():
        assert time.monotonic() < until + 10, f"seed {seed}: {page.since} of {ada.version()}"
        page.hear(0.05)
        if dice.random() < 0.1:
            (page.vanish if dice.random() < 0.5 else page.close)()
            page = ada.page(page.since)
            seen.append(page)
    changing.join()
    page.close()
    cards = {id: row for page in seen for id, row in page.cards.items()}
    told = [one for page in seen for one in page.told]
    versions = [version for page in seen for version in page.versions]
    toasts = [toast for page in seen for toast in page.toasts]
    assert cards == ada.rows(), f"seed {seed}"
    assert len(told) == len(set(told)), f"seed {seed}"
    assert versions == sorted(set(versions)), f"seed {seed}"
    failed = [id for id, row in cards.items() if row[0] == "failed"]
    assert len(failed) > 1
    assert len(toasts) == len(set(toasts)) == len(failed), f"seed {seed}"


def _change(app: Flask, ada: Member, dice: random.Random, done: threading.Event) -> None:
    with app.app_context():
        ids = [ada.asks(f"Random {number}") for number in range(5)]
        for _ in range(18):
            creation_id = dice.choice([id for id in ids if ada.rows()[str(id)][0] != "failed"])
            ada.moves(creation_id, told=dice.random() < 0.7)
            done.wait(dice.uniform(0, 0.5))
        db.session.remove()
        done.set()
