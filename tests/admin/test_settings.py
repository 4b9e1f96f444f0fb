"""Settings and the kill switch: types, ranges, what prices become, and what people see (ADM-03, ADM-04, LIM-03)."""

from __future__ import annotations

from sqlalchemy import select

from app.extensions import db
from app.settings import store
from app.settings.catalogue import Settings
from app.settings.models import AuditEntry, SystemConfig
from tests.studio.page import read
from tests.studio.works import configure, inside


def section(admin, title: str) -> dict[str, list[str]]:
    """The form of a section, as its browser would send it."""
    forms = read(admin.get("/admin/settings")).forms
    return next(form for form in forms if any(f"Save {title}" in b["words"] for b in form.buttons)).filled()


def save(admin, sent: dict[str, list[str]]):
    return admin.post("/admin/settings", sent, page="/admin/settings")


def audit(app) -> list[AuditEntry]:
    return list(inside(app, lambda: db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()))


def test_every_setting_has_a_field_with_its_meaning(admin) -> None:
    page = read(admin.get("/admin/settings"))
    shown = {name for form in page.forms for name in form.fields}
    assert shown >= set(Settings.model_fields)
    for info in Settings.model_fields.values():
        assert str(info.description) in page.words


def test_saving_a_section_unchanged_changes_nothing(app, admin) -> None:
    """Switches above all: each is sent as "false" and, when it is on, as "true"."""
    configure(app, daily_cost_alert_usd="123456.789", site_notice="Back at <9>", video_generation_enabled="false")
    before = inside(app, store.current)
    written = len(audit(app))
    for title in ("credits", "generation", "providers", "limits", "site"):
        assert save(admin, section(admin, title)).status_code == 303
    inside(app, store.forget)
    assert inside(app, store.current) == before
    assert len(audit(app)) == written


def test_a_switch_can_be_turned_off_and_on(app, admin) -> None:
    off = save(admin, section(admin, "generation") | {"image_generation_enabled": ["false"]})
    assert off.status_code == 303
    assert inside(app, store.current).image_generation_enabled is False
    save(admin, section(admin, "generation") | {"image_generation_enabled": ["false", "true"]})
    assert inside(app, store.current).image_generation_enabled is True


def test_a_change_is_saved_told_once_and_kept_in_the_history(app, admin, ada) -> None:
    save(admin, section(admin, "credits") | {"image_credit_cost": [" 7 "]})
    assert "Saved." in read(admin.get("/admin/settings")).words
    assert "Saved." not in read(admin.get("/admin/settings")).words
    (entry,) = audit(app)
    assert (entry.action, entry.target, entry.detail) == ("setting", "image_credit_cost", {"from": 5, "to": 7})
    row = inside(app, lambda: db.session.get_one(SystemConfig, "image_credit_cost"))
    assert (row.value, row.type) == ("7", "integer")
    assert read(ada.get("/create?kind=image")).all("div", id="ticket")[0]["data-credits"] == "7"


def test_the_six_prices_follow_the_values(app, admin) -> None:
    """PRC-04."""

    def prices(*credits: int) -> str:
        labels = [f"{seconds} s at {size}" for seconds in (4, 6, 8) for size in ("720p", "1080p")]
        return "".join(f"{label}{price}" for label, price in zip(labels, credits, strict=True))

    assert prices(40, 60, 60, 90, 80, 120) in read(admin.get("/admin/settings")).words
    configure(app, video_credit_per_second="2.5", video_1080p_multiplier="2")
    assert prices(10, 20, 15, 30, 20, 40) in read(admin.get("/admin/settings")).words
    configure(app, video_pricing_mode="flat", video_flat_credits="12")
    assert prices(*[12] * 6) in read(admin.get("/admin/settings")).words


def test_what_does_not_fit_is_refused_beside_its_field_and_nothing_is_saved(app, admin) -> None:
    for name, value, title in (
        ("image_credit_cost", "ten", "credits"),
        ("image_credit_cost", "1.5", "credits"),
        ("image_credit_cost", "-1", "credits"),
        ("image_credit_cost", "9" * 5000, "credits"),
        ("video_credit_per_second", "nan", "credits"),
        ("video_credit_per_second", "inf", "credits"),
        ("video_pricing_mode", "free", "credits"),
        ("image_generation_enabled", "perhaps", "generation"),
        ("image_provider", "x" * 31, "providers"),
        ("site_notice", "x" * 301, "site"),
        ("site_notice", "a\0b", "site"),
    ):
        good = {"signup_credits": ["1"]} if title == "credits" else {}
        answer = save(admin, section(admin, title) | {name: [value]} | good)
        page = read(answer)
        assert answer.status_code == 422, (name, value)
        assert f'id="{name}-error"' in answer.text or page.all("select", id=name)
        assert "Nothing was saved." in page.words
    assert audit(app) == []
    assert inside(app, store.current) == Settings()


def test_a_stopped_kind_is_refused_and_everybody_is_told_why(app, admin, ada, nobody) -> None:
    form = next(f for f in read(admin.get("/admin")).forms if f.fields.get("kind") == ["video"])
    assert admin.post(form.action, form.filled(reason="  "), page="/admin").status_code == 422
    assert admin.post(form.action, form.filled(reason="The <provider> sleeps"), page="/admin").status_code == 303
    page = read(admin.get("/admin"))
    assert "No new videos are made from now on." in page.words
    words = "Making videos is switched off for now: The <provider> sleeps"
    for person in (nobody, ada):
        assert words in read(person.get("/explore")).words
    create = read(ada.get("/create?kind=video"))
    assert "disabled" in create.form("/create").button("Generate")
    sent = create.form("/create").filled(prompt="Fog")
    assert ada.post("/create", sent).status_code == 503
    assert ada.post("/create", {**sent, "kind": ["image"]}).status_code == 303, "images go on"
    assert {(e.target, e.reason) for e in audit(app)} >= {("video_generation_enabled", "The <provider> sleeps")}


def test_it_runs_again_and_the_notice_goes(app, admin, ada) -> None:
    for on in ("0", "1"):
        form = next(f for f in read(admin.get("/admin")).forms if f.fields.get("kind") == ["video"])
        assert form.one("on") == on
        admin.post(form.action, form.filled(**({"reason": "Repairs"} if on == "0" else {})), page="/admin")
    assert "Repairs" not in read(ada.get("/explore")).words
    form = read(ada.get("/create?kind=video")).form("/create")
    assert ada.post("/create", form.filled(prompt="Fog")).status_code == 303


def test_switching_on_leaves_another_notice_alone(app, admin, ada) -> None:
    admin.post("/admin/switch", {"kind": "image", "on": "0", "reason": "Repairs"}, page="/admin")
    configure(app, site_notice="New: longer videos")
    admin.post("/admin/switch", {"kind": "image", "on": "1"}, page="/admin")
    assert "New: longer videos" in read(ada.get("/explore")).words


def test_a_switch_that_makes_no_sense_changes_nothing(app, admin) -> None:
    for sent in ({}, {"kind": "x", "on": "0", "reason": "r"}, {"kind": "video", "on": "2", "reason": "r"}):
        assert admin.post("/admin/switch", sent, page="/admin").status_code == 422
    assert audit(app) == []
