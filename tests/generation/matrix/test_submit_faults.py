"""What goes wrong while asking: sent again only where nothing can have been started."""

import pytest

from app.generation import submitting, sweeping
from app.providers.google.client import Timeouts
from app.providers.google.provider import GoogleProvider
from app.providers.registry import Registry
from tests.database.rows import change, dead_lease
from tests.engine import ask, make_due, row, settle, step, work
from tests.standins.google import KEY

PROMPT = {"image": "A lighthouse at dusk", "video": "Sun shafts through a kelp forest"}
ENDPOINT = {"image": "image", "video": "create"}


def submits(google, kind: str) -> int:
    """How often work was asked for, by the stand-in's log."""
    return len(google.requests_to(ENDPOINT[kind]))


@pytest.mark.parametrize("kind", ["image", "video"])
@pytest.mark.parametrize("fault", ["429", "503"])
def test_a_refusal_for_now_is_asked_again_later(google, ada, drafted, kind, fault):
    """T3, JOB-09"""
    google.script(ENDPOINT[kind], fault)
    creation = ask(ada.id, kind=kind)
    step(row(creation))
    back = row(creation)
    assert (back.state, back.step, back.attempt, back.lease_token) == ("pending", "queued", 1, None)
    settle(creation)
    drafted(creation, attempt=2)
    assert submits(google, kind) == 2
    assert google.accepted[PROMPT[kind]] == 1


def test_the_time_that_a_provider_asks_for_is_kept(google, pushed, ada):
    google.script("create", {"fault": "429", "seconds": 40})
    creation = ask(ada.id, kind="video")
    step(row(creation))
    back = row(creation)
    assert 35 < (back.next_run_at - back.updated_at).total_seconds() < 45


@pytest.mark.parametrize("kind", ["image", "video"])
def test_the_third_refusal_for_now_is_the_last(google, ada, failed, kind):
    """JOB-09"""
    google.script(ENDPOINT[kind], *["429"] * 3)
    creation = ask(ada.id, kind=kind)
    assert settle(creation).attempt == 3
    failed(creation, "busy", raw="429")
    assert submits(google, kind) == 3
    assert google.accepted == {}


@pytest.mark.parametrize("kind", ["image", "video"])
@pytest.mark.parametrize("fault", ["500", "502", "504", "html503", "lost", "reset", "unreadable"])
def test_an_answer_that_leaves_it_open_is_never_asked_again_and_refunded_after_a_while(
    google, ada, failed, kind, fault
):
    """T4, T8, JOB-09: the user pays once or nothing."""
    google.script(ENDPOINT[kind], fault)
    creation = ask(ada.id, kind=kind)
    at = work(creation)
    assert (at.state, at.step, at.lease_token) == ("processing", "unknown", None)
    sweeping.sweep()
    sweeping.ring_for_due()
    submitting.submit()
    assert row(creation).step == "unknown"
    make_due(creation)
    sweeping.sweep()
    sweeping.sweep()
    failed(creation, "unconfirmed")
    assert submits(google, kind) == 1


@pytest.mark.parametrize("kind", ["image", "video"])
def test_a_provider_that_does_not_answer_in_time_is_not_asked_again(google, app, config, ada, failed, kind):
    hasty = GoogleProvider(KEY, google.url, frozenset(), timeouts=Timeouts(0.4, 0.4, 0.4, 0.4, 0.4))

    class Hasty(Registry):
        """The providers of this app, with less patience."""

        def provider(self, name):
            return hasty

    app.extensions["kinora_providers"] = Hasty(config)
    google.script(ENDPOINT[kind], {"fault": "hang", "seconds": 0.8})
    creation = ask(ada.id, kind=kind)
    assert work(creation).step == "unknown"
    make_due(creation)
    sweeping.sweep()
    failed(creation, "unconfirmed")
    assert submits(google, kind) == 1


@pytest.mark.parametrize(
    ("fault", "code"),
    [("400", "rejected"), ("422", "rejected"), ("402", "unavailable"), ("403", "misconfigured"),
     ("bad-key", "misconfigured"), ("quota", "unavailable")],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["image", "video"])
def test_a_final_refusal_is_refunded_at_once(google, ada, failed, kind, fault, code):
    """PRV-07, PRC-10"""
    if (kind, fault) == ("video", "bad-key"):
        fault = "401"
    google.script(ENDPOINT[kind], fault)
    creation = ask(ada.id, kind=kind)
    settle(creation)
    failed(creation, code)
    assert submits(google, kind) == 1


@pytest.mark.parametrize(
    ("fault", "code", "raw"),
    [("blocked", "blocked", "PROHIBITED_CONTENT"), ("blocked-output", "blocked", "IMAGE_SAFETY"),
     ("empty", "no_output", "NO_IMAGE"), ("words", "no_output", "I would rather"), ("truncated", "rejected", "token")],
)  # fmt: skip
def test_an_image_that_is_withheld_costs_nothing_and_is_not_asked_for_again(google, ada, failed, fault, code, raw):
    """PRC-12, JOB-10"""
    google.script("image", fault)
    creation = ask(ada.id)
    settle(creation)
    failed(creation, code, raw=raw)
    assert submits(google, "image") == 1


def test_a_provider_that_cannot_be_reached_is_tried_three_times(google, config, ada, failed, app):
    app.extensions["kinora_providers"] = Registry(
        config.__class__(**{**vars(config), "google_base_url": "http://127.0.0.1:1"})
    )
    creation = ask(ada.id)
    assert settle(creation).attempt == 3
    failed(creation, "provider_unreachable")


@pytest.mark.parametrize("kind", ["image", "video"])
def test_a_worker_that_died_while_asking_leaves_a_doubt_and_no_second_request(google, ada, failed, kind):
    """Submitting with a dead lease is T4, never "not sent"."""
    creation = ask(ada.id, kind=kind)
    change(creation, state="processing", step="submitting", attempt=1, **dead_lease())
    submitting.submit()
    sweeping.sweep()
    assert row(creation).step == "unknown"
    make_due(creation)
    sweeping.sweep()
    failed(creation, "unconfirmed", raw="the worker died")
    assert google.requests == []
