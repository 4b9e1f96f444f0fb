"""A change reaches every process within moments; what is stored and fits no more stops nobody (ADM-03)."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from app import queue
from app.extensions import now, transaction
from app.settings import store
from app.settings.catalogue import Settings
from app.settings.models import SystemConfig
from tests.database.books import tell
from tests.database.verbs import LOOKING


def until(found: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether it comes to be true in time."""
    ends = time.monotonic() + seconds
    while not found():
        if time.monotonic() > ends:
            return False
        time.sleep(0.02)
    return True


def put(**values: str) -> None:
    """Rows as somebody else left them."""
    with transaction() as session:
        for key, value in values.items():
            session.add(SystemConfig(key=key, value=value, type="integer", updated_at=now()))
    store.forget()


def test_processes_that_run_already_see_a_change(hands):
    """They keep what they read for two seconds and are told nothing."""
    with ThreadPoolExecutor(1) as aside:
        answers = aside.submit(hands, "watch_image_price", times=4)
        assert until(lambda: int(queue.connection().get(LOOKING) or 0) == 4)
        store.change({"image_credit_cost": "8"}, actor_id=None)
        assert answers.result(timeout=60) == {"5, then 8": 4}


def test_what_was_read_is_kept_for_a_moment_and_then_read_again():
    put(image_credit_cost="7")
    assert store.current().image_credit_cost == 7
    read_at = time.monotonic()
    tell("UPDATE system_configs SET value = '9'")
    seen = store.current().image_credit_cost
    assert seen == 7 or time.monotonic() - read_at >= store.FRESH_SECONDS
    assert until(lambda: store.current().image_credit_cost == 9)
    assert time.monotonic() - read_at >= store.FRESH_SECONDS


def test_reading_what_is_fresh_asks_no_database():
    assert store.current() is store.current()


def test_two_who_save_at_once_both_succeed(hands):
    """The first change of a setting is an insert, which must not meet another one."""
    assert hands("set_image_price", times=16) == {"set": 16}
    assert 6 <= store.current().image_credit_cost <= 9


@pytest.mark.parametrize("value", ["-5", "10001", '"seven"', "null", "[]", "seven", "", "1.5", "NaN", "Infinity"])
def test_a_stored_value_that_fits_no_more_gives_way_to_its_default_alone(value: str, caplog):
    put(image_credit_cost=value, signup_credits="50")
    with caplog.at_level(logging.ERROR, logger="app.settings.store"):
        found = store.current()
    assert found == Settings(signup_credits=50)
    assert "image_credit_cost" in caplog.text


def test_a_value_that_fits_no_more_can_be_set_again():
    put(image_credit_cost="-5")
    assert store.change({"image_credit_cost": "6"}, actor_id=None).image_credit_cost == 6
    assert store.current().image_credit_cost == 6


def test_a_setting_that_is_gone_is_passed_over():
    put(beta_mode=json.dumps(True))
    assert store.current() == Settings()
    assert store.change({"image_credit_cost": "6"}, actor_id=None) == Settings(image_credit_cost=6)
