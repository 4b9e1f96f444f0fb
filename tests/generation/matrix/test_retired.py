"""A model that is gone is replaced by its fallback, at the same price and accepted once, or refunded (PRV-04)."""

from dataclasses import replace
from io import BytesIO

import pytest

from app import queue
from app.catalogue import store as models
from app.catalogue.entries import Entry
from app.creations import references
from app.extensions import db, now
from app.generation import breakers, submitting, sweeping
from tests.database.books import broken, entries
from tests.database.rows import change, dead_lease
from tests.engine import ask, make_due, row, settle, step, work
from tests.standins import media

KELP = "Sun shafts through a kelp forest"
OLD, NEW = "gemini-omni-1.2-flash", "gemini-omni-1.1-flash"


@pytest.fixture(autouse=True)
def _context(google, pushed):
    """Everything here happens in the application, with Google as the provider."""


def set_model(id: str, **facts) -> None:
    """Change a model's entry."""
    found = models.find("google", id)
    models.put([Entry.model_validate(Entry.of(found).model_dump() | facts)], actor_id=None)


def models_asked(google) -> list[str]:
    """Which models videos were asked of, in order."""
    return [entry["json"]["model"] for entry in google.requests_to("create")]


def test_it_is_made_with_the_fallback_at_the_same_price(google, ada, drafted, caplog):
    google.script("create", "404")
    creation = ask(ada.id, kind="video")
    before = row(creation)
    step(before)
    moved = row(creation)
    assert (moved.state, moved.step, moved.lease_token, moved.attempt) == ("pending", "queued", None, 0)
    assert (moved.turn, moved.credit_cost, moved.price) == (before.turn, before.credit_cost, before.price)
    assert entries(creation) == [("video_generation", -40)]
    settle(creation)
    drafted(creation, provider="google", model=NEW, asked_model=f"google/{OLD}", attempt=1)
    assert row(creation).submitted_at == moved.submitted_at
    assert models_asked(google) == [OLD, NEW]
    assert google.accepted == {KELP: 1}
    assert f"alarm: the model google/{OLD} is gone" in caplog.text
    assert models.listing("google", OLD).is_gone


def test_its_time_runs_on_from_the_first_submit(google, ada):
    google.script("create", "404")
    creation = ask(ada.id, kind="video")
    step(row(creation))
    first = row(creation)
    step(first)
    assert (row(creation).step, row(creation).deadline_at) == ("waiting", first.deadline_at)
    assert row(creation).submitted_at == first.submitted_at


def test_a_try_of_the_old_model_is_none_of_the_new_one(google, ada, drafted):
    """JOB-09: three refusals for now are allowed again."""
    google.script("create", "429", "404", "429")
    creation = ask(ada.id, kind="video")
    settle(creation)
    drafted(creation, model=NEW, attempt=3)
    assert models_asked(google) == [OLD, OLD, NEW, NEW]


def test_without_a_fallback_it_is_refunded_with_words(google, ada, failed):
    google.script("image", "404")
    creation = ask(ada.id)
    settle(creation)
    failed(creation, "retired")
    assert google.accepted == {}


def test_when_all_are_gone_it_is_refunded_once(google, ada, failed):
    google.script("create", "404", "404")
    creation = ask(ada.id, kind="video")
    settle(creation)
    failed(creation, "retired")
    assert models_asked(google) == [OLD, NEW]


def test_models_that_stand_in_for_each_other_are_asked_once_each(google, ada, failed):
    set_model(NEW, fallback=f"google/{OLD}")
    google.script("create", "404", "404", "404")
    creation = ask(ada.id, kind="video")
    settle(creation)
    failed(creation, "retired")
    assert models_asked(google) == [OLD, NEW]


@pytest.mark.parametrize(
    "facts",
    [
        {"aspect_ratios": ("16:9",)},
        {"durations": (6, 8)},
        {"only": {"720p": (8,)}},
        {"resolutions": ("1080p",)},
        {"min_references": 1},
        {"sound": "never"},
        {"size_is_its_own": True},
        {"seconds_between": (3.0, 5.0)},
        {"enabled": False},
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_fallback_that_cannot_do_what_was_asked_is_not_asked(google, ada, failed, facts):
    set_model(NEW, **facts)
    google.script("create", "404")
    creation = ask(ada.id, kind="video")
    settle(creation)
    failed(creation, "retired")
    assert models_asked(google) == [OLD]


@pytest.mark.parametrize(
    ("facts", "role", "model"),
    [({}, "first", NEW), ({}, "", NEW), ({"roles": ("last",)}, "", OLD), ({"roles": ("last",)}, "first", OLD),
     ({"max_references": 0, "roles": ()}, "", OLD)],
)  # fmt: skip
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_fallback_must_take_the_pictures_that_came_along(google, ada, facts, role, model):
    set_model(NEW, **facts)
    google.script("create", "404")
    picture = references.take(ada.id, BytesIO(media.jpeg("9:16")), "one.jpg")
    creation = ask(ada.id, kind="video", references=[{"id": picture.id, "role": role}])
    assert settle(creation).model == model
    assert row(creation).state == ("draft" if model == NEW else "failed")
    assert broken() == {}


@pytest.mark.parametrize("noted", ["by us", "by its day"])
def test_what_waits_in_line_for_it_is_not_sent_to_it(google, ada, drafted, noted):
    creation = ask(ada.id, kind="video")
    if noted == "by us":
        models.retire("google", OLD, "404: no such model")
    else:
        set_model(OLD, retires_on=now().date())
    step(row(creation))
    assert (row(creation).step, row(creation).model, row(creation).attempt) == ("queued", NEW, 0)
    settle(creation)
    drafted(creation, asked_model=f"google/{OLD}")
    assert models_asked(google) == [NEW]


def test_it_may_go_to_another_provider_and_is_never_looked_up_at_the_first(google, ada, drafted):
    set_model(OLD, fallback="local/kinora-local-video-1")
    google.script("create", "404")
    creation = ask(ada.id, kind="video")
    step(row(creation))
    moved = row(creation)
    assert (moved.provider, moved.operation, moved.operation_id) == ("local", None, None)
    change(creation, state="processing", step="submitting", **dead_lease())
    sweeping.sweep()
    assert row(creation).step == "queued", "nobody outside can have it now"
    settle(creation)
    drafted(creation, provider="local", model="kinora-local-video-1", asked_model=f"google/{OLD}")
    assert [entry["endpoint"] for entry in google.requests] == ["create"]


def test_it_names_the_model_that_was_asked_first(google, ada, drafted):
    third = replace(models.find("google", NEW), id="gemini-omni-0-flash", fallback=None)
    models.put([Entry.of(third)], actor_id=None)
    set_model(NEW, fallback="google/gemini-omni-0-flash")
    set_model("gemini-omni-0-flash", fallback=f"google/{OLD}")
    creation = ask(ada.id, kind="video")
    for id in (OLD, NEW):
        google.script("create", "404")
        assert row(creation).model == id
        make_due(creation)
        step(row(creation))
    assert (row(creation).model, row(creation).asked_model) == ("gemini-omni-0-flash", f"google/{OLD}")
    assert entries(creation) == [("video_generation", -40)]


def test_whoever_lost_the_creation_meanwhile_hands_nothing_over(google, app, ada):
    creation = ask(ada.id, kind="video")

    def taken_over() -> None:
        with app.app_context():
            change(creation, lease_token="another")
            db.session.remove()

    google.script("create", "404")
    google.meanwhile["create"] = taken_over
    step(row(creation))
    at = row(creation)
    assert (at.step, at.model, at.asked_model, at.lease_token) == ("submitting", OLD, None, "another")


def test_two_that_hear_it_at_once_both_go_to_the_fallback(google, app, ada):
    ada.give(100)
    first, second = ask(ada.id, kind="video"), ask(ada.id, kind="video")

    def another_worker() -> None:
        with app.app_context():
            submitting.submit()
            db.session.remove()

    google.script("create", "404", "404")
    google.meanwhile["create"] = another_worker
    db.session.remove()
    submitting.submit()
    assert [row(one).model for one in (first, second)] == [NEW, NEW]
    assert [work(one).state for one in (first, second)] == ["draft", "draft"]
    assert sorted(models_asked(google)) == [NEW, NEW, OLD, OLD]
    assert google.accepted == {KELP: 2}
    assert broken() == {}


def test_a_worker_that_died_after_noting_it_leaves_a_doubt_and_a_refund(google, ada, failed):
    """Nobody knows any more what the provider said, so it is not sent again."""
    creation = ask(ada.id, kind="video")
    change(creation, state="processing", step="submitting", attempt=1, **dead_lease())
    models.retire("google", OLD, "404")
    sweeping.sweep()
    submitting.submit()
    assert (row(creation).step, row(creation).model) == ("unknown", OLD)
    change(creation, deadline_at=now())
    sweeping.sweep()
    failed(creation, "unconfirmed")
    assert google.requests == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_opens_no_breaker(google, ada):
    google.script("image", *["404"] * 6)
    for _ in range(6):
        assert settle(ask(ada.id)).error_code == "retired"
        models.revive("google", "gemini-3.1-flash-image", actor_id=None)
    assert breakers.everywhere() == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_its_probe_is_given_back(google, ada):
    name = f"google/{OLD}"
    for _ in range(breakers.ERRORS):
        breakers.failed(name, "500")
    queue.connection().delete(f"kinora:breaker:open:{name}")
    google.script("create", "404")
    creation = ask(ada.id, kind="video")
    step(row(creation))
    assert row(creation).model == NEW
    assert breakers.gate().held == set()
