"""The providers of a process: what they need is named, in the log as well (PRV-06)."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from app import create_app
from app.config import load
from app.providers.registry import Registry


def registry(tmp_path: Path, **environ: str) -> Registry:
    return Registry(load({"KINORA_DATA": str(tmp_path), **environ}))


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, []),
        ({"IMAGE_PROVIDER": "local"}, []),
        ({"IMAGE_PROVIDER": "google", "GOOGLE_AI_API_KEY": "a-key"}, []),
        ({"IMAGE_PROVIDER": "google"}, ["IMAGE_PROVIDER is google, which needs GOOGLE_AI_API_KEY"]),
        ({"VIDEO_PROVIDER": "google-cloud"}, ["VIDEO_PROVIDER is google-cloud, which needs GOOGLE_CLOUD_PROJECT"]),
        ({"VIDEO_PROVIDER": "replicate"}, ["VIDEO_PROVIDER is replicate, which needs REPLICATE_API_KEY"]),
        ({"IMAGE_PROVIDER": "comfyui"}, ["IMAGE_PROVIDER is comfyui, which needs COMFYUI_URL"]),
        ({"TEXT_PROVIDER": "poe"}, ["TEXT_PROVIDER is poe, which needs POE_API_KEY"]),
        (
            {"TEXT_PROVIDER": "acme"},
            ["TEXT_PROVIDER is acme, which needs an adapter named acme"],
        ),
    ],
)
def test_what_is_chosen_and_cannot_be_had_is_named(tmp_path: Path, environ: dict[str, str], said: list[str]) -> None:
    assert registry(tmp_path, **environ).unmet() == said


def test_it_is_in_the_log_when_the_application_starts(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        create_app(load({"KINORA_DATA": str(tmp_path), "VIDEO_PROVIDER": "poe"}))
    assert "VIDEO_PROVIDER is poe, which needs POE_API_KEY" in caplog.text
