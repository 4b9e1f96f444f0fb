"""An admin has the providers' lists read at once instead of at night (PRV-04)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.catalogue import store
from tests.standins.google import KEY, GoogleStandIn
from tests.studio.page import read


@pytest.fixture
def google() -> Iterator[GoogleStandIn]:
    """Google, who tells what is served there."""
    with GoogleStandIn() as standin:
        yield standin
        assert standin.violations == []


@pytest.fixture
def environ(google: GoogleStandIn) -> dict[str, str]:
    """Only Google is configured."""
    return {"GOOGLE_AI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": google.url}


def ask(admin) -> str:
    """Press the button; what the page says then."""
    store.forget()
    button = read(admin.get("/admin/models")).form("/admin/models/ask")
    assert admin.post(button.action, button.filled(), page="/admin/models/new").status_code == 303
    return read(admin.get("/admin/models")).words


def test_all_is_served_and_that_is_said(admin) -> None:
    words = ask(admin)
    assert "The providers' lists were read. There is nothing to worry about." in words
    assert "Ready; list read just now" in words


def test_what_is_listed_no_more_is_said_and_marked(google: GoogleStandIn, admin) -> None:
    google.models = google.models - {"gemini-omni-1.2-flash"}
    words = ask(admin)
    assert "The providers' lists were read. Look at this:" in words
    assert "google/gemini-omni-1.2-flash is not in its provider's list" in words
    assert "Not in the provider's list any more, as of just now." in words
