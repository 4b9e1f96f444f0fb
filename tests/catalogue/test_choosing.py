"""Who serves a kind now: by settings and environment, by readiness, and who takes over (PRV-03, PRV-09)."""

from __future__ import annotations

import pytest

from app.catalogue import choosing, store
from app.errors import Busy, Invalid, SwitchedOff
from app.providers.base import Kind
from app.settings import store as settings
from tests.catalogue.samples import IMAGE, VIDEO, fresh, known

pytestmark = pytest.mark.usefixtures("inside")
OLDER = "google/gemini-omni-1.1-flash"
LOCAL = "local/kinora-local-video-1"
PRODUCTION = {"KINORA_ENV": "production", "PUBLIC_URL": "https://k.example", "S3_BUCKET": "k", "RATE_LIMITS": "on"}
KEY = {"GOOGLE_AI_API_KEY": "stand-in-key"}


@pytest.fixture
def environ(request):
    """Google is configured, and whatever a test asks for."""
    return KEY | getattr(request, "param", {})


def put(*entries):
    store.put(entries, actor_id=None)


def choose(**values: str) -> None:
    settings.change(values, actor_id=None)


def offered(kind: str) -> list[str]:
    """Of the models that are spoken of here, those that are offered, in order."""
    return [model.name for model in choosing.offered(kind) if model.name in (VIDEO, OLDER, LOCAL)]


def test_what_is_enabled_ready_and_there_is_offered_in_the_order_of_the_list():
    assert offered("video") == [VIDEO, OLDER, LOCAL]
    put(known(OLDER, enabled=False))
    assert offered("video") == [VIDEO, LOCAL]
    store.retire("google", "gemini-omni-1.2-flash", "gone")
    assert offered("video") == [LOCAL]


@pytest.mark.parametrize("environ", [{"GOOGLE_AI_API_KEY": ""}], indirect=True)
def test_a_provider_without_a_key_offers_nothing():
    assert offered("video") == [LOCAL]
    assert choosing.model_for("video", VIDEO) is None


@pytest.mark.parametrize("environ", [PRODUCTION], indirect=True)
def test_in_production_the_renderer_waits_to_be_allowed():
    assert offered("video") == [VIDEO, OLDER]


def test_a_model_of_a_provider_that_there_is_no_adapter_for_is_not_offered():
    put(fresh(provider="acme"))
    assert choosing.model_for("image", "acme/another") is None


def test_the_preset_model_comes_first_and_is_taken_when_nobody_chooses():
    choose(video_provider="local")
    assert (offered("video")[0], choosing.model_for("video").name) == (LOCAL, LOCAL)
    choose(video_provider="", video_model="gemini-omni-1.1-flash")
    assert (offered("video")[0], choosing.model_for("video").name) == (OLDER, OLDER)
    choose(video_provider="", video_model="")
    assert choosing.model_for("video").name == VIDEO


@pytest.mark.parametrize("environ", [{"VIDEO_PROVIDER": "local", "IMAGE_MODEL": "gemini-3-pro-image"}], indirect=True)
def test_the_environment_presets_until_a_setting_does():
    assert choosing.model_for("video").name == LOCAL
    assert choosing.model_for("image").name == "google/gemini-3-pro-image"
    choose(video_provider="google", image_model="gemini-3.1-flash-image")
    assert choosing.model_for("video").name == VIDEO
    assert choosing.model_for("image").name == IMAGE


def test_who_is_preset_and_not_ready_is_missed_not_replaced():
    choose(video_model="gemini-omni-1.1-flash")
    store.retire("google", "gemini-omni-1.1-flash", "gone")
    assert choosing.model_for("video") is None
    assert choosing.model_for("video", LOCAL).name == LOCAL, "who asks for another one gets it"
    with pytest.raises(Busy):
        choosing.asked_model("video")


def test_a_model_is_asked_for_by_its_name_or_its_id():
    assert choosing.model_for("video", OLDER) == choosing.model_for("video", "gemini-omni-1.1-flash")
    assert choosing.model_for("image", OLDER) is None, "of another kind"
    with pytest.raises(Invalid) as error:
        choosing.asked_model("video", "none")
    assert error.value.errors == {"model": "This model is not offered now. Choose another one."}


def test_a_kind_that_is_switched_off_is_refused_first():
    choose(image_generation_enabled="false")
    with pytest.raises(SwitchedOff):
        choosing.asked_model("image")
    assert choosing.asked_model("video").name == VIDEO


def test_the_fallback_takes_over_and_so_does_the_fallback_of_one_that_is_gone():
    put(known(OLDER, fallback=LOCAL))
    assert choosing.successor(known().model()).name == OLDER
    store.retire("google", "gemini-omni-1.1-flash", "gone")
    assert choosing.successor(known().model()).name == LOCAL


def test_a_ring_of_fallbacks_ends():
    put(known(OLDER, fallback=VIDEO))
    for id in ("gemini-omni-1.1-flash", "gemini-omni-1.2-flash"):
        store.retire("google", id, "gone")
    assert choosing.successor(known().model()) is None


def test_nobody_takes_over_who_is_unknown_of_another_kind_or_not_named():
    assert choosing.successor(known(fallback=None).model()) is None
    assert choosing.successor(known(fallback="google/none").model()) is None
    assert choosing.successor(known(fallback=IMAGE).model()) is None


@pytest.mark.parametrize("environ", [{"GOOGLE_AI_API_KEY": ""}], indirect=True)
def test_a_fallback_whose_provider_has_no_key_cannot_stand_in():
    assert choosing.successor(known().model()) is None


def test_the_prompt_helper_is_whoever_is_preset_for_texts():
    assert choosing.writer()[1] == "gemini-3.8-flash"
    choose(text_provider="local")
    assert choosing.writer()[1] == "rules"
    put(known("local/rules", enabled=False))
    assert choosing.writer() is None


def test_people_read_the_label_of_a_model_in_use_or_not():
    put(known(label="Omni", enabled=False))
    assert choosing.model_label("google", "gemini-omni-1.2-flash") == "Omni"
    assert choosing.model_label("google", "of-earlier") == "of-earlier"


def test_only_our_own_renderer_draws_in_the_house():
    assert choosing.in_house() == ("local",)
    assert (choosing.is_local("local"), choosing.is_local("google"), choosing.is_local("none")) == (True, False, False)
    assert Kind.TEXT not in {model.kind for model in choosing.offered("video")}
