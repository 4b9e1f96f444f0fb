"""Looking Replicate's predictions up, and their files (JOB-10, JOB-11, MED-01)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.media.errors import FetchError
from app.media.fetching import fetch
from app.providers.base import Finished, Pending, Remote, Teller
from app.providers.errors import Blocked, Expired, Failed, NoOutput, RateLimited, Retryable, Rule
from app.providers.replicate.provider import ReplicateProvider
from tests.providers.replicate.orders import flux, hailuo, started, zeroscope
from tests.standins import replicate_wire as wire
from tests.standins.replicate import KEY, ReplicateStandIn


def done(provider: ReplicateProvider, handle: Any) -> Remote:
    found = provider.poll(handle)
    assert isinstance(found, Finished)
    assert isinstance(found.result, Remote)
    return found.result


@pytest.mark.parametrize(
    ("logs", "progress"),
    [
        ("Using seed: 7\n45%|####5     | 23/50 [00:11<00:13]", 0.45),
        ("0%|          | 0/50\r 2%|2  | 1/50\r  8%|8| 4/50", 0.08),
        ("100%|##########| 50/50\n 12%|1| 3/24", 0.12),
        ("100%|##########| 50/50", 0.99),
        ("100% of the people", None),
        ("", None),
        (None, None),
        ([], None),
    ],
)
def test_progress_is_what_the_last_bar_in_the_logs_shows(
    replicate: ReplicateStandIn, provider: ReplicateProvider, logs: Any, progress: float | None
) -> None:
    handle = started(provider, zeroscope()).handle
    body = {"id": handle["id"], "status": "processing", "logs": logs}
    replicate.script("get", {"fault": "status", "status": 200, "body": body})
    assert provider.poll(handle) == Pending(progress=progress)


@pytest.mark.parametrize("status", ["starting", "thinking_hard"])
def test_what_has_not_ended_is_pending(replicate: ReplicateStandIn, provider: ReplicateProvider, status: str) -> None:
    handle = started(provider, hailuo()).handle
    replicate.script("get", status)
    assert provider.poll(handle) == Pending()


def test_progress_rises_while_a_video_is_made(replicate: ReplicateStandIn, provider: ReplicateProvider) -> None:
    replicate.video_seconds = 30
    found = provider.poll(started(provider, zeroscope()).handle)
    assert isinstance(found, Pending)
    assert found.progress is not None
    assert 0 <= found.progress < 0.5


@pytest.mark.parametrize(
    ("output", "address"),
    [
        ("https://replicate.delivery/x/out.mp4", "https://replicate.delivery/x/out.mp4"),
        (["https://replicate.delivery/x/1.png", "https://replicate.delivery/x/2.png"], "https://replicate.delivery/x/1.png"),
        ({"seed": 7, "video": "https://replicate.delivery/x/v.mp4"}, "https://replicate.delivery/x/v.mp4"),
        ([{"image": ["https://replicate.delivery/x/i.png"]}], "https://replicate.delivery/x/i.png"),
    ],
    ids=["text", "list", "object", "nested"],
)  # fmt: skip
def test_a_result_is_found_in_whatever_shape_a_model_answers(
    replicate: ReplicateStandIn, provider: ReplicateProvider, output: Any, address: str
) -> None:
    handle = started(provider, flux()).handle
    replicate.script("get", {"fault": "status", "status": 200, "body": {"status": "succeeded", "output": output}})
    assert done(provider, handle) == Remote({"url": address})


@pytest.mark.parametrize("output", [None, [], {}, "", "I cannot draw that.", [None, 7], 7])
def test_an_end_that_shows_nothing_is_no_output(
    replicate: ReplicateStandIn, provider: ReplicateProvider, output: Any
) -> None:
    """JOB-10"""
    handle = started(provider, flux()).handle
    replicate.script("get", {"fault": "status", "status": 200, "body": {"status": "succeeded", "output": output}})
    with pytest.raises(NoOutput):
        provider.poll(handle)


def test_an_hour_later_there_is_nothing_to_fetch(
    replicate: ReplicateStandIn, provider: ReplicateProvider, tmp_path: Path
) -> None:
    handle = started(provider, flux()).handle
    result = done(provider, handle)
    replicate.an_hour_later()
    with pytest.raises(Expired):
        provider.poll(handle)
    with pytest.raises(FetchError) as gone:
        fetch(provider.download(result.locator), tmp_path / "file")
    assert gone.value.reason == "gone"


@pytest.mark.parametrize(
    ("outcome", "rule", "said"),
    [
        ("nsfw", Rule.SEXUAL, "NSFW content detected. Try running it again, or try a different prompt."),
        (
            "blocked",
            Rule.POLICY,
            "The input or output was flagged as sensitive. Please try again with different inputs.",
        ),
    ],
)
def test_a_refusal_for_safety_is_blocked_and_its_words_are_kept(
    replicate: ReplicateStandIn, provider: ReplicateProvider, outcome: str, rule: Rule, said: str
) -> None:
    handle = started(provider, flux()).handle
    replicate.script("get", outcome)
    with pytest.raises(Blocked) as blocked:
        provider.poll(handle)
    assert (blocked.value.stage, blocked.value.rule, blocked.value.said) == ("output", rule, said)
    assert blocked.value.reason


@pytest.mark.parametrize(
    ("outcome", "code"),
    [("failed", "provider_error"), ("canceled", "cancelled"), ("aborted", "timed_out")],
)
def test_every_other_end_is_final(
    replicate: ReplicateStandIn, provider: ReplicateProvider, outcome: str, code: str
) -> None:
    handle = started(provider, zeroscope()).handle
    replicate.script("get", outcome)
    with pytest.raises(Failed) as ended:
        provider.poll(handle)
    assert ended.value.code == code


@pytest.mark.parametrize("error", ["The model ran out of memory (E1001)", "E0054 is not a safety code", None, 7])
def test_a_plain_failure_is_not_taken_for_a_refusal(
    replicate: ReplicateStandIn, provider: ReplicateProvider, error: Any
) -> None:
    handle = started(provider, zeroscope()).handle
    replicate.script("get", {"fault": "status", "status": 200, "body": {"status": "failed", "error": error}})
    with pytest.raises(Failed):
        provider.poll(handle)


@pytest.mark.parametrize("reply", [[], "yes", 7, None, {}])
def test_a_look_up_of_another_shape_is_made_again(
    replicate: ReplicateStandIn, provider: ReplicateProvider, reply: object
) -> None:
    handle = started(provider, flux()).handle
    replicate.script("get", {"fault": "status", "status": 200, "body": reply})
    with pytest.raises(Retryable):
        provider.poll(handle)
    assert done(provider, handle)


@pytest.mark.parametrize(
    ("fault", "code"), [("401", "misconfigured"), ("403", "misconfigured"), ("402", "unavailable")]
)
def test_trouble_of_the_operators_does_not_give_a_paid_video_up(
    replicate: ReplicateStandIn, provider: ReplicateProvider, fault: str, code: str
) -> None:
    handle = started(provider, zeroscope()).handle
    replicate.script("get", fault)
    with pytest.raises(Retryable) as trouble:
        provider.poll(handle)
    assert trouble.value.code == code
    assert done(provider, handle)


def test_a_look_up_that_is_refused_for_now_says_for_how_long(
    replicate: ReplicateStandIn, provider: ReplicateProvider
) -> None:
    handle = started(provider, flux()).handle
    replicate.script("get", {"fault": "429", "seconds": 12})
    with pytest.raises(RateLimited) as limited:
        provider.poll(handle)
    assert limited.value.retry_after == 12


def test_a_name_that_would_lead_elsewhere_stays_a_name(
    replicate: ReplicateStandIn, provider: ReplicateProvider
) -> None:
    with pytest.raises(Expired):
        provider.poll({"id": "../models/secret"})
    assert replicate.requests[-1]["path"] == "/v1/predictions/..%2Fmodels%2Fsecret"
    replicate.violations.clear()


def test_results_are_fetched_without_the_key(
    replicate: ReplicateStandIn, provider: ReplicateProvider, tmp_path: Path
) -> None:
    """The stand-in counts a key at its results as a violation."""
    download = provider.download(done(provider, started(provider, flux()).handle).locator)
    assert download.headers == {}
    assert fetch(download, tmp_path / "file").content_type == "image/png"


def test_a_result_among_the_apis_own_files_is_fetched_with_it(provider: ReplicateProvider) -> None:
    api = ReplicateProvider(KEY, "", frozenset())
    download = api.download({"url": "https://api.replicate.com/v1/files/abc/download"})
    assert (download.headers, download.headers_host) == ({"Authorization": f"Bearer {KEY}"}, "api.replicate.com")
    for elsewhere in ("https://api.replicate.com.evil.example/v1/files/a", "https://api.replicate.com/v1/account"):
        assert api.download({"url": elsewhere}).headers == {}


@pytest.mark.parametrize(
    "address",
    [
        "https://replicate.delivery.evil.example/a.png",
        "https://169.254.169.254/a.png",
        "http://replicate.delivery/a.png",
        "https://evilreplicate.delivery/a.png",
        "",
    ],
)
def test_a_result_elsewhere_is_not_fetched(provider: ReplicateProvider, tmp_path: Path, address: str) -> None:
    """MED-01"""
    with pytest.raises(FetchError) as refused:
        fetch(provider.download({"url": address}), tmp_path / "file")
    assert refused.value.reason == "refused_host"


def test_a_video_in_the_making_can_be_stopped_and_a_finished_one_cannot(
    replicate: ReplicateStandIn, provider: ReplicateProvider
) -> None:
    assert provider.cancel(started(provider, zeroscope()).handle) is False
    replicate.video_seconds = 30
    handle = started(provider, zeroscope()).handle
    assert provider.cancel(handle) is True
    with pytest.raises(Failed):
        provider.poll(handle)


@pytest.mark.parametrize("fault", ["500", "429", "lost", "unreadable"])
def test_a_failed_stopping_is_a_no(replicate: ReplicateStandIn, provider: ReplicateProvider, fault: str) -> None:
    replicate.video_seconds = 30
    handle = started(provider, zeroscope()).handle
    replicate.script("cancel", fault)
    assert provider.cancel(handle) is False


def test_it_has_no_list_worth_reading_and_tells_of_each_model(
    replicate: ReplicateStandIn, provider: ReplicateProvider
) -> None:
    """PRV-04"""
    assert isinstance(provider, Teller)
    assert provider.listed() is None
    replicate.models.discard(wire.HAILUO)
    versioned = f"{wire.ZEROSCOPE}:{wire.ZEROSCOPE_VERSION}"
    assert [provider.serves(one) for one in (wire.FLUX, wire.HAILUO, versioned)] == [True, False, True]
    assert provider.serves(f"{wire.ZEROSCOPE}:{'0' * 64}") is False


@pytest.mark.parametrize("fault", ["500", "429", "lost", "unreadable"])
def test_a_provider_that_does_not_answer_has_not_said_that_a_model_is_gone(
    replicate: ReplicateStandIn, provider: ReplicateProvider, fault: str
) -> None:
    replicate.script("model", fault)
    with pytest.raises((Retryable, RateLimited)):
        provider.serves(wire.FLUX)
