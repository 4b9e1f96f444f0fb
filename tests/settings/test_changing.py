"""What an admin sets: typed, all or none, and written down (ADM-03, DAT-03)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.errors import Invalid
from app.extensions import db
from app.settings import store
from app.settings.catalogue import Settings, type_name
from app.settings.models import AuditEntry, SystemConfig


def audit() -> list[tuple[str, object, object]]:
    """Every change that was written down: (setting, from, to)."""
    db.session.rollback()
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert {entry.action for entry in entries} <= {"setting"}
    return [(entry.target, entry.detail["from"], entry.detail["to"]) for entry in entries]


def stored() -> dict[str, tuple[str, str]]:
    """What the table holds: the text and the type of each setting that was ever changed."""
    db.session.rollback()
    return {row.key: (row.value, row.type) for row in db.session.scalars(select(SystemConfig))}


def refused(**values: str) -> dict[str, str]:
    """The sentences with which a change is refused."""
    with pytest.raises(Invalid) as error:
        store.change(values, actor_id=None)
    return error.value.errors


CHANGES = {
    "image_credit_cost": (" 7 ", 7, "7", "integer"),
    "video_1080p_multiplier": ("2.5", 2.5, "2.5", "number"),
    "lease_seconds": ("45", 45.0, "45.0", "number"),
    "daily_cost_alert_usd": ("1e-05", 0.00001, "1e-05", "number"),
    "image_generation_enabled": ("false", False, "false", "boolean"),
    "video_pricing_mode": ("flat", "flat", '"flat"', "text"),
    "site_notice": ("  Back at “nine” 🦊 ", "Back at “nine” 🦊", None, "text"),
}


def test_a_change_is_typed_and_in_force_at_once(ada):
    after = store.change({key: sent for key, (sent, *_) in CHANGES.items()}, actor_id=ada.id)
    assert store.current() == after
    for key, (_, value, kept, kind) in CHANGES.items():
        found = getattr(store.current(), key)
        assert (found, type(found)) == (value, type(value)), key
        text, told = stored()[key]
        assert told == kind == type_name(key)
        assert kept is None or text == kept
    assert len(stored()) == len(CHANGES), "what has its default is not in the table"


def test_every_change_is_written_down_with_who_and_why(ada):
    """ADM-03"""
    values = {"image_credit_cost": "7", "signup_credits": "50", "video_flat_credits": "10"}
    store.change(values, actor_id=ada.id, reason="A cheaper model")
    assert audit() == [("image_credit_cost", 5, 7), ("signup_credits", 100, 50)]
    for entry in db.session.scalars(select(AuditEntry)):
        assert (entry.actor_id, entry.reason) == (ada.id, "A cheaper model")
    row = db.session.get_one(SystemConfig, "image_credit_cost")
    assert (row.updated_by, row.description) == (ada.id, "Price of one image. 0 is free.")


def test_what_stays_as_it_is_writes_nothing():
    store.change({"image_credit_cost": "5", "image_generation_enabled": "true", "site_notice": " "}, actor_id=None)
    assert (stored(), audit()) == ({}, [])


def test_a_value_set_back_is_two_changes_and_the_default_again():
    store.change({"image_credit_cost": "7"}, actor_id=None)
    store.change({"image_credit_cost": "5"}, actor_id=None)
    assert store.current() == Settings()
    assert audit() == [("image_credit_cost", 5, 7), ("image_credit_cost", 7, 5)]


BAD = [
    ("image_credit_cost", "", "This must be a whole number."),
    ("image_credit_cost", "ten", "This must be a whole number."),
    ("image_credit_cost", "1.5", "This must be a whole number."),
    ("image_credit_cost", "٣", "This must be a whole number."),
    ("image_credit_cost", "1_000", "This must be a whole number."),
    ("image_credit_cost", "9" * 5000, "This must be a whole number."),
    ("image_credit_cost", "-1", "The least is 0."),
    ("image_credit_cost", "10001", "The most is 10000."),
    ("upload_max_mb", "6", "The most is 5."),
    ("video_credit_per_second", "nan", "This must be a number, such as 2 or 1.5."),
    ("video_credit_per_second", "inf", "This must be a number, such as 2 or 1.5."),
    ("video_credit_per_second", "1,5", "This must be a number, such as 2 or 1.5."),
    ("video_credit_per_second", "1e999", "The most is 10000.0."),
    ("video_1080p_multiplier", "0.99", "The least is 1.0."),
    ("video_pricing_mode", "free", "Choose one of 'per_second' or 'flat'."),
    ("image_generation_enabled", "perhaps", "This is not something that fits here."),
    ("image_provider", "x" * 31, "Use at most 30 characters."),
    ("site_notice", "x" * 301, "Use at most 300 characters."),
    ("is_admin", "true", "There is no such setting."),
    ("__class__", "x", "There is no such setting."),
]


@pytest.mark.parametrize(("key", "value", "sentence"), BAD, ids=lambda one: str(one)[:20])
def test_a_value_that_does_not_fit_is_refused_with_a_sentence(key: str, value: str, sentence: str):
    assert refused(**{key: value}) == {key: sentence}
    assert (stored(), audit(), store.current()) == ({}, [], Settings())


def test_one_bad_value_stops_all_and_each_has_its_sentence():
    errors = refused(signup_credits="1", image_credit_cost="-1", video_timeout_seconds="soon")
    assert errors == {"image_credit_cost": "The least is 0.", "video_timeout_seconds": "This must be a whole number."}
    assert (stored(), audit(), store.current()) == ({}, [], Settings())


def test_every_setting_has_a_default_that_fits_a_section_and_a_meaning():
    """ADM-03"""
    assert Settings.model_validate(Settings().model_dump()) == Settings()
    for key, info in Settings.model_fields.items():
        assert info.title, key
        assert (info.description or "").endswith("."), key
        assert type_name(key) in {"boolean", "integer", "number", "text"}
