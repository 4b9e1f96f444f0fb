"""The list of models: what is offered and why not, how each fares, and the line about it on the overview (PRV-04)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.catalogue import store
from app.catalogue.listing import built_in
from app.extensions import now
from app.generation import breakers, durations
from tests.catalogue.samples import VIDEO, known
from tests.studio.page import read
from tests.studio.works import configure, inside, put

OLDER = "google/gemini-omni-1.1-flash"
LOCAL = "local/kinora-local-video-1"


@pytest.fixture
def environ(request):
    """Google is configured, unless a test says otherwise."""
    return {"GOOGLE_AI_API_KEY": "stand-in-key"} | getattr(request, "param", {})


@pytest.fixture(autouse=True)
def _nothing_read_before(app):
    store.forget()
    # Durations are kept for a minute, and other tests have other databases.
    durations._seen.clear()


def words_of(admin, name: str) -> str:
    """What the list says about one model."""
    words = read(admin.get("/admin/models")).words
    assert words.count(f" {name} ") == 1, name
    after = words.partition(f" {name} ")[2]
    return after.partition("Fallback")[0] + after.partition("Fallback")[2].partition("/")[0]


def save(app, *entries) -> None:
    inside(app, lambda: store.put(entries, actor_id=None))


def test_every_model_is_there_with_what_it_offers_and_costs(admin) -> None:
    page = read(admin.get("/admin/models"))
    for entry in built_in():
        assert f" {entry.name} " in page.words
    assert {f"/admin/models/{VIDEO}", f"/admin/models/{LOCAL}"} <= set(page.links.values())
    told = words_of(admin, VIDEO)
    for words in ("Offered", "4 6 8 s · 720p · 1080p", "60 s by its entry", "$0.07 a second, $0.105 at 1080p"):
        assert words in told
    assert "read on 20 November 2026" in told
    assert "Nothing: drawn here" in words_of(admin, LOCAL)


@pytest.mark.parametrize("environ", [{"GOOGLE_AI_API_KEY": ""}], indirect=True)
def test_a_provider_that_is_not_configured_is_named_with_its_variable(admin) -> None:
    """PRV-06"""
    told = words_of(admin, VIDEO)
    assert "Not offered" in told
    assert "Google is not configured: set GOOGLE_AI_API_KEY" in told


def test_one_that_is_switched_off_or_gone_says_so(app, admin) -> None:
    save(app, known(OLDER, enabled=False))
    inside(app, lambda: store.retire("google", "gemini-omni-1.2-flash", "<b>models/x</b> is not found"))
    assert "Not offered" in words_of(admin, OLDER)
    assert "Switched off." in words_of(admin, OLDER)
    told = words_of(admin, VIDEO)
    assert told.strip().startswith("Gone")
    today = now().date()
    assert f"Gone since {today.day} {today:%B %Y}. The provider said: “<b>models/x</b> is not found”" in told


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [(29, "Retires in 29 days", "bad"), (30, "Retires in 30 days", ""), (1, "Retires in 1 day,", "bad")],
)
def test_a_retirement_is_counted_down_to(app, admin, days: int, words: str, tone: str) -> None:
    save(app, known(retires_on=now().date() + timedelta(days=days)))
    assert words in words_of(admin, VIDEO)
    text = admin.get("/admin/models").text
    assert f"<li{f' data-tone={chr(34)}{tone}{chr(34)}' if tone else ''}>{words}" in text


def test_on_its_last_day_it_is_gone(app, admin) -> None:
    save(app, known(retires_on=now().date()))
    assert words_of(admin, VIDEO).strip().startswith("Gone")
    assert "Retired on" in words_of(admin, VIDEO)


def test_what_the_provider_lists_no_more_is_pointed_out(app, admin) -> None:
    inside(app, lambda: store.probed("google", frozenset({"gemini-omni-1.1-flash"})))
    assert "Not in the provider's list any more, as of just now." in words_of(admin, VIDEO)
    assert "Not in the provider's list" not in words_of(admin, OLDER)
    assert "Ready; list read just now" in read(admin.get("/admin/models")).words


def test_a_breaker_is_told_with_its_cause_and_what_to_do(app, admin) -> None:
    """ADM-05"""

    def fail() -> None:
        for _ in range(breakers.ERRORS):
            breakers.failed(VIDEO, "provider_error: backend <exploded>")

    inside(app, fail)
    told = words_of(admin, VIDEO)
    assert "Left alone for 60 s after errors: provider_error: backend <exploded>" in told
    assert "Look at Google's status page." in told
    assert "Left alone" not in words_of(admin, OLDER)


def test_who_is_taken_when_nobody_chooses_is_marked(app, admin) -> None:
    """PRV-03"""
    assert "Taken first" in words_of(admin, VIDEO)
    configure(app, video_provider="google", video_model="gemini-omni-1.1-flash")
    assert "Preset by the settings" in words_of(admin, OLDER)
    assert "Taken first" not in words_of(admin, VIDEO)


def test_a_fallback_is_told_and_whether_it_can_stand_in(app, admin) -> None:
    """PRV-09"""
    assert "Gemini Omni 1.1 Flash can stand in" in words_of(admin, VIDEO)
    inside(app, lambda: store.retire("google", "gemini-omni-1.1-flash", "gone"))
    assert "Gemini Omni 1.1 Flash cannot stand in now" in words_of(admin, VIDEO)
    save(app, known(OLDER, fallback=LOCAL))
    assert "Gemini Omni 1.1 Flash cannot stand in now, Local drawing can" in words_of(admin, VIDEO)


def test_real_durations_count_more_than_the_entry(admin, ada) -> None:
    for seconds in (41, 42, 43, 44, 45):
        put(ada, kind="video", provider="google", model="gemini-omni-1.2-flash", generation_seconds=seconds)
    assert "43 s lately" in words_of(admin, VIDEO)


def test_without_models_of_a_kind_the_page_says_so(app, admin) -> None:
    assert "There is no text model" not in read(admin.get("/admin/models")).words
    save(app, *[known(entry.name, enabled=False) for entry in built_in()])
    assert "Nothing that costs credits is offered now." in read(admin.get("/admin/models")).words


def test_the_overview_has_a_line_that_leads_here(app, admin) -> None:
    page = read(admin.get("/admin"))
    assert page.links["Models"] == "/admin/models"
    assert f"of {len(built_in())} offered" in page.words
    save(app, known(OLDER, retires_on=now().date() + timedelta(days=9)))
    inside(app, lambda: store.retire("google", "gemini-omni-1.2-flash", "gone"))
    words = read(admin.get("/admin")).words
    assert "gone: Gemini Omni 1.2 Flash; retiring soon: Gemini Omni 1.1 Flash in 9 days" in words


@pytest.mark.parametrize("environ", [{"GOOGLE_AI_API_KEY": ""}], indirect=True)
def test_the_overview_is_calm_about_models_of_providers_that_are_not_used(app, admin) -> None:
    inside(app, lambda: store.retire("google", "gemini-omni-1.2-flash", "gone"))
    assert "gone: Gemini" not in read(admin.get("/admin")).words


def test_settings_offer_the_models_there_are_and_keep_what_is_set(app, admin) -> None:
    form = next(f for f in read(admin.get("/admin/settings")).forms if "video_model" in f.choices)
    assert form.fields["video_model"] == [""]
    assert {"", "gemini-omni-1.2-flash", "kinora-local-video-1"} <= set(form.choices["video_model"])
    assert "gemini-3-pro-image" not in form.choices["video_model"]
    configure(app, video_model="of-earlier", video_provider="acme")
    form = next(f for f in read(admin.get("/admin/settings")).forms if "video_model" in f.choices)
    assert (form.fields["video_model"], form.fields["video_provider"]) == (["of-earlier"], ["acme"])
