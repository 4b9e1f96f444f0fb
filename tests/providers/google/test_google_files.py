"""Where a finished video is fetched from, and what is never fetched (MED-01)."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from app.media.errors import FetchError
from app.media.fetching import fetch
from app.providers.base import Accepted, Brief, Download, Finished, Kind, Pending, Remote
from app.providers.errors import Expired, Failed, RateLimited, Retryable
from app.providers.google.provider import GoogleProvider
from tests.standins import media
from tests.standins.google import KEY, GoogleStandIn


def started(provider: GoogleProvider, prompt: str = "a fox runs") -> Accepted:
    brief = Brief(Kind.VIDEO, "gemini-omni-1.1-flash", prompt, "16:9", duration=4, resolution="360p")
    accepted = provider.submit(brief, "a1")
    assert isinstance(accepted, Accepted)
    return accepted


def download(provider: GoogleProvider, prompt: str = "a fox runs") -> Download:
    done = provider.poll(started(provider, prompt).handle)
    assert isinstance(done, Finished)
    assert isinstance(done.result, Remote)
    return provider.download(done.result.locator)


def get(found: Download, **headers: str) -> httpx2.Response:
    return httpx2.get(found.url, headers={**found.headers, **headers})


def test_a_file_in_processing_is_waited_for(google: GoogleStandIn, provider: GoogleProvider) -> None:
    handle = started(provider).handle
    google.script("file", "processing")
    assert provider.poll(handle) == Pending(next_after=2.0)
    assert isinstance(provider.poll(handle), Finished)


def test_a_file_that_google_could_not_process_is_a_failure(google: GoogleStandIn, provider: GoogleProvider) -> None:
    handle = started(provider).handle
    google.script("file", "broken")
    with pytest.raises(Failed):
        provider.poll(handle)


@pytest.mark.parametrize("fault", ["403", "404"])
def test_a_file_that_is_gone_is_expired(google: GoogleStandIn, provider: GoogleProvider, fault: str) -> None:
    """Google keeps generated files for two days, then answers 403 or 404."""
    handle = started(provider).handle
    google.script("file", fault)
    with pytest.raises(Expired):
        provider.poll(handle)


@pytest.mark.parametrize(
    ("fault", "error"), [("500", Retryable), ("lost", Retryable), ("unreadable", Retryable), ("429", RateLimited)]
)
def test_a_failed_look_at_the_file_is_made_again(
    google: GoogleStandIn, provider: GoogleProvider, fault: str, error: type[Exception]
) -> None:
    handle = started(provider).handle
    google.script("file", fault)
    with pytest.raises(error):
        provider.poll(handle)
    assert isinstance(provider.poll(handle), Finished)


def test_the_file_is_fetched_from_the_configured_address_with_the_key(
    google: GoogleStandIn, provider: GoogleProvider
) -> None:
    found = download(provider)
    assert found.url.startswith(f"{google.url}/v1/files/")
    assert found.url.endswith(":download?alt=media")
    assert found.headers == {"x-goog-api-key": KEY}
    assert found.headers_host == f"127.0.0.1:{google.port}"
    answer = get(found)
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.content == media.mp4(4, "360p", "16:9")


def test_a_part_can_be_fetched(provider: GoogleProvider) -> None:
    whole = media.mp4(4, "360p", "16:9")
    part = get(download(provider), range="bytes=100-199")
    assert part.status_code == 206
    assert part.content == whole[100:200]
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole)}"


@pytest.mark.parametrize(
    "uri",
    [
        "http://169.254.169.254/v1beta/files/abc123",
        "https://generativelanguage.googleapis.com/v1beta/files/abc123:download?alt=media",
        "http://127.0.0.1:1/v1beta/files/abc123?alt=media&x=/files/other",
        "files/abc123",
        "file:///etc/files/abc123",
    ],
)
def test_only_the_id_is_taken_from_a_result_address(google: GoogleStandIn, provider: GoogleProvider, uri: str) -> None:
    assert provider.download({"uri": uri}).url == f"{google.url}/v1/files/abc123:download?alt=media"


@pytest.mark.parametrize(
    "uri", ["", "https://evil.example/video.mp4", "https://x/files/../../secret", "https://x/files/ABC", "files/a_b"]
)
def test_an_address_without_a_file_is_not_fetched(provider: GoogleProvider, uri: str) -> None:
    with pytest.raises(Expired):
        provider.download({"uri": uri})


def test_a_result_on_another_host_is_looked_for_at_ours(google: GoogleStandIn, provider: GoogleProvider) -> None:
    found = download(provider, "a fox [[elsewhere]]")
    assert found.url.startswith(google.url)
    assert get(found).content[4:8] == b"ftyp"


def test_googles_own_address_is_used_when_none_is_configured() -> None:
    provider = GoogleProvider(KEY, "", frozenset({"media.example"}))
    found = provider.download({"uri": "files/abc123"})
    assert found.url == "https://generativelanguage.googleapis.com/v1/files/abc123:download?alt=media"
    assert found.headers_host == "generativelanguage.googleapis.com"
    assert found.allowed_hosts == {".googleapis.com", "generativelanguage.googleapis.com", "media.example"}


def test_a_prefix_in_the_configured_address_is_kept() -> None:
    provider = GoogleProvider(KEY, "http://proxy.example:8080/google/", frozenset())
    found = provider.download({"uri": "files/abc123"})
    assert found.url == "http://proxy.example:8080/google/v1/files/abc123:download?alt=media"
    assert found.headers_host == "proxy.example:8080"


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [("[[cut]]", "cut"), ("[[html]]", "wrong_type"), ("[[redirect]]", "refused_host"), ("[[expired]]", "gone")],
)
def test_a_download_that_goes_wrong_leaves_nothing_behind(
    provider: GoogleProvider, tmp_path: Path, prompt: str, reason: str
) -> None:
    """MED-01: what this provider says about its files is enough for our own fetching to refuse the rest."""
    with pytest.raises(FetchError) as failed:
        fetch(download(provider, prompt), tmp_path / "film.mp4")
    assert failed.value.reason == reason
    assert list(tmp_path.iterdir()) == []


def test_a_redirect_to_another_server_on_loopback_is_refused(
    google: GoogleStandIn, provider: GoogleProvider, tmp_path: Path
) -> None:
    with GoogleStandIn() as other:
        google.script("download", {"fault": "redirect", "to": f"{other.url}/v1/files/a1:download?alt=media"})
        with pytest.raises(FetchError):
            fetch(download(provider), tmp_path / "film.mp4")
        assert other.requests == []


def test_a_download_is_the_whole_film(provider: GoogleProvider, tmp_path: Path) -> None:
    fetched = fetch(download(provider), tmp_path / "film.mp4")
    assert fetched.content_type == "video/mp4"
    assert (tmp_path / "film.mp4").read_bytes() == media.mp4(4, "360p", "16:9")
