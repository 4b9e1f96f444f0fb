"""An Agent Platform stand-in for each test, which fails the test for any request that Google would not understand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.providers.google.client import Timeouts
from app.providers.google_cloud.provider import GoogleCloudProvider
from tests.providers.google_cloud.orders import PATIENCE, Build
from tests.standins.google import KEY
from tests.standins.google_cloud import PROJECT, GoogleCloudStandIn
from tests.standins.google_cloud_tokens import ACCOUNT, credentials


@pytest.fixture
def cloud() -> Iterator[GoogleCloudStandIn]:
    with GoogleCloudStandIn() as standin:
        yield standin
        assert standin.violations == []


@pytest.fixture
def as_account(cloud: GoogleCloudStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`as_account(key="...")` makes a service account's file this machine's credentials; its own key by default."""

    def become(key: str = ACCOUNT) -> None:
        file = credentials(tmp_path / "account.json", cloud.token_uri, key=key, project=PROJECT)
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))

    return become


@pytest.fixture
def by_project(cloud: GoogleCloudStandIn, as_account: Callable[..., None]) -> Build:
    """`by_project(timeouts=..., base_url=...)`: a provider with a project and a service account."""
    as_account()

    def build(
        *, project: str = PROJECT, location: str = "", base_url: str = "", timeouts: Timeouts = PATIENCE
    ) -> GoogleCloudProvider:
        return GoogleCloudProvider(project, location, "", base_url or cloud.url, timeouts=timeouts)

    return build


@pytest.fixture
def by_key(cloud: GoogleCloudStandIn) -> Build:
    """`by_key(key="...", ...)`: a provider with an express key."""

    def build(*, key: str = KEY, base_url: str = "", timeouts: Timeouts = PATIENCE) -> GoogleCloudProvider:
        return GoogleCloudProvider("", "", key, base_url or cloud.url, timeouts=timeouts)

    return build


@pytest.fixture
def provider(by_project: Build) -> GoogleCloudProvider:
    return by_project()
