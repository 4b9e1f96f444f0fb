"""What each of Google's answers means at a submit (JOB-09, PRV-07)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from app.providers.base import Brief, Kind
from app.providers.errors import (
    Ambiguous,
    InvalidRequest,
    Misconfigured,
    OutOfFunds,
    ProviderError,
    RateLimited,
    Retired,
)
from app.providers.google.provider import GoogleProvider
from tests.standins.google import KEY, GoogleStandIn

IMAGE = Brief(Kind.IMAGE, "gemini-3.1-flash-image", "a fox", "1:1")
VIDEO = Brief(Kind.VIDEO, "gemini-omni-1.2-flash", "a fox", "16:9", duration=4, resolution="720p")
BOTH = pytest.mark.parametrize("brief", [IMAGE, VIDEO], ids=["image", "video"])


def refused(google: GoogleStandIn, provider: GoogleProvider, brief: Brief, fault: Any) -> ProviderError:
    google.script("image" if brief is IMAGE else "create", fault)
    with pytest.raises(ProviderError) as error:
        provider.submit(brief, "a1")
    assert sum(google.submits.values()) <= 1
    return error.value


def answer(status: int, body: Any, **headers: str) -> dict[str, Any]:
    return {"fault": "status", "status": status, "body": body, "headers": headers}


@BOTH
@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        ("400", InvalidRequest),
        ("401", Misconfigured),
        ("402", OutOfFunds),
        ("403", Misconfigured),
        ("404", Retired),
        ("409", Ambiguous),
        ("429", RateLimited),
        ("500", Ambiguous),
        ("502", Ambiguous),
        ("503", RateLimited),
        ("504", Ambiguous),
        ("quota", OutOfFunds),
        ("bad-key", Misconfigured),
        ("html503", Ambiguous),
        ({"fault": "html", "status": 502}, Ambiguous),
        ({"fault": "html", "status": 200}, Ambiguous),
        ({"fault": "html", "status": 403}, Misconfigured),
    ],
    ids=str,
)
def test_every_answer_has_one_meaning(
    google: GoogleStandIn, provider: GoogleProvider, brief: Brief, fault: Any, meaning: type[ProviderError]
) -> None:
    assert type(refused(google, provider, brief, fault)) is meaning


@pytest.mark.parametrize(
    ("status", "word", "meaning"),
    [
        (400, "parameter_unknown", InvalidRequest),
        (400, "failed_precondition", Misconfigured),
        (416, "out_of_range", InvalidRequest),
        (422, "invalid_request", InvalidRequest),
        (429, "quota_exceeded", OutOfFunds),
        (408, "timeout", Ambiguous),
    ],
)
def test_interactions_say_it_with_a_word(
    google: GoogleStandIn, provider: GoogleProvider, status: int, word: str, meaning: type[ProviderError]
) -> None:
    fault = answer(status, {"error": {"code": word, "message": "No."}})
    assert type(refused(google, provider, VIDEO, fault)) is meaning


def test_billing_that_is_off_is_the_operators_to_mend(google: GoogleStandIn, provider: GoogleProvider) -> None:
    body = {"error": {"code": 400, "status": "FAILED_PRECONDITION", "message": "User location is not supported."}}
    assert type(refused(google, provider, IMAGE, answer(400, body))) is Misconfigured


def test_a_body_in_a_list_is_read(google: GoogleStandIn, provider: GoogleProvider) -> None:
    body = [{"error": {"code": 503, "status": "UNAVAILABLE", "message": "Overloaded."}}]
    assert type(refused(google, provider, IMAGE, answer(503, body))) is RateLimited


@BOTH
@pytest.mark.parametrize("body", [{}, [], {"error": "busy"}, {"error": {"code": 503}}, {"message": "busy"}], ids=str)
def test_a_503_that_is_not_googles_own_proves_nothing(
    google: GoogleStandIn, provider: GoogleProvider, brief: Brief, body: Any
) -> None:
    assert type(refused(google, provider, brief, answer(503, body))) is Ambiguous


def test_a_retired_model_is_the_operators_to_replace(google: GoogleStandIn, provider: GoogleProvider) -> None:
    """PRV-04."""
    old = Brief(Kind.IMAGE, "imagen-4.0-generate-001", "a fox", "1:1")
    with pytest.raises(Retired, match="no longer available"):
        provider.submit(old, "a1")


@BOTH
def test_the_time_to_wait_is_read_where_google_writes_it(
    google: GoogleStandIn, provider: GoogleProvider, brief: Brief
) -> None:
    """In the body's RetryInfo, or in the header."""
    error = refused(google, provider, brief, {"fault": "429", "seconds": 11})
    assert isinstance(error, RateLimited)
    assert error.retry_after == 11


@pytest.mark.parametrize(
    ("header", "low", "high"),
    [
        ("3", 3, 3),
        ("0.5", 0.5, 0.5),
        (timedelta(hours=1), 3500, 3600),
        (timedelta(hours=-1), 0, 0),
    ],
)
def test_the_header_may_be_seconds_or_a_date(
    google: GoogleStandIn, provider: GoogleProvider, header: str | timedelta, low: float, high: float
) -> None:
    if isinstance(header, timedelta):
        header = format_datetime(datetime.now(UTC) + header, usegmt=True)
    error = refused(google, provider, IMAGE, answer(429, {}, **{"Retry-After": header}))
    assert isinstance(error, RateLimited)
    assert error.retry_after is not None
    assert low <= error.retry_after <= high


@pytest.mark.parametrize("header", ["soon", "-5", "nan", "inf", "1e99"])
def test_a_header_that_is_nonsense_is_not_believed(
    google: GoogleStandIn, provider: GoogleProvider, header: str
) -> None:
    error = refused(google, provider, IMAGE, answer(429, {}, **{"Retry-After": header}))
    assert isinstance(error, RateLimited)
    assert error.retry_after is None


@BOTH
@pytest.mark.parametrize("status", [400, 403, 429, 500])
def test_the_key_is_in_no_text_even_when_google_repeats_it(
    google: GoogleStandIn, provider: GoogleProvider, brief: Brief, status: int
) -> None:
    body = {"error": {"code": status, "status": "X", "message": f"The key {KEY} is not welcome."}}
    error = refused(google, provider, brief, answer(status, body))
    assert "[key] is not welcome" in str(error)
    assert KEY not in repr(error)
    assert error.__cause__ is None
    assert error.__context__ is None


def test_a_text_of_googles_is_kept_short(google: GoogleStandIn, provider: GoogleProvider) -> None:
    body = {"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "long " * 10_000}}
    assert len(str(refused(google, provider, IMAGE, answer(400, body)))) <= 500
