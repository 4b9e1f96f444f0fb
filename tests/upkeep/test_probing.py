"""The providers are asked at night which models they serve: what is found is told, and takes nothing off (PRV-04)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from app.admin import health
from app.catalogue import choosing, store
from app.catalogue.entries import Entry
from app.extensions import now
from app.upkeep import nightly, probing
from tests.standins import replicate as replicates
from tests.standins.google import KEY, GoogleStandIn
from tests.standins.replicate import ReplicateStandIn
from tests.standins.replicate_wire import FLUX, HAILUO

OLD, NEW = "google/gemini-omni-1.2-flash", "google/gemini-omni-1.1-flash"


@pytest.fixture
def google() -> Iterator[GoogleStandIn]:
    """Google, who tells what is served there."""
    with GoogleStandIn() as standin:
        yield standin
        assert standin.violations == []


@pytest.fixture
def replicate() -> Iterator[ReplicateStandIn]:
    """Replicate, who is asked after each model."""
    with ReplicateStandIn() as standin:
        yield standin
        assert standin.violations == []


@pytest.fixture
def environ(request: pytest.FixtureRequest) -> dict[str, str]:
    """Who is configured is whom the test asks for."""
    if "replicate" in request.fixturenames:
        url = request.getfixturevalue("replicate").url
        return {"REPLICATE_API_KEY": replicates.KEY, "REPLICATE_API_URL": url}
    return {"GOOGLE_AI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": request.getfixturevalue("google").url}


def set_model(name: str, **facts: Any) -> None:
    """Change a model's entry."""
    found = store.find(*name.split("/", 1))
    assert found
    store.put([Entry.model_validate(Entry.of(found).model_dump() | facts)], actor_id=None)


def listed(name: str) -> bool | None:
    """What the last probe noted of a model."""
    store.forget()
    found = store.listing(*name.split("/", 1))
    assert found
    return found.listed


def test_when_all_is_served_nothing_is_told(google: GoogleStandIn) -> None:
    assert listed(OLD) is None
    assert probing.probe() == []
    assert (listed(OLD), listed("local/kinora-local-video-1")) == (True, None)


def test_a_model_that_is_offered_and_listed_no_more_is_told_every_night_and_stays(google: GoogleStandIn) -> None:
    google.models = google.models - {"gemini-omni-1.2-flash"}
    for _ in range(2):
        assert probing.probe() == [f"{OLD} is not in its provider's list"]
    assert listed(OLD) is False
    found = choosing.model_for("video", OLD)
    assert found
    assert found.name == OLD
    set_model(OLD, enabled=False)
    assert probing.probe() == []


def test_a_model_that_is_known_to_be_gone_is_not_told_again(google: GoogleStandIn) -> None:
    google.models = google.models - {"gemini-omni-1.2-flash"}
    store.retire(*OLD.split("/"), "404")
    assert probing.probe() == []


def test_a_model_that_was_noted_as_gone_and_is_in_the_list_is_offered_again(google: GoogleStandIn) -> None:
    """One answer that was wrong for a moment shall not keep a model from people for good."""
    store.retire(*OLD.split("/"), "404")
    google.models = google.models - {"gemini-omni-1.2-flash"}
    probing.probe()
    assert choosing.model_for("video", OLD) is None
    google.models = google.models | {"gemini-omni-1.2-flash"}
    assert probing.probe() == []
    found = choosing.model_for("video", OLD)
    assert found
    assert found.name == OLD


@pytest.mark.parametrize(
    ("days", "told"),
    [(31, []), (30, [f"{OLD} retires in 30 days, then {NEW} takes over"]),
     (1, [f"{OLD} retires in 1 day, then {NEW} takes over"]), (0, [])],
)  # fmt: skip
def test_a_model_that_retires_soon_is_told_with_the_days_left(
    google: GoogleStandIn, days: int, told: list[str]
) -> None:
    set_model(OLD, retires_on=now().date() + timedelta(days=days))
    assert probing.probe() == told


def test_that_nobody_takes_over_is_told(google: GoogleStandIn) -> None:
    set_model(NEW, retires_on=now().date() + timedelta(days=3))
    assert probing.probe() == [f"{NEW} retires in 3 days, then nobody takes over"]


@pytest.mark.parametrize("fault", ["500", "reset", "unreadable", "bad-key"])
def test_a_provider_that_does_not_tell_changes_nothing(google: GoogleStandIn, fault: str) -> None:
    google.script("models", fault)
    (told,) = probing.probe()
    assert told.startswith("google did not tell which models it serves: ")
    assert listed(OLD) is None


def test_a_list_without_any_model_that_is_known_is_not_believed(google: GoogleStandIn) -> None:
    google.models = {"omni-2"}
    assert probing.probe() == ["google's list names none of its models that are known here, so it is not believed"]
    assert listed(OLD) is None


def test_what_it_finds_is_an_alarm_of_the_night_on_the_dashboard(google: GoogleStandIn) -> None:
    google.models = google.models - {"gemini-omni-1.2-flash"}
    assert nightly.run()
    (audit,) = [one for one in health.health() if one.name == "Audit"]
    assert not audit.ok
    assert f"{OLD} is not in its provider's list" in audit.words


def test_a_provider_without_a_list_is_asked_after_each_model(replicate: ReplicateStandIn) -> None:
    replicate.models.discard(HAILUO)
    assert probing.probe() == [f"replicate/{HAILUO} is not in its provider's list"]
    assert [listed(f"replicate/{one}") for one in (FLUX, HAILUO)] == [True, False]
