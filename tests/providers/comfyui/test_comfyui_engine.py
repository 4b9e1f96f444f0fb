"""From the form to a draft, made on the operator's own GPU: an image, a video, and what goes wrong on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.catalogue import choosing, store
from app.creations.states import Step
from app.extensions import db
from app.generation import searching
from app.providers.registry import Registry
from tests.database.books import broken
from tests.engine import ask, make_due, settle, work
from tests.people import Person
from tests.standins.comfyui import ComfyUIStandIn


@pytest.fixture
def environ(comfyui: ComfyUIStandIn, tmp_path: Path) -> dict[str, str]:
    """ComfyUI makes everything."""
    (tmp_path / "workflows").mkdir()
    return {
        "COMFYUI_URL": comfyui.url,
        "COMFYUI_WORKFLOWS": str(tmp_path / "workflows"),
        "IMAGE_PROVIDER": "comfyui",
        "VIDEO_PROVIDER": "comfyui",
    }


@pytest.fixture(autouse=True)
def in_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.remove()


def test_an_image_becomes_a_draft(comfyui: ComfyUIStandIn, ada: Person) -> None:
    done = settle(ask(ada.id, aspect_ratio="16:9", negative_prompt="people", seed="5"))
    assert (done.state, done.media_type, done.width, done.height) == ("draft", "image/png", 1344, 768)
    assert (done.provider, done.model, done.operation_id) == ("comfyui", "sdxl", str(done.id))
    assert ada.balance() == 95
    assert len(comfyui.requests_to("prompt")) == 1


def test_a_video_becomes_a_draft(comfyui: ComfyUIStandIn, ada: Person) -> None:
    done = settle(ask(ada.id, kind="video", duration="3", resolution="480p", aspect_ratio="9:16"))
    assert (done.state, done.media_type, done.width, done.height) == ("draft", "video/mp4", 480, 864)
    assert ada.balance() == 70
    assert len(comfyui.requests_to("prompt")) == 1


def test_a_submit_that_nobody_confirmed_is_found_and_not_sent_again(comfyui: ComfyUIStandIn, ada: Person) -> None:
    """JOB-09"""
    comfyui.script("prompt", "lost")
    doubtful = ask(ada.id)
    assert work(doubtful).step == Step.UNKNOWN
    make_due(doubtful)
    searching.search()
    assert settle(doubtful).state == "draft"
    assert len(comfyui.requests_to("prompt")) == 1
    assert ada.balance() == 95


def test_a_file_that_is_missing_takes_its_model_off_the_list_and_no_other(comfyui: ComfyUIStandIn, ada: Person) -> None:
    """PRV-04"""
    comfyui.files.discard("wan2.2_vae.safetensors")
    failed = settle(ask(ada.id, kind="video", duration="3", resolution="480p"))
    assert failed.state == "failed"
    gone = store.listing("comfyui", "wan2.2-5b")
    assert gone is not None
    assert gone.is_gone
    assert "wan2.2_vae.safetensors" in gone.retired_because
    assert not any(one.provider == "comfyui" for one in choosing.offered("video"))
    assert settle(ask(ada.id)).state == "draft"
    assert ada.balance() == 95
    assert broken() == {}


def test_a_run_that_fails_is_refunded(ada: Person) -> None:
    failed = settle(ask(ada.id, prompt="A lighthouse [[oom]]"))
    assert (failed.state, failed.error_code) == ("failed", "provider_error")
    assert "OutOfMemory" in str(failed.error_message)
    assert ada.balance() == 100


def test_without_an_address_it_is_not_ready_and_names_the_variable(app: Flask) -> None:
    """PRV-06"""
    assert {one.name for one in choosing.offered("image")} >= {"comfyui/sdxl"}
    config = choosing.registry().config
    assert Registry(replace(config, comfyui_url="")).missing("comfyui") == ("COMFYUI_URL",)
    assert "127.0.0.1" not in repr(replace(config, host="", database_url="", redis_url=""))
