"""Finding work whose submit was never confirmed: what is found is certain (JOB-09)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.providers.base import Accepted, Brief, Finder
from app.providers.errors import Ambiguous, ProviderError, RateLimited, Retryable
from app.providers.replicate.provider import ReplicateProvider
from tests.providers.replicate.orders import PATIENCE, flux, hailuo, started, zeroscope
from tests.standins.replicate import KEY, ReplicateStandIn
from tests.standins.replicate_jobs import SECRET

BRIEFS = [flux(), zeroscope(negative_prompt="rain"), hailuo()]


def lose(replicate: ReplicateStandIn, provider: ReplicateProvider, brief: Brief, attempt: str) -> str:
    """Submit, and let the answer be lost; the name that the work has at Replicate."""
    known = set(replicate.jobs)
    replicate.script("create", "lost")
    with pytest.raises(Ambiguous):
        provider.submit(brief, attempt)
    (lost,) = set(replicate.jobs) - known
    return lost


@pytest.mark.parametrize("brief", BRIEFS, ids=["flux", "zeroscope", "hailuo"])
def test_a_lost_job_is_found_among_others_of_the_same_words(
    replicate: ReplicateStandIn, provider: ReplicateProvider, brief: Brief
) -> None:
    assert isinstance(provider, Finder)
    started(provider, brief, "before")
    lost = lose(replicate, provider, brief, "attempt-1")
    started(provider, brief, "after")
    creates = len(replicate.requests_to("create"))
    found = provider.find(brief, "attempt-1")
    assert isinstance(found, Accepted)
    assert (found.operation_id, found.handle) == (lost, {"id": lost})
    assert len(replicate.requests_to("create")) == creates


@pytest.mark.parametrize("brief", BRIEFS, ids=["flux", "zeroscope", "hailuo"])
def test_what_was_not_accepted_is_not_found(
    replicate: ReplicateStandIn, provider: ReplicateProvider, brief: Brief
) -> None:
    started(provider, brief, "another")
    replicate.script("create", "reset")
    with pytest.raises(Ambiguous):
        provider.submit(brief, "attempt-1")
    assert provider.find(brief, "attempt-1") is None


def test_two_jobs_that_cannot_be_told_apart_are_neithers(
    replicate: ReplicateStandIn, provider: ReplicateProvider
) -> None:
    """With a seed of the person's own, the same order of somebody else's looks the same."""
    lose(replicate, provider, flux(seed=7), "attempt-1")
    assert provider.find(flux(seed=7), "attempt-1") is None
    assert replicate.requests_to("list") == []


def test_a_picture_tells_jobs_apart_where_the_seed_does_not(
    replicate: ReplicateStandIn, provider: ReplicateProvider
) -> None:
    """The same picture is uploaded anew for each attempt, so its address is the attempt's own."""
    first, second = (lose(replicate, provider, hailuo(), name) for name in ("attempt-1", "attempt-2"))
    found = [provider.find(hailuo(), name) for name in ("attempt-1", "attempt-2", "attempt-3")]
    assert [one and one.operation_id for one in found] == [first, second, None]


@pytest.mark.parametrize(
    "change",
    [{"prompt": "a wolf runs"}, {"negative_prompt": "snow"}, {"recipe": {"input": {"seed": "{seed}", "x": 1}}}],
    ids=str,
)
def test_another_input_is_another_job(
    replicate: ReplicateStandIn, provider: ReplicateProvider, change: dict[str, Any]
) -> None:
    lose(replicate, provider, zeroscope(), "attempt-1")
    assert provider.find(replace(zeroscope(), **change), "attempt-1") is None


def test_the_same_input_at_another_model_is_another_job(
    replicate: ReplicateStandIn, provider: ReplicateProvider
) -> None:
    lose(replicate, provider, zeroscope(), "attempt-1")
    lose(replicate, provider, flux(), "attempt-2")
    assert provider.find(replace(zeroscope(), model=f"anotherjesse/zeroscope-v2-xl:{'0' * 64}"), "attempt-1") is None
    assert provider.find(replace(flux(), model="black-forest-labs/flux-dev"), "attempt-2") is None


def test_a_job_that_calls_somebody_else_is_not_ours(replicate: ReplicateStandIn) -> None:
    """Two houses may share an account; the list does not always tell whom a job calls."""
    ours = ReplicateProvider(
        KEY, replicate.url, frozenset(), webhook_secret=SECRET, callback="http://127.0.0.1:9/h", timeouts=PATIENCE
    )
    lost = lose(replicate, ours, flux(), "attempt-1")
    found = ours.find(flux(), "attempt-1")
    assert found is not None
    row = replicate.jobs[lost].as_prediction("succeeded")
    replicate.script("list", {"fault": "status", "status": 200, "body": {
        "results": [{**row, "webhook": "https://other.example/hooks?creation=attempt-1"}],
    }})  # fmt: skip
    assert ours.find(flux(), "attempt-1") is None


def test_older_pages_are_read_too_but_not_for_ever(replicate: ReplicateStandIn, provider: ReplicateProvider) -> None:
    replicate.page = 2
    lost = lose(replicate, provider, flux(), "attempt-1")
    for number in range(5):
        started(provider, flux(), f"later-{number}")
    found = provider.find(flux(), "attempt-1")
    assert found is not None
    assert found.operation_id == lost
    assert len(replicate.requests_to("list")) == 3
    started(provider, flux(), "one more")
    assert provider.find(flux(), "attempt-1") is None
    assert len(replicate.requests_to("list")) == 6


def test_a_page_elsewhere_is_not_asked_for_and_gets_no_key(
    replicate: ReplicateStandIn, provider: ReplicateProvider
) -> None:
    with ReplicateStandIn() as other:
        for following in (f"{other.url}/v1/predictions?cursor=1", f"{replicate.url}.evil.example/v1", 7, None):
            body = {"results": [None, 7, {"id": "x"}], "next": following}
            replicate.script("list", {"fault": "status", "status": 200, "body": body})
            assert provider.find(flux(), "attempt-1") is None
        assert other.requests == []


@pytest.mark.parametrize(("fault", "error"), [("500", Retryable), ("lost", Retryable), ("429", RateLimited)])
@pytest.mark.parametrize("endpoint", ["list", "files"])
def test_a_search_that_fails_proves_nothing(
    replicate: ReplicateStandIn, provider: ReplicateProvider, endpoint: str, fault: str, error: type[ProviderError]
) -> None:
    replicate.script(endpoint, fault)
    with pytest.raises(error):
        provider.find(hailuo(), "attempt-1")
