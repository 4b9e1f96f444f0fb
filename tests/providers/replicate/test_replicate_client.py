"""How the adapter behaves as a client: when it loads what, how long it waits, where the key goes."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import pytest

from app.providers.base import Brief
from app.providers.errors import Ambiguous, Misconfigured, Retryable
from app.providers.replicate.provider import ReplicateProvider, Timeouts
from tests.providers.replicate.orders import flux, hailuo, started, zeroscope
from tests.standins.replicate import KEY, ReplicateStandIn


def test_nothing_heavy_is_loaded_before_the_first_call() -> None:
    """Web processes know the provider, and verify its calls, without an HTTP client or a decoder of pictures."""
    code = (
        "import sys; from app.providers.replicate.provider import ReplicateProvider as R\n"
        "one = R('k', '', frozenset(), webhook_secret='whsec_x', callback='https://a.example/h')\n"
        "one.missing(), one.hears(), one.download({'url': 'https://replicate.delivery/a'})\n"
        "sys.exit(any(name.startswith(('httpx2', 'PIL', 'numpy')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_forks_is_spared_both() -> None:
    code = (
        "import sys; from app.providers.replicate.provider import ReplicateProvider as R\n"
        "R('k', '', frozenset()).preload(); sys.exit(not {'httpx2', 'PIL.Image'} <= sys.modules.keys())"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_production_limits_fit_into_the_life_of_a_creation() -> None:
    limits = Timeouts()
    assert limits.connect == 5
    assert limits.submit + 2 * limits.upload <= 90
    assert max(limits.submit, limits.look_up) <= 30


@pytest.mark.parametrize("brief", [flux(), zeroscope()], ids=["image", "video"])
@pytest.mark.parametrize("fault", [{"fault": "hang", "seconds": 4}, {"fault": "drip", "seconds": 0.03}], ids=str)
def test_a_submit_ends_in_time_however_slowly_it_is_answered(
    replicate: ReplicateStandIn, hasty: ReplicateProvider, brief: Brief, fault: dict[str, Any]
) -> None:
    replicate.script("create", fault)
    began = time.monotonic()
    with pytest.raises(Ambiguous):
        hasty.submit(brief, "attempt-1")
    assert time.monotonic() - began < 3, "it waited for the answer, not for the clock"


def test_an_upload_ends_in_time_and_leaves_nothing_in_doubt(
    replicate: ReplicateStandIn, hasty: ReplicateProvider
) -> None:
    replicate.script("upload", {"fault": "hang", "seconds": 1.0})
    with pytest.raises(Retryable):
        hasty.submit(hailuo(), "attempt-1")
    assert replicate.requests_to("create") == []


def test_a_redirect_is_not_followed_so_the_key_stays_where_it_belongs(
    replicate: ReplicateStandIn, provider: ReplicateProvider
) -> None:
    with ReplicateStandIn() as other:
        handle = started(provider, flux()).handle
        for endpoint in ("create", "get", "upload", "list", "cancel"):
            replicate.script(endpoint, {"fault": "redirect", "to": f"{other.url}/v1/stolen"})
        with pytest.raises(Ambiguous):
            provider.submit(flux(), "attempt-2")
        with pytest.raises(Retryable):
            provider.poll(handle)
        with pytest.raises(Retryable):
            provider.submit(hailuo(), "attempt-3")
        with pytest.raises(Retryable):
            provider.find(flux(), "attempt-2")
        assert provider.cancel(handle) is False
        assert other.requests == []


@pytest.mark.parametrize("key", ["ключ", "two words", "line\nbreak", "é"])
def test_a_key_that_cannot_be_one_is_named_by_its_variable_only(replicate: ReplicateStandIn, key: str) -> None:
    provider = ReplicateProvider(key, replicate.url, frozenset())
    provider.preload()
    with pytest.raises(Misconfigured) as wrong:
        provider.submit(flux(), "attempt-1")
    assert "REPLICATE_API_KEY" in str(wrong.value)
    assert key not in str(wrong.value)
    assert replicate.requests == []


def test_every_verb_that_asks_says_that_the_key_is_missing(replicate: ReplicateStandIn) -> None:
    """PRV-06"""
    bare = ReplicateProvider("", replicate.url, frozenset())
    assert bare.missing() == ("REPLICATE_API_KEY",)
    for ask in (
        lambda: bare.submit(flux(), "attempt-1"),
        lambda: bare.submit(hailuo(), "attempt-1"),
        lambda: bare.poll({"id": "x"}),
        lambda: bare.find(flux(), "attempt-1"),
    ):
        with pytest.raises(Misconfigured, match="REPLICATE_API_KEY"):
            ask()
    assert bare.cancel({"id": "x"}) is False
    assert replicate.requests == []


def test_without_an_address_it_is_replicates_own() -> None:
    download = ReplicateProvider(KEY, "", frozenset({"cdn.example"})).download({"url": "https://replicate.delivery/a"})
    assert download.allowed_hosts == {"api.replicate.com", "replicate.delivery", ".replicate.delivery", "cdn.example"}
