"""No provider is sent more in a minute than it allows: what is too much waits in the queue (LIM-05)."""

import threading

import pytest

from app import queue
from app.extensions import db
from app.generation import breakers, quotas, submitting, sweeping
from app.settings import store
from tests.database.books import broken
from tests.engine import ask, row

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture(autouse=True)
def _context(google, pushed):
    """Everything here happens in the application, with Google as the provider."""
    store.change({"submits_per_minute": "2"}, actor_id=None)


def submit(times: int = 1) -> None:
    """So many submit jobs."""
    for _ in range(times):
        db.session.remove()
        submitting.submit()


def a_minute_later() -> None:
    """As if the minute were over."""
    queue.connection().delete("kinora:submits:google")


def steps(asked) -> list[str]:
    """Where each of these is."""
    return [row(one).step for one in asked]


def test_what_is_too_much_waits_and_does_not_fail(google, ada):
    asked = [ask(ada.id) for _ in range(3)]
    submit(5)
    assert steps(asked) == ["fetching", "fetching", "queued"]
    assert (row(asked[2]).state, row(asked[2]).attempt) == ("pending", 0)
    a_minute_later()
    submit()
    assert steps(asked) == ["fetching"] * 3
    assert broken() == {}


def test_it_counts_over_all_models_of_the_provider_and_not_in_this_house(google, ada):
    ada.give(100)
    asked = [ask(ada.id), ask(ada.id, kind="video"), ask(ada.id, kind="video"), ask(ada.id)]
    here = ask(ada.id, model="local/kinora-local-image-1")
    submit(6)
    assert steps(asked) == ["fetching", "waiting", "queued", "queued"]
    assert row(here).step == "waiting"


def test_what_a_provider_refused_counts_too(google, ada):
    google.script("image", "429")
    asked = [ask(ada.id) for _ in range(3)]
    for _ in range(4):
        for pause in queue.connection().scan_iter("kinora:breaker:paused:*"):
            queue.connection().delete(pause)
        submit()
    assert len(google.requests_to("image")) == 2
    assert "queued" in steps(asked)


def test_of_many_workers_at_once_no_more_get_through(google, app, ada):
    asked = [ask(ada.id) for _ in range(8)]
    gate = threading.Barrier(8)

    def work() -> None:
        with app.app_context():
            gate.wait()
            for _ in range(3):
                submitting.submit()
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in asked]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    submit(2)
    assert steps(asked).count("queued") == 6
    assert len(google.requests_to("image")) == 2


def test_a_place_that_is_not_used_is_given_back(google, ada):
    submit(5)
    assert quotas.full() == frozenset()
    asked = [ask(ada.id), ask(ada.id)]
    submit(2)
    assert steps(asked) == ["fetching"] * 2
    assert quotas.full() == {"google"}


def test_nobody_is_rung_for_while_it_is_used_up_and_others_are_not_behind(google, ada):
    asked = [ask(ada.id) for _ in range(3)]
    submit(2)
    queue.connection().flushdb()
    queue.connection().zadd("kinora:submits:google", {"one": 9e9, "two": 9e9})
    assert ("google", row(asked[2]).model) in breakers.held()
    sweeping.ring_for_due()
    assert queue.queued(queue.SUBMIT) == set()


def test_a_place_counts_for_a_minute(google):
    quotas.take(), quotas.take()
    assert quotas.take().full == {"google"}
    clock = queue.connection().time()[0]
    for name in queue.connection().zrange("kinora:submits:google", 0, -1):
        queue.connection().zadd("kinora:submits:google", {name: clock - quotas.WINDOW_SECONDS - 1})
    assert quotas.full() == frozenset()
    assert quotas.take().taken == {"google"}
    assert 0 < queue.connection().ttl("kinora:submits:google") <= quotas.WINDOW_SECONDS


def test_without_redis_there_is_no_limit(config, google):
    quotas.take(), quotas.take()
    queue.connect("redis://127.0.0.1:1/0")
    try:
        assert breakers.gate().held == set()
        assert breakers.held() == set()
    finally:
        queue.connect(config.redis_url)
