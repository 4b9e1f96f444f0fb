"""What every provider outside the house has to do, whoever it is: the engine relies on each of these.

A provider's tests subclass `ProviderContract`, say which kinds it makes, and give a `harness` fixture that knows its
stand-in. Requirement ids: PRV-01, PRV-06, PRV-07, JOB-09, JOB-10, JOB-11.
"""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, ClassVar, Protocol
from urllib.parse import urlsplit

import pytest

from app.providers import base, errors
from app.providers.base import Accepted, Brief, Finished, Inline, Kind, Pending, Provider, Remote


class Harness(Protocol):
    """What the contract needs to know about one provider and its stand-in."""

    provider: Provider
    secret: str
    """The credential that must never show."""

    def another(self) -> Provider:
        """A second provider object, as a fresh process would build it."""

    def without_key(self) -> Provider:
        """One that was given no credential."""

    def with_key(self, key: str) -> Provider:
        """One with another credential."""

    def impatient(self) -> Provider:
        """One whose time-outs are below half a second."""

    def unreachable(self) -> Provider:
        """One whose service refuses connections."""

    def brief(self, kind: Kind) -> Brief:
        """Something that the provider can make."""

    def at_submit(self, kind: Kind, mishap: str) -> None:
        """Let the next submit go wrong: busy (for 7 s), overloaded, error, page, lost, reset, hang (1 s), unreadable,
        redirect, rejected, retired, forbidden, out of funds."""

    def at_look_up(self, mishap: str) -> None:
        """Let the next look-up go wrong: busy, error, page, lost, hang, unreadable, gone, forbidden, blocked, empty,
        failed, cancelled, unheard of."""

    def submits(self) -> int:
        """How many submits have reached the service."""

    def accepted(self) -> int:
        """How many of them it took on."""

    def fetch(self, download: base.Download) -> bytes:
        """The bytes at an address, redirects not followed."""


def finish(provider: Provider, started: Accepted | Finished, seconds: float = 10.0) -> Finished:
    """Look a job up until it is done."""
    until = time.monotonic() + seconds
    while not isinstance(started, Finished):
        found = provider.poll(started.handle)
        if isinstance(found, Finished):
            return found
        assert time.monotonic() < until, "the stand-in's job never ended"
        time.sleep(0.05)
    return started


class ProviderContract:
    """What holds for every provider. Subclass it, set `kinds`, and define the fixture `harness`."""

    kinds: ClassVar[tuple[Kind, ...]]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run what depends on the kind for each kind that the provider makes, and look-ups for what is looked up."""
        if "kind" in metafunc.fixturenames:
            metafunc.parametrize("kind", metafunc.cls.kinds, ids=str)

    def test_it_is_a_provider_with_a_name(self, harness: Harness) -> None:
        assert isinstance(harness.provider, Provider)
        assert harness.provider.name
        assert harness.provider.in_house is False

    def test_it_names_the_missing_variable_and_sends_nothing_without_it(self, harness: Harness) -> None:
        """PRV-06."""
        assert harness.provider.missing() == ()
        bare = harness.without_key()
        assert bare.missing()
        assert all(name.isupper() for name in bare.missing())
        with pytest.raises(errors.Misconfigured):
            bare.submit(harness.brief(self.kinds[0]), "attempt-1")
        assert harness.submits() == 0

    def test_a_submit_is_one_request_and_ends_in_media(self, harness: Harness, kind: Kind) -> None:
        started = harness.provider.submit(harness.brief(kind), "attempt-1")
        result = finish(harness.provider, started).result
        assert harness.submits() == harness.accepted() == 1
        if isinstance(result, Inline):
            data, family = result.data, result.media_type.split("/")[0]
            assert family == kind.value
        else:
            data = harness.fetch(harness.provider.download(result.locator))
        assert data[4:8] == b"ftyp" if kind is Kind.VIDEO else data[:2] in {b"\xff\xd8", b"\x89P", b"RI"}

    @pytest.mark.parametrize("mishap", ["busy", "overloaded"])
    def test_a_refusal_for_now_is_not_an_acceptance(self, harness: Harness, kind: Kind, mishap: str) -> None:
        """JOB-09: the engine may try again, and knows when."""
        harness.at_submit(kind, mishap)
        with pytest.raises((errors.RateLimited, errors.Retryable)) as refused:
            harness.provider.submit(harness.brief(kind), "attempt-1")
        if mishap == "busy":
            assert isinstance(refused.value, errors.RateLimited)
            assert refused.value.retry_after == 7
        assert (harness.submits(), harness.accepted()) == (1, 0)
        finish(harness.provider, harness.provider.submit(harness.brief(kind), "attempt-2"))

    def test_a_refused_connection_proves_that_nothing_was_accepted(self, harness: Harness, kind: Kind) -> None:
        with pytest.raises(errors.Retryable):
            harness.unreachable().submit(harness.brief(kind), "attempt-1")

    @pytest.mark.parametrize("mishap", ["error", "page", "lost", "reset", "unreadable", "redirect", "hang"])
    def test_a_submit_that_nobody_knows_the_outcome_of_is_never_sent_again(
        self, harness: Harness, kind: Kind, mishap: str
    ) -> None:
        """JOB-09: one request, and an error that no machine answers with another."""
        harness.at_submit(kind, mishap)
        provider = harness.impatient() if mishap == "hang" else harness.provider
        with pytest.raises(errors.Ambiguous):
            provider.submit(harness.brief(kind), "attempt-1")
        time.sleep(0.1)
        assert harness.submits() == 1

    @pytest.mark.parametrize(
        ("mishap", "error"),
        [
            ("rejected", errors.InvalidRequest),
            ("retired", errors.Retired),
            ("forbidden", errors.Misconfigured),
            ("out of funds", errors.OutOfFunds),
        ],
    )
    def test_a_plain_no_says_who_has_to_act(
        self, harness: Harness, kind: Kind, mishap: str, error: type[errors.ProviderError]
    ) -> None:
        """PRV-07: the operator's account, the operator's key, or the request."""
        harness.at_submit(kind, mishap)
        with pytest.raises(error):
            harness.provider.submit(harness.brief(kind), "attempt-1")
        assert (harness.submits(), harness.accepted()) == (1, 0)

    def test_a_wrong_key_is_ours_to_mend(self, harness: Harness, kind: Kind) -> None:
        with pytest.raises(errors.Misconfigured):
            harness.with_key("no-such-key").submit(harness.brief(kind), "attempt-1")

    def test_cancelling_never_raises(self, harness: Harness) -> None:
        assert harness.provider.cancel({"id": "v1_nobody-knows"}) is False
        assert harness.unreachable().cancel({"id": "v1_nobody-knows"}) is False

    def test_threads_share_one_provider(self, harness: Harness, kind: Kind) -> None:
        def one(number: int) -> Any:
            return finish(harness.provider, harness.provider.submit(harness.brief(kind), f"attempt-{number}"))

        with ThreadPoolExecutor(8) as pool:
            assert all(isinstance(done, Finished) for done in pool.map(one, range(16)))
        assert harness.submits() == 16


class LookUpContract(ProviderContract):
    """The same, for a provider whose work is looked up until it is done; `looked_up` are the kinds it is so for."""

    looked_up: ClassVar[tuple[Kind, ...]]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """As above, and what is about look-ups for each kind that is looked up."""
        super().pytest_generate_tests(metafunc)
        if "watched" in metafunc.fixturenames:
            metafunc.parametrize("watched", metafunc.cls.looked_up, ids=str)

    def test_what_is_stored_fits_into_json_and_is_enough_for_a_fresh_process(
        self, harness: Harness, watched: Kind
    ) -> None:
        """JOB-11: a crash after the submit only goes on looking up."""
        started = self._started(harness, watched)
        stored = json.dumps(dict(started.handle))
        assert len(stored) < 1000
        assert started.operation_id
        result = finish(harness.another(), replace(started, handle=json.loads(stored))).result
        if isinstance(result, Remote):
            locator = json.loads(json.dumps(dict(result.locator)))
            assert harness.another().download(locator) == harness.provider.download(result.locator)
        assert harness.submits() == 1

    def test_a_look_up_can_be_repeated(self, harness: Harness, watched: Kind) -> None:
        started = self._started(harness, watched)
        first, second = finish(harness.provider, started), harness.provider.poll(started.handle)
        assert first == second

    def test_a_download_stays_on_its_list_and_keeps_the_key_to_one_host(self, harness: Harness, watched: Kind) -> None:
        result = finish(harness.provider, self._started(harness, watched)).result
        if not isinstance(result, Remote):
            return
        download = harness.provider.download(result.locator)
        parts = urlsplit(download.url)
        names = {parts.hostname, parts.netloc}
        assert any(
            one in names or (one[0] == "." and str(parts.hostname).endswith(one)) for one in download.allowed_hosts
        )
        assert not download.headers or download.headers_host in names
        assert harness.secret not in download.url + repr(download)

    @pytest.mark.parametrize("mishap", ["error", "page", "lost", "unreadable", "hang", "busy", "forbidden"])
    def test_a_look_up_that_fails_is_asked_again(self, harness: Harness, watched: Kind, mishap: str) -> None:
        started = self._started(harness, watched)
        harness.at_look_up(mishap)
        provider = harness.impatient() if mishap == "hang" else harness.provider
        with pytest.raises((errors.Retryable, errors.RateLimited)):
            provider.poll(started.handle)
        assert finish(harness.provider, started)
        assert harness.submits() == 1

    @pytest.mark.parametrize(
        ("mishap", "error"),
        [
            ("gone", errors.Expired),
            ("blocked", errors.Blocked),
            ("empty", errors.NoOutput),
            ("failed", errors.Failed),
            ("cancelled", errors.Failed),
        ],
    )
    def test_an_end_without_a_video_is_final(
        self, harness: Harness, watched: Kind, mishap: str, error: type[errors.ProviderError]
    ) -> None:
        """JOB-10."""
        started = self._started(harness, watched)
        harness.at_look_up(mishap)
        with pytest.raises(error):
            harness.provider.poll(started.handle)

    def test_a_state_nobody_has_heard_of_is_waited_for(self, harness: Harness, watched: Kind) -> None:
        started = self._started(harness, watched)
        harness.at_look_up("unheard of")
        assert isinstance(harness.provider.poll(started.handle), Pending)

    def _started(self, harness: Harness, kind: Kind) -> Accepted:
        started = harness.provider.submit(harness.brief(kind), "attempt-1")
        assert isinstance(started, Accepted), "a provider that answers at once has no look-ups to test"
        return started
