"""Google Cloud behind the whole application: a Veo video becomes a draft, and its faults end as they should."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.creations.models import Creation
from app.extensions import storage
from app.media.verifying import verify_video
from tests.engine import ask, settle
from tests.standins.google_cloud import PROJECT, GoogleCloudStandIn
from tests.standins.google_cloud_tokens import credentials

KELP = "Sun shafts through a kelp forest"


@pytest.fixture(scope="module")
def running_cloud() -> Iterator[GoogleCloudStandIn]:
    with GoogleCloudStandIn() as standin:
        yield standin


@pytest.fixture
def cloud(running_cloud: GoogleCloudStandIn) -> Iterator[GoogleCloudStandIn]:
    """The stand-in, with an empty memory; a request that Google would not understand fails the test."""
    running_cloud.reset()
    yield running_cloud
    assert running_cloud.violations == []


@pytest.fixture
def environ(cloud: GoogleCloudStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A project of Google Cloud's makes everything, with the faster Veo."""
    file = credentials(tmp_path / "account.json", cloud.token_uri, project=PROJECT)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    return {
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "GOOGLE_VERTEX_BASE_URL": cloud.url,
        "IMAGE_PROVIDER": "google-cloud",
        "VIDEO_PROVIDER": "google-cloud",
        "VIDEO_MODEL": "veo-3.1-fast-generate-001",
    }


def test_a_veo_video_comes_with_its_look_up_and_becomes_a_draft(cloud, ada, drafted):
    """PRV-02, T2, T5, T6, T7"""
    cloud.script("get", "running", "pondering")
    made = drafted(settle(ask(ada.id, kind="video")).id, media_type="video/mp4", width=720, height=1280, lookups=3)
    assert (made.provider, made.model) == ("google-cloud", "veo-3.1-fast-generate-001")
    assert verify_video(storage().path(made.media_key), 4, (720, 1280)).has_audio
    assert cloud.submits == cloud.accepted == {KELP: 1}
    assert cloud.attempts == {str(made.id): 1}
    assert cloud.operations.keys() == {made.operation_id}


def test_an_image_of_geminis_becomes_a_draft(cloud, ada, drafted):
    made = drafted(settle(ask(ada.id)).id, media_type="image/jpeg", provider="google-cloud")
    assert made.media_key.endswith(".jpg")


@pytest.mark.parametrize(
    ("endpoint", "fault", "code"),
    [
        ("get", "filtered", "blocked"),
        ("get", "empty", "no_output"),
        ("get", "failed", "provider_error"),
        ("create", "403", "misconfigured"),
        ("token", "400", "misconfigured"),
    ],
)
def test_a_final_end_is_refunded(cloud, ada, failed, endpoint, fault, code):
    """JOB-10"""
    cloud.script(endpoint, fault)
    ended: Creation = failed(settle(ask(ada.id, kind="video")).id, code)
    assert ended.provider == "google-cloud"
    assert sum(cloud.accepted.values()) == (endpoint == "get")


def test_a_token_that_cannot_be_had_at_first_costs_a_moment_and_no_video(cloud, ada, drafted):
    """JOB-09: nothing was accepted, so it is sent again."""
    cloud.script("token", "500")
    drafted(settle(ask(ada.id, kind="video")).id)
    assert cloud.submits == {KELP: 1}
