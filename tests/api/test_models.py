"""The models for programs: what the form offers, at its prices, and nothing that is the operator's."""

from __future__ import annotations

import pytest

from app.catalogue.entries import Entry
from app.extensions import now
from app.generation import durations
from tests.studio.page import read
from tests.studio.works import change, configure, offer, put

PICKY = {
    "provider": "local",
    "id": "picky",
    "label": "Picky",
    "kind": "video",
    "aspect_ratios": ["16:9"],
    "durations": [4, 8],
    "resolutions": ["768p", "1080p"],
    "only": {"1080p": [8]},
    "min_references": 1,
    "max_references": 2,
    "roles": ["first", "last"],
    "negative_prompt": True,
    "sound": "switch",
    "credits_per_second": 3,
    "typical_seconds": 42,
    "usd": 0.07,
    "note": "for operators",
    "recipe": {"secret": "way"},
}


def test_a_model_is_told_with_all_that_it_can_do_and_no_more(app, ada) -> None:
    """PRV-04, PRV-10: no list cost, no recipe, no note."""
    offer(app, Entry.model_validate(PICKY))
    answer = ada.get("/api/v1/models?kind=video")
    assert answer.headers["Cache-Control"] == "private, no-store"
    (picky,) = [one for one in answer.json["models"] if one["name"] == "local/picky"]
    assert picky == {
        "name": "local/picky",
        "label": "Picky",
        "kind": "video",
        "aspect_ratios": ["16:9"],
        "options": [
            {"duration": 4, "resolution": "768p", "credits": 12},
            {"duration": 8, "resolution": "768p", "credits": 24},
            {"duration": 8, "resolution": "1080p", "credits": 36},
        ],
        "references": {"min": 1, "max": 2, "roles": ["first", "last"], "only_with": {}},
        "negative_prompt": True,
        "seed": False,
        "sound": "switch",
        "typical_seconds": 42,
    }


def test_both_kinds_are_told_or_one_the_preset_model_first(app, ada) -> None:
    offer(app, Entry.model_validate(PICKY))
    configure(app, video_provider="local", video_model="picky")
    assert [one["name"] for one in ada.get("/api/v1/models").json["models"]] == [
        "local/kinora-local-image-1",
        "local/picky",
        "local/kinora-local-video-1",
    ]
    (image,) = ada.get("/api/v1/models?kind=image").json["models"]
    assert image["options"] == [{"duration": None, "resolution": None, "credits": 5}]


def test_what_is_told_is_what_the_form_offers(app, ada) -> None:
    """One truth: names, and the price of each option."""
    offer(app, Entry.model_validate(PICKY))
    for told in ada.get("/api/v1/models?kind=video").json["models"]:
        form = read(ada.get(f"/create?model={told['name']}")).form("/create")
        assert form.one("model") == told["name"]
        assert form.choices["aspect_ratio"] == told["aspect_ratios"]
        for option in told["options"]:
            query = f"model={told['name']}&duration={option['duration']}&resolution={option['resolution']}"
            ticket = read(ada.fragment(f"/create/cost?{query}")).all("div", id="ticket")[0]
            assert ticket["data-credits"] == str(option["credits"])


def test_what_is_switched_off_is_not_told(app, ada) -> None:
    offer(app, Entry.model_validate({**PICKY, "enabled": False}))
    assert "local/picky" not in ada.get("/api/v1/models").text


def test_the_typical_time_is_that_of_the_last_ones(app, ada) -> None:
    durations._seen.clear()
    for _ in range(durations.ENOUGH):
        made = put(ada, kind="video", duration=8, resolution="720p")
        change(app, made, generation_seconds=12.5, submitted_at=now(), fetching_at=now())
    (video,) = ada.get("/api/v1/models?kind=video").json["models"]
    durations._seen.clear()
    assert video["typical_seconds"] == 12.5


def test_strangers_are_told_to_log_in_and_another_kind_is_refused(ada, nobody) -> None:
    for answer, status, code in (
        (nobody.get("/api/v1/models"), 401, "not_logged_in"),
        (ada.get("/api/v1/models?kind=text"), 422, "invalid"),
    ):
        assert answer.mimetype == "application/problem+json"
        assert (answer.status_code, answer.json["code"]) == (status, code)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_only_read(ada, method) -> None:
    answer = getattr(ada.browser, method)("/api/v1/models", headers={"Host": "127.0.0.1:8000"})
    assert answer.status_code in (403, 405)
