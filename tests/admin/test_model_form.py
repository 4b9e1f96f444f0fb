"""Changing, adding and going back: a form that loses nothing, tells of newer entries, and keeps a history (ADM-03)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.catalogue import store
from app.catalogue.entries import Entry
from app.catalogue.listing import built_in
from app.extensions import db
from app.settings import store as settings
from app.settings.models import AuditEntry
from tests.access.roles import log_in
from tests.catalogue.samples import IMAGE, VIDEO, fresh, known
from tests.studio.page import Form, read
from tests.studio.works import inside, put

NEW = "/admin/models/new"
LOCAL = "local/kinora-local-image-1"


@pytest.fixture(autouse=True)
def _nothing_read_before(app):
    store.forget()


def form(admin, name: str = VIDEO) -> Form:
    """The form of a model."""
    return read(admin.get(f"/admin/models/{name}")).form(f"/admin/models/{name}")


def save(admin, name: str = VIDEO, **changed: object):
    """Change a few fields of a model as an admin does."""
    return admin.post(f"/admin/models/{name}", form(admin, name).filled(why="A test", **changed), page=NEW)


def found(app, name: str = VIDEO) -> Entry:
    model = inside(app, lambda: store.find(*name.split("/", 1)))
    assert model is not None
    return Entry.of(model)


def audit(app) -> list[AuditEntry]:
    return list(inside(app, lambda: db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()))


def test_saving_any_entry_unchanged_changes_nothing(app, admin) -> None:
    for entry in built_in():
        answer = save(admin, entry.name)
        assert answer.status_code == 303, (entry.name, read(answer).words)
        assert found(app, entry.name) == entry
    assert audit(app) == []


def test_every_fact_can_be_changed_and_is_in_the_history_with_who_and_why(app, admin) -> None:
    answer = save(
        admin,
        label=" Omni ",
        enabled=[],
        note="Dear",
        aspect_ratios=["16:9", "1:1"],
        first_ratio="1:1",
        durations="4, 8 10",
        resolutions=["1080p", "480p"],
        first_resolution="480p",
        **{"only-1080p": "8;10", "usd-1080p": "", "usd-480p": "0.01"},
        seconds_from="4.5",
        seconds_to="9",
        sound="switch",
        min_references="1",
        max_references="2",
        roles=["last", "first"],
        negative_prompt="true",
        seed=[],
        size_is_its_own="true",
        pricing="rate",
        credits_per_second="2.5",
        credits="7",
        usd="0.2",
        usd_per_run="0.5",
        usd_read_on="2026-11-21",
        typical_seconds="",
        retires_on="2099-01-31",
        fallback="local/kinora-local-video-1",
        source_type="compositeWithTrainedAlgorithmicMedia",
        recipe='{"fps": 24}',
    )
    assert answer.status_code == 303, read(answer).words
    assert found(app) == Entry.model_validate(
        {
            "provider": "google",
            "id": "gemini-omni-1.2-flash",
            "label": "Omni",
            "kind": "video",
            "enabled": False,
            "note": "Dear",
            "aspect_ratios": ["1:1", "16:9"],
            "durations": [4, 8, 10],
            "resolutions": ["480p", "1080p"],
            "only": {"1080p": [8, 10]},
            "usd_at_resolution": {"480p": 0.01},
            "seconds_between": [4.5, 9],
            "sound": "switch",
            "min_references": 1,
            "max_references": 2,
            "roles": ["last", "first"],
            "negative_prompt": True,
            "size_is_its_own": True,
            "credits_per_second": 2.5,
            "usd": 0.2,
            "usd_per_run": 0.5,
            "usd_read_on": "2026-11-21",
            "retires_on": "2099-01-31",
            "fallback": "local/kinora-local-video-1",
            "source_type": "compositeWithTrainedAlgorithmicMedia",
            "recipe": {"fps": 24},
        }
    )
    page = read(admin.get(f"/admin/models/{VIDEO}"))
    assert "Saved." in page.words
    assert "Changed just now by @first “A test”" in page.words
    for words in ("LabelGemini Omni 1.2 Flash → became Omni", "List cost0.07 → became 0.2", "Offeredyes → became no"):
        assert words in page.words
    assert save(admin).status_code == 303
    assert len(audit(app)) == 1


def test_a_flat_price_an_own_rate_or_none(app, admin) -> None:
    save(admin, pricing="flat", credits="25", credits_per_second="9")
    assert (found(app).credits, found(app).credits_per_second) == (25, None)
    assert form(admin).fields["pricing"] == ["flat"]
    save(admin, pricing="rate", credits="25", credits_per_second="9")
    assert (found(app).credits, found(app).credits_per_second) == (None, 9)
    save(admin, pricing="settings", credits="25", credits_per_second="9")
    assert found(app) == known()


WRONG = {
    "label": (" ", "Fill this in."),
    "durations": ("4, soon", "This must be a whole number."),
    "aspect_ratios": ([], "Name at least one."),
    "resolutions": (["1080p"], "Tick 720p as well, for it is preset."),
    "only-480p": ("4", "Name resolutions of this model."),
    "only-1080p": ("5", "Name durations of it."),
    "usd-1080p": ("1,5", "This must be a number, such as 2 or 1.5."),
    "seconds_to": ("5", "Fill in both, or none."),
    "min_references": ("2", "This is more than there may be at most."),
    "usd": ("nan", "This must be a number, such as 2 or 1.5."),
    "usd_read_on": ("20.11.2026", "Write a day as 2026-12-31."),
    "typical_seconds": ("0", "This must be more than 0.0."),
    "fallback": (IMAGE, "There is no video model of this name."),
    "recipe": ("{", "This is no JSON: Expecting property name enclosed in double quotes in line 1."),
    "why": (" ", "Say why: it is kept in the history."),
}
PLACES = {"only-480p": "only", "only-1080p": "only", "usd-1080p": "usd_at_resolution", "seconds_to": "seconds_between"}


@pytest.mark.parametrize("name", list(WRONG))
def test_what_does_not_fit_is_told_at_its_field_and_nothing_is_lost(app, admin, name: str) -> None:
    value, words = WRONG[name]
    sent = form(admin).filled(
        **({"why": "A test", "note": "Kept <as> typed", "seed": [], "max_references": "1"} | {name: value})
    )
    answer = admin.post(f"/admin/models/{VIDEO}", sent, page=NEW)
    page = read(answer)
    assert answer.status_code == 422
    assert f'id="{PLACES.get(name, name)}-error"' in answer.text
    assert words in page.words
    again = page.form(f"/admin/models/{VIDEO}")
    shown = {key: values for key, values in again.fields.items() if key != "csrf_token"}
    expected = {key: values for key, values in sent.items() if key != "csrf_token" and values}
    assert shown == expected if name != "fallback" else shown | {"fallback": []} == expected | {"fallback": []}
    assert (found(app), audit(app)) == (known(), [])


def test_a_price_of_its_own_needs_a_number(admin) -> None:
    for pricing, name in (("flat", "credits"), ("rate", "credits_per_second")):
        answer = save(admin, pricing=pricing)
        assert answer.status_code == 422
        assert f'id="{name}-error"' in answer.text
        assert "Say how many credits." in read(answer).words


def test_the_second_of_two_admins_is_told_and_shown_the_newer_one(app, admin, bob) -> None:
    inside(app, lambda: _promote(bob))
    other = log_in(app, "bob_d")
    hers, his = form(admin), form(other)
    other.post(f"/admin/models/{VIDEO}", his.filled(usd="0.5", why="Dearer now"), page=NEW)
    answer = admin.post(f"/admin/models/{VIDEO}", hers.filled(label="Omni", why="Mine"), page=NEW)
    page = read(answer)
    assert answer.status_code == 409
    assert "Somebody changed this model while you had it open" in page.words
    assert "@bob_d saved it just now: “Dearer now”" in page.words
    assert "LabelGemini 1.2" not in page.words
    for field, theirs, mine in (("List cost", "0.5", "0.07"), ("Label", "Gemini Omni 1.2 Flash", "Omni")):
        assert f"{field}{theirs}{mine}" in page.words
    assert found(app).label == "Gemini Omni 1.2 Flash"
    again = page.form(f"/admin/models/{VIDEO}")
    assert (again.one("label"), again.one("usd"), again.one("why")) == ("Omni", "0.07", "Mine")
    assert again.button("Save over it")
    assert admin.post(f"/admin/models/{VIDEO}", again.filled(), page=NEW).status_code == 303
    assert (found(app).label, found(app).usd) == ("Omni", 0.07)


def _promote(person) -> None:
    from app.accounts import service

    service.promote(person.name)


def test_an_error_does_not_hide_that_the_entry_is_another_one_by_now(app, admin) -> None:
    first = form(admin)
    inside(app, lambda: store.put([known(usd=9)], actor_id=None))
    refused = admin.post(f"/admin/models/{VIDEO}", first.filled(why=" "), page=NEW)
    assert refused.status_code == 422
    again = read(refused).form(f"/admin/models/{VIDEO}").filled(why="A test")
    assert admin.post(f"/admin/models/{VIDEO}", again, page=NEW).status_code == 409
    assert found(app).usd == 9


def test_the_built_in_entry_comes_back_by_a_form_with_a_reason(app, admin) -> None:
    assert not [one for one in read(admin.get(f"/admin/models/{VIDEO}")).forms if one.action.endswith("/reset")]
    save(admin, usd="0.5")
    back = read(admin.get(f"/admin/models/{VIDEO}")).form("/admin/models/reset")
    assert admin.post(back.action, back.filled(why=" "), page=NEW).status_code == 422
    save(admin, usd="0.6")
    assert admin.post(back.action, back.filled(why="Was right"), page=NEW).status_code == 409
    back = read(admin.get(f"/admin/models/{VIDEO}")).form("/admin/models/reset")
    assert admin.post(back.action, back.filled(why="Was right"), page=NEW).status_code == 303
    assert found(app) == known()
    page = read(admin.get(f"/admin/models/{VIDEO}"))
    assert "Back to the built-in entry just now by @first “Was right”" in page.words


def test_a_model_that_is_gone_is_offered_again(app, admin) -> None:
    inside(app, lambda: store.retire("local", "kinora-local-image-1", "It slept."))
    again = read(admin.get(f"/admin/models/{LOCAL}")).form("/admin/models/revive")
    assert admin.post(again.action, again.filled(why="It answers"), page=NEW).status_code == 303
    page = read(admin.get(f"/admin/models/{LOCAL}"))
    assert "Local drawing is offered again." in page.words
    assert "Offered again just now by @first “It answers”" in page.words
    assert not [one for one in page.forms if one.action.endswith("/revive")]


def test_a_model_is_made_the_preset(app, admin) -> None:
    """PRV-03"""
    button = read(admin.get(f"/admin/models/{LOCAL}")).form("/admin/models/preset")
    assert admin.post(button.action, button.filled(), page=NEW).status_code == 303
    inside(app, settings.forget)
    now = inside(app, settings.current)
    assert (now.image_provider, now.image_model) == ("local", "kinora-local-image-1")
    page = read(admin.get(f"/admin/models/{LOCAL}"))
    assert "Preset by the settings" in page.words
    assert not [one for one in page.forms if one.action.endswith("/preset")]
    assert {(one.action, one.target) for one in audit(app)} == {
        ("setting", "image_provider"),
        ("setting", "image_model"),
    }
    refused = admin.post(button.action, button.filled(name=VIDEO), page=NEW)
    assert refused.status_code == 422, "Google is not configured here"


def test_a_model_is_added_with_the_same_form_and_taken_away_again(app, admin, ada) -> None:
    new = read(admin.get("/admin/models/new?kind=image")).form("/admin/models/new")
    sent = new.filled(
        provider="local", id="another", label="Another", aspect_ratios=["1:1"], first_ratio="1:1", why="A try"
    )
    assert admin.post(new.action, sent, page=NEW).status_code == 303
    assert found(app, "local/another") == fresh()
    twice = admin.post(new.action, sent, page=NEW)
    assert twice.status_code == 422
    assert "There is already a model of this name." in read(twice).words
    page = read(admin.get("/admin/models/local/another"))
    assert "Added just now by @first “A try”" in page.words
    away = page.form("/admin/models/reset")
    work = put(ada, model="another")
    assert admin.post(away.action, away.filled(why="x"), page=NEW).status_code == 422
    inside(app, lambda: _forget(work))
    assert admin.post(away.action, away.filled(why="x"), page=NEW).status_code == 303
    assert admin.get("/admin/models/local/another").status_code == 404


def _forget(creation_id) -> None:
    from app.creations.models import Creation
    from app.extensions import transaction

    with transaction() as session:
        session.delete(session.get_one(Creation, creation_id))


def test_a_new_model_that_does_not_fit_is_shown_again_as_it_was_typed(app, admin) -> None:
    for kind in ("video", "image", "text"):
        new = read(admin.get(f"/admin/models/new?kind={kind}")).form("/admin/models/new")
        answer = admin.post(new.action, new.filled(note="Kept", provider="acme"), page=NEW)
        page = read(answer)
        assert answer.status_code == 422
        assert page.form("/admin/models/new").one("note") == "Kept"
        assert page.form("/admin/models/new").one("kind") == kind
        assert "Fill this in." in page.words


def test_a_new_model_can_begin_as_another_one(admin) -> None:
    new = read(admin.get(f"/admin/models/new?like={VIDEO}")).form("/admin/models/new")
    assert (new.one("id"), new.one("label"), new.one("usd"), new.one("provider")) == ("", "", "0.07", "google")
    assert admin.get("/admin/models/new?like=none").status_code == 200


def test_a_long_history_comes_in_pages_newest_first(app, admin) -> None:
    for number in range(1, 23):
        inside(app, lambda n=number: store.put([known(usd=n)], actor_id=None, reason=f"Nr {n}."))
    first = read(admin.get(f"/admin/models/{VIDEO}"))
    assert "Changed just now by the command line “Nr 22.”" in first.words
    assert "“Nr 3.”" in first.words
    assert "“Nr 2.”" not in first.words
    older = read(admin.get(first.links["Earlier changes"]))
    assert "“Nr 2.”" in older.words
    assert "“Nr 3.”" not in older.words
    assert "Earlier changes" not in older.links
    assert admin.get(f"/admin/models/{VIDEO}?after=nonsense").status_code == 422


def test_models_that_are_not_there_are_not_found(admin) -> None:
    assert admin.get("/admin/models/google/none").status_code == 404
    for act in ("reset", "revive", "preset"):
        assert admin.post(f"/admin/models/{act}", {"name": "a/b", "why": "x"}, page=NEW).status_code == 404
