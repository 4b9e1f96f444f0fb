"""A model that fails again and again is left alone for a minute, and then tried with one creation."""

from __future__ import annotations

import pytest

from app import queue
from app.admin import health
from app.catalogue import store as models
from app.errors import Busy
from app.extensions import db
from app.generation import breakers, lines, submitting
from app.providers.errors import Misconfigured, OutOfFunds, RateLimited
from tests.database.books import broken
from tests.engine import ask, make_due, row, work

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
IMAGE = "google/gemini-3.1-flash-image"
VIDEO = "google/gemini-omni-1.2-flash"


@pytest.fixture(autouse=True)
def _context(google, pushed):
    """Everything here happens in the application, with Google as the provider."""


def submit() -> None:
    """One submit job."""
    db.session.remove()
    submitting.submit()


def a_minute_later(name: str = IMAGE) -> None:
    """As if the time for which it stays open were over."""
    assert queue.connection().delete(f"kinora:breaker:open:{name}") == 1


def state(name: str = IMAGE) -> str:
    found = breakers.look([name]).get(name)
    return found.state if found else "closed"


@pytest.fixture
def opened(google, ada):
    """Five images failed at Google, and a sixth waits."""
    google.script("image", *["500"] * 5)
    asked = [ask(ada.id) for _ in range(6)]
    for _ in range(4):
        submit()
    assert state() == "closed"
    submit()
    assert [row(one).step for one in asked] == ["unknown"] * 5 + ["queued"]
    assert state() == "open"
    return asked[-1]


def test_five_errors_refuse_what_is_new_before_a_charge_and_leave_what_waits(google, ada, opened):
    balance = ada.balance()
    for _ in range(2):
        submit()
    assert (row(opened).step, row(opened).attempt) == ("queued", 0)
    assert len(google.requests_to("image")) == 5
    with pytest.raises(Busy, match="the model has trouble") as refused:
        ask(ada.id)
    assert 0 < refused.value.retry_after <= 60
    assert refused.value.words.endswith("Nothing was charged.")
    assert ada.balance() == balance
    ask(ada.id, kind="video")
    submit()
    assert google.submits["Sun shafts through a kelp forest"] == 1
    assert broken() == {}


def test_after_a_minute_one_goes_through_and_its_success_lets_all(google, app, ada, opened):
    a_minute_later()
    after = ask(ada.id)
    seen = []

    def another_worker() -> None:
        with app.app_context():
            submitting.submit()
            seen.append(row(after).step)
            db.session.remove()

    google.meanwhile["image"] = another_worker
    submit()
    assert seen == ["queued"], "while the probe is on its way nothing else is sent"
    assert row(opened).step == "fetching"
    assert state() == "closed"
    submit()
    assert row(after).step == "fetching"


def test_a_probe_that_fails_opens_it_again_at_once(google, ada, opened):
    a_minute_later()
    google.script("image", "500")
    submit()
    assert (row(opened).step, state()) == ("unknown", "open")


def test_a_file_that_is_stored_again_closes_the_breaker_of_the_store(google, ada):
    for _ in range(breakers.ERRORS):
        breakers.failed(breakers.STORAGE, "The disk did not answer.")
    a_minute_later(breakers.STORAGE)
    assert state(breakers.STORAGE) == "trying"
    assert work(ask(ada.id)).state == "draft"
    assert state(breakers.STORAGE) == "closed"


def test_a_probe_that_is_not_needed_is_given_back(google, ada, opened):
    a_minute_later()
    left = breakers.gate()
    assert lines.take(lines.RENDER, lines.WAITING) is None
    assert breakers.gate().held == left.probes != set()
    breakers.leave(left, used=None)
    assert breakers.gate().held == set()


def test_an_account_without_funds_opens_it_at_once_and_admins_read_why(google, ada):
    """PRV-07"""
    google.script("create", "402")
    assert work(ask(ada.id, kind="video")).error_code == "unavailable"
    assert state(VIDEO) == "open"
    with pytest.raises(Busy):
        ask(ada.id, kind="video")
    (told,) = [one for one in health.health() if one.name == "google"]
    assert not told.ok
    assert "unavailable" in told.words
    assert "402" in told.words


@pytest.mark.parametrize("error", [OutOfFunds("402"), Misconfigured("the key is wrong")])
def test_what_concerns_the_account_opens_those_of_all_its_models_at_once(google, ada, error):
    """PRV-07"""
    breakers.note(row(ask(ada.id)), error)
    opened = breakers.everywhere()
    assert opened.keys() == {one.model.name for one in models.listings() if one.model.provider == "google"}
    assert {one.state for one in opened.values()} == {"open"}


def test_a_limit_of_the_whole_account_pauses_all_its_models(google, ada):
    video = ask(ada.id, kind="video")
    breakers.note(row(ask(ada.id)), RateLimited("429", retry_after=30, whole_account=True))
    assert {state(IMAGE), state(VIDEO)} == {"paused"}
    submit()
    assert row(video).step == "queued"


def test_a_busy_model_is_asked_nothing_for_as_long_as_it_wants(google, ada):
    google.script("image", {"fault": "429", "seconds": 40})
    first, second, video = ask(ada.id), ask(ada.id), ask(ada.id, kind="video")
    for _ in range(3):
        submit()
    assert [row(one).step for one in (first, second, video)] == ["queued", "queued", "waiting"]
    assert len(google.requests_to("image")) == 1
    paused = breakers.look([IMAGE])[IMAGE]
    assert (paused.state, 30 < paused.seconds <= 40) == ("paused", True)
    ask(ada.id)
    make_due(second)
    submit()
    assert row(second).step == "fetching"


@pytest.mark.parametrize("fault", ["blocked", "400", "empty"])
def test_what_is_wrong_with_a_prompt_is_no_error_of_the_model(google, ada, fault):
    google.script("image", *[fault] * 6)
    for _ in range(6):
        work(ask(ada.id))
    assert state() == "closed"


def test_without_redis_every_breaker_counts_as_closed(config, opened):
    queue.connect("redis://127.0.0.1:1/0")
    try:
        assert breakers.held() == set()
        assert breakers.gate().held == set()
    finally:
        queue.connect(config.redis_url)
    assert state() == "open"
