"""Videos are ordered from Veo with every choice in a field of its own (PRV-02)."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest

from app.providers.base import Finished, Reference
from app.providers.errors import Ambiguous, InvalidRequest
from app.providers.google_cloud.provider import GoogleCloudProvider
from tests.providers.google_cloud.orders import MODEL, VIDEO, Build, reply, started
from tests.standins import media
from tests.standins.google import KEY
from tests.standins.google_cloud import TOKEN, GoogleCloudStandIn

FIRST = Reference(media.jpeg("9:16"), "image/jpeg", "first")
LAST = Reference(media.jpeg("9:16", 9), "image/jpeg", "last")
PERSON = Reference(media.jpeg("1:1"), "image/jpeg", "person")
PRODUCT = Reference(media.jpeg("1:1", 9), "image/jpeg", "product")
STYLE = replace(PERSON, role="style")


def sent(cloud: GoogleCloudStandIn) -> dict[str, Any]:
    found: dict[str, Any] = cloud.requests_to("create")[-1]["json"]
    return found


def test_one_video_is_ordered_as_a_long_running_operation(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider
) -> None:
    accepted = started(provider, attempt="0197F3A2-77BE")
    assert accepted.handle == {"name": accepted.operation_id}
    assert accepted.operation_id.startswith(f"{MODEL}/operations/")
    (request,) = cloud.requests_to("create")
    assert request["path"] == f"/v1beta1/{MODEL}:predictLongRunning"
    assert request["headers"]["authorization"] == f"Bearer {TOKEN}"
    assert request["json"] == {
        "instances": [{"prompt": "the waves start to move"}],
        "parameters": {
            "sampleCount": 1,
            "durationSeconds": 8,
            "resolution": "720p",
            "aspectRatio": "9:16",
            "generateAudio": True,
        },
        "labels": {"attempt": "0197f3a2-77be"},
    }
    assert cloud.attempts == {"0197f3a2-77be": 1}


def test_a_key_asks_at_addresses_without_a_project(cloud: GoogleCloudStandIn, by_key: Build) -> None:
    provider = by_key()
    accepted = started(provider)
    assert isinstance(provider.poll(accepted.handle), Finished)
    create, look_up = cloud.requests
    model = "/v1beta1/publishers/google/models/veo-3.1-generate-001"
    assert (create["path"], look_up["path"]) == (f"{model}:predictLongRunning", f"{model}:fetchPredictOperation")
    assert create["headers"]["x-goog-api-key"] == look_up["headers"]["x-goog-api-key"] == KEY


@pytest.mark.parametrize("seconds", [4, 6, 8])
@pytest.mark.parametrize("ratio", ["16:9", "9:16"])
def test_lengths_and_ratios_are_asked_for_in_numbers_and_words(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, seconds: int, ratio: str
) -> None:
    started(provider, replace(VIDEO, duration=seconds, aspect_ratio=ratio))
    asked = sent(cloud)["parameters"]
    assert (asked["durationSeconds"], asked["aspectRatio"]) == (seconds, ratio)


def test_what_is_wished_for_beside_goes_into_fields_of_its_own(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider
) -> None:
    wishes = replace(VIDEO, resolution="1080p", negative_prompt="text on screen", seed=2**32 + 7, sound=False)
    started(provider, wishes)
    assert sent(cloud)["instances"] == [{"prompt": VIDEO.prompt}]
    asked = sent(cloud)["parameters"]
    assert (asked["resolution"], asked["negativePrompt"]) == ("1080p", "text on screen")
    assert (asked["seed"], asked["generateAudio"]) == (7, False)


@pytest.mark.parametrize("role", ["first", ""])
def test_a_picture_is_the_first_frame(cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, role: str) -> None:
    started(provider, replace(VIDEO, references=(replace(FIRST, role=role),)))
    (instance,) = sent(cloud)["instances"]
    assert instance.keys() == {"prompt", "image"}
    assert base64.b64decode(instance["image"]["bytesBase64Encoded"]) == FIRST.data
    assert instance["image"]["mimeType"] == "image/jpeg"


@pytest.mark.parametrize("pictures", [(FIRST, LAST), (LAST, FIRST), (replace(FIRST, role=""), LAST)], ids=str)
def test_two_frames_are_told_apart_by_their_roles(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, pictures: tuple[Reference, ...]
) -> None:
    started(provider, replace(VIDEO, references=pictures))
    (instance,) = sent(cloud)["instances"]
    assert base64.b64decode(instance["image"]["bytesBase64Encoded"]) == FIRST.data
    assert base64.b64decode(instance["lastFrame"]["bytesBase64Encoded"]) == LAST.data


@pytest.mark.parametrize(("pictures", "kinds"), [((PERSON, PRODUCT), ["ASSET", "ASSET"]), ((STYLE,), ["STYLE"])])
def test_pictures_of_what_is_in_it_are_reference_images(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, pictures: tuple[Reference, ...], kinds: list[str]
) -> None:
    started(provider, replace(VIDEO, references=pictures))
    (instance,) = sent(cloud)["instances"]
    assert instance.keys() == {"prompt", "referenceImages"}
    shown = instance["referenceImages"]
    assert [one["referenceType"].upper() for one in shown] == kinds
    assert [base64.b64decode(one["image"]["bytesBase64Encoded"]) for one in shown] == [one.data for one in pictures]


@pytest.mark.parametrize(
    ("pictures", "seconds", "field", "words"),
    [
        ((FIRST, FIRST), 8, "references", "One picture can begin"),
        ((LAST,), 8, "references", "has to begin with one too"),
        ((FIRST, PERSON), 8, "references", "do not go together"),
        ((PERSON,), 6, "duration", "8 seconds only"),
    ],
)
def test_pictures_that_do_not_go_together_are_refused_before_anything_is_sent(
    cloud: GoogleCloudStandIn,
    provider: GoogleCloudProvider,
    pictures: tuple[Reference, ...],
    seconds: int,
    field: str,
    words: str,
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        provider.submit(replace(VIDEO, duration=seconds, references=pictures), "a1")
    assert refused.value.field == field
    assert words in refused.value.said
    assert cloud.requests_to("create") == []


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "7"}, {"name": "models/a/operations/b?x=1"}, [], "yes", 7])
def test_an_answer_without_a_name_to_look_up_leaves_the_outcome_unknown(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, body: Any
) -> None:
    cloud.script("create", reply(body))
    with pytest.raises(Ambiguous):
        provider.submit(VIDEO, "a1")
