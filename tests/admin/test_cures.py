"""What an operator reads beside a model that does not work (PRV-06, PRV-07)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.admin import health
from app.admin.cures import cure
from app.catalogue import choosing, store
from app.creations.failures import CODES
from app.extensions import db
from app.generation import breakers
from app.providers.errors import Misconfigured, OutOfFunds, ProviderError, RateLimited
from tests.database.rows import creation
from tests.people import Person

OURS = {"blocked", "no_output", "timed_out", "lost", "storage", "not_queued", "cancelled", "switched_off"}
"""Nothing that an operator could mend at a provider."""


@pytest.fixture
def environ() -> dict[str, str]:
    """Google has a key."""
    return {"GOOGLE_AI_API_KEY": "a-key"}


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    """The application's context, for the whole test."""
    with app.app_context():
        yield
        db.session.remove()


def row(name: str) -> health.Health:
    """The row of this name on the overview."""
    (found,) = [one for one in health.health() if one.name == name]
    return found


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_error_of_a_provider_s_has_a_cure_and_no_other_has(code: str) -> None:
    assert bool(cure(code, "google", ["KEY"])) is (code not in OURS)
    assert "{" not in cure(code, "google")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OutOfFunds("402"), "Top up the account at Google, then wait a minute: it is tried again by itself."),
        (Misconfigured("403"), "Check GOOGLE_AI_API_KEY and the account's permissions at Google, then start"),
    ],
)
def test_what_concerns_the_account_is_one_row_with_the_cause_and_the_cure(
    ada: Person, error: ProviderError, words: str
) -> None:
    breakers.note(creation(ada.id, provider="google", model="gemini-3.1-flash-image"), error)
    many = len([one for one in store.listings() if one.model.provider == "google"])
    found = row("google")
    assert not found.ok
    assert found.words.startswith(f"{many} models: nothing is asked of it for ")
    assert f"{error.code}: {error}. {words}" in found.words


def test_a_busy_model_is_its_own_row_and_well(ada: Person) -> None:
    made = creation(ada.id, provider="google", model="gemini-3.1-flash-image")
    breakers.note(made, RateLimited("slow down", retry_after=9))
    found = row("google/gemini-3.1-flash-image")
    assert found.ok
    assert found.words.startswith("busy, asked again in 9 s. busy: slow down. Nothing to do")


def test_a_model_that_is_gone_is_well_when_somebody_takes_over(ada: Person) -> None:
    store.retire("google", "gemini-3-pro-image", "no longer available")
    store.retire("google", "gemini-omni-1.1-flash", "404")
    taken_over, missed = row("google/gemini-3-pro-image"), row("google/gemini-omni-1.1-flash")
    assert taken_over == health.Health(
        "google/gemini-3-pro-image", True, "gone: no longer available. Gemini 3.1 Flash Image takes over."
    )
    assert (missed.ok, missed.words) == (False, "gone: 404. Choose another model, or give this one a fallback.")


def test_the_names_of_the_variables_are_known_whether_they_are_set_or_not() -> None:
    registry = choosing.registry()
    assert registry.missing("google") == ()
    assert registry.needs("google") == ("GOOGLE_AI_API_KEY",)
    assert registry.needs("local") == registry.needs("none") == ()
