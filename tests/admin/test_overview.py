"""The overview: figures, days, reasons and health, with data, without, and when something is away (ADM-01)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.creations.transitions import QUEUED
from app.extensions import now
from app.generation import settling
from tests.engine import ask, settle
from tests.studio.page import read
from tests.studio.works import configure, inside, put


def kpis(admin) -> dict[str, str]:
    """The figures of the top row, by their labels."""
    page = read(admin.get("/admin"))
    found = {}
    for label, following in (
        ("Generations today", "Success rate today"),
        ("Success rate today", "Credits spent today"),
        ("Credits spent today", "Active people today"),
        ("Active people today", "Daily creations"),
    ):
        found[label] = page.words.partition(label)[2].partition(following)[0].strip()
    return found


def test_without_data_it_is_calm(admin) -> None:
    page = read(admin.get("/admin"))
    assert kpis(admin)["Generations today"] == "00 being made now"
    assert kpis(admin)["Success rate today"] == "–Nothing failed"
    assert "None failed." in page.words
    assert page.all("svg", role="img")[0]["aria-label"].startswith("In 14 days 0 were made and 0 failed")


def test_it_counts_what_was_made_failed_spent_and_returned(app, admin, ada, bob) -> None:
    def work() -> None:
        settle(ask(ada.id))
        settling.fail(ask(bob.id, kind="video"), QUEUED, "blocked")
        ask(bob.id)

    inside(app, work)
    put(ada, "published", is_sample=True)
    put(ada, "failed", created_at=now() - timedelta(days=3), error_code="timed_out")
    put(ada, "failed", created_at=now() - timedelta(days=20), error_code="lost")
    words = read(admin.get("/admin")).words
    assert kpis(admin) == {
        "Generations today": "31 being made now",
        "Success rate today": "50.0%1 failed, all refunded",
        "Credits spent today": "1040 returned",
        "Active people today": "23 new",
    }
    assert "In 14 days 1 were made and 2 failed" in admin.get("/admin").text
    assert "Declined by the safety filter" in words
    assert "Took too long" in words
    assert "Lost by the provider" not in words


def test_it_names_what_is_missing_for_a_model(app, admin) -> None:
    """PRV-06: to admins, and with the name of the variable."""
    configure(app, video_provider="google")
    words = read(admin.get("/admin")).words
    assert "google: set " in words
    assert "GOOGLE_AI_API_KEY" in words or "GEMINI_API_KEY" in words
    assert "Local drawing (Local)" in words


def test_no_workers_is_said(admin) -> None:
    assert "none is running" in read(admin.get("/admin")).words


class TestWithoutRedis:
    """Nobody listens where Redis should be."""

    @pytest.fixture
    def environ(self) -> dict[str, str]:
        return {"REDIS_URL": "redis://127.0.0.1:1/0"}

    def test_the_overview_still_comes_and_says_so(self, app, admin) -> None:
        answer = admin.get("/admin")
        assert answer.status_code == 200
        assert "unknown while Redis is down" in read(answer).words

    def test_people_and_settings_still_work(self, app, admin, ada) -> None:
        assert admin.get("/admin/people").status_code == 200
        sent = {"credits": "5", "why": "sorry"}
        assert admin.post(f"/admin/people/{ada.id}/grant", sent, page="/admin/people").status_code == 303
        assert ada.balance() == 105
