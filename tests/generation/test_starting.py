"""Asking for a creation: row, charge and key are written together or not at all."""

import socket
import threading
import time
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from app import queue
from app.creations.models import Creation, IdempotencyKey
from app.creations.transitions import SUBMITTING
from app.credits.models import LedgerEntry
from app.errors import Busy, Conflict, Invalid, LimitReached, NotEnoughCredits, SwitchedOff
from app.extensions import db, now, transaction
from app.generation import keys, lines, orders, settling, starting
from app.settings import store
from tests.database.books import broken, entries
from tests.database.rows import drafted, left
from tests.engine import IMAGE, VIDEO, ask, row, settle


def counts() -> tuple[int, int, int]:
    """How many creations, entries of creations and idempotency keys there are."""
    db.session.rollback()
    of_creations = select(func.count()).select_from(LedgerEntry).where(LedgerEntry.creation_id.is_not(None))
    return (
        db.session.scalar(select(func.count()).select_from(Creation)),
        db.session.scalar(of_creations),
        db.session.scalar(select(func.count()).select_from(IdempotencyKey)),
    )


def start(user_id: uuid.UUID, key: str, **fields: str) -> starting.Started:
    """Ask with a key of one's own."""
    return starting.start(user_id, orders.read({**IMAGE, **fields}), key=key)


def test_a_creation_is_charged_stored_and_rung_for(app, ada):
    """PRC-06, JOB-01"""
    with app.app_context():
        started = start(ada.id, "first-key")
        made = row(started.creation_id)
        assert (made.state, made.step, made.credit_cost) == ("pending", "queued", 5)
        assert entries(made.id) == [("image_generation", -5)]
        assert queue.queued(queue.SUBMIT) == {made.id}
        assert started == starting.Started(made.id, 5)
        assert counts() == (1, 1, 1)
    assert ada.balance() == 95


def test_a_hundred_requests_with_one_key_at_once_make_one_creation(app, ada, hands):
    """Whoever comes second waits and is given the first one's creation."""
    answers = hands("start_again", ada.id, "the-same-key", times=100, threads=13)
    assert list(answers.values()) == [100]
    with app.app_context():
        assert counts() == (1, 1, 1)
        assert broken() == {}
    assert ada.balance() == 95


def test_the_same_key_with_the_same_wishes_is_the_same_creation(app, ada):
    with app.app_context():
        first, again = start(ada.id, "some-key"), start(ada.id, "some-key")
        assert again == starting.Started(first.creation_id, 5, replayed=True)
        assert queue.queued(queue.SUBMIT) == {first.creation_id}


def test_the_same_key_with_other_wishes_is_refused(app, ada):
    with app.app_context():
        start(ada.id, "some-key")
        with pytest.raises(Invalid, match="already sent with other choices") as refused:
            start(ada.id, "some-key", prompt="Another")
        assert refused.value.status == 422
        assert counts() == (1, 1, 1)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_while_the_first_of_two_is_still_at_it_the_second_is_told_to_come_again(app, ada, hands):
    """409 with Retry-After within 5 s, and nothing of it is kept."""
    with app.app_context():
        with db.engine.begin() as first:
            first.execute(text("SELECT 1 FROM users WHERE id = :id FOR UPDATE"), {"id": ada.id})
            began = time.monotonic()
            with pytest.raises(Conflict, match="still being carried out") as told:
                start(ada.id, "the-same-key")
            assert time.monotonic() - began < 5
        assert (told.value.status, told.value.retry_after) == (409, 2)
        assert counts() == (0, 0, 0)
        assert not start(ada.id, "the-same-key").replayed


def test_a_key_is_one_person_s_own_and_one_endpoint_s(app, ada, bob):
    with app.app_context():
        first = start(ada.id, "some-key").creation_id
        theirs = start(bob.id, "some-key").creation_id
        by_api = starting.start(ada.id, orders.read(IMAGE), key="some-key", endpoint="api").creation_id
        assert len({first, theirs, by_api}) == 3


@pytest.mark.parametrize(
    "wrong",
    [{"prompt": ""}, {"prompt": "x" * 501}, {"aspect_ratio": "4:3"}, {"kind": "video", "duration": "5"},
     {"kind": "video", "resolution": "480p"}],
)  # fmt: skip
def test_a_request_that_is_not_right_stores_nothing_and_its_key_is_free(app, ada, wrong):
    with app.app_context():
        with pytest.raises(Invalid):
            start(ada.id, "some-key", **wrong)
        assert counts() == (0, 0, 0)
        assert not start(ada.id, "some-key").replayed


def test_too_few_credits_store_nothing_and_the_key_is_free_for_when_there_are_more(app, ada):
    with app.app_context():
        with pytest.raises(NotEnoughCredits):
            start(ada.id, "some-key", kind="video", duration="8", resolution="1080p")
        assert counts() == (0, 0, 0)
        assert queue.queued(queue.SUBMIT) == set()
        ada.give(20)
        assert start(ada.id, "some-key", kind="video", duration="8", resolution="1080p").credits == 120
    assert ada.balance() == 0


def test_ten_videos_asked_for_at_once_are_three_and_seven(app, ada, hands):
    """NFR-04, LIM-01, PRC-07"""
    ada.give(900)
    assert hands("start_video", ada.id, times=10, threads=3) == {"started": 3, "LimitReached": 7}
    assert ada.balance() == 1000 - 3 * 40
    with app.app_context():
        assert counts()[:2] == (3, 3)
        assert broken() == {}


def test_the_balance_too_decides_among_videos_asked_for_at_once(app, ada, hands):
    """PRC-07"""
    assert hands("start_video", ada.id, times=4) == {"started": 2, "NotEnoughCredits": 2}
    assert ada.balance() == 20


def test_the_fourth_unfinished_video_is_refused_until_one_is_settled(app, ada):
    """LIM-01: with words, and without a charge; images are not counted."""
    ada.give(100)
    with app.app_context():
        first, *_ = [ask(ada.id, kind="video") for _ in range(3)]
        with pytest.raises(LimitReached, match="Nothing was charged"):
            ask(ada.id, kind="video")
        ask(ada.id)
        assert ada.balance() == 200 - 3 * 40 - 5
        settling.cancel(ada.id, first)
        ask(ada.id, kind="video")
        store.change({"video_concurrent_limit": "4"}, actor_id=None)
        ask(ada.id, kind="video")
        assert broken() == {}


def test_an_image_that_is_free_is_made_by_somebody_with_nothing(app, ada):
    """PRC-02: no entry of nothing, no look at the balance, no refund of nothing."""
    with app.app_context():
        left(ada.id, price=100)
        store.change({"image_credit_cost": "0"}, actor_id=None)
        made, taken_back = ask(ada.id), ask(ada.id)
        assert settle(made).state == "draft"
        assert settling.cancel(ada.id, taken_back)
        assert entries(made) == entries(taken_back) == []
        assert broken() == {}
    assert ada.balance() == 0


def test_a_queue_that_is_down_gives_the_credits_back_and_leaves_the_key_free(app, ada, config):
    """PRC-06"""
    with app.app_context():
        queue.connect("redis://127.0.0.1:1/0")
        with pytest.raises(Busy, match="Your credits are back"):
            start(ada.id, "some-key")
        queue.connect(config.redis_url)
        failed = db.session.scalars(select(Creation)).one()
        assert (failed.state, failed.error_code) == ("failed", "not_queued")
        assert entries(failed.id) == [("image_generation", -5), ("image_refund", 5)]
        again = start(ada.id, "some-key")
        assert not again.replayed
        assert row(again.creation_id).state == "pending"
        assert broken() == {}


def test_what_a_worker_takes_before_the_queue_is_known_to_be_down_goes_on(app, ada, config):
    """PRC-06: whoever is next is taken, whomever a message names; then nothing came back, and nobody is told so."""

    def take_and_hang_up():
        while True:
            try:
                caller, _ = door.accept()
            except OSError:
                return
            with app.app_context():
                lines.take(lines.SUBMIT, SUBMITTING)
                db.session.remove()
            caller.close()

    with socket.create_server(("127.0.0.1", 0)) as door, app.app_context():
        threading.Thread(target=take_and_hang_up, daemon=True).start()
        queue.connect(f"redis://127.0.0.1:{door.getsockname()[1]}/0")
        started = start(ada.id, "some-key")
        door.shutdown(socket.SHUT_RDWR)
        queue.connect(config.redis_url)
        assert row(started.creation_id).step == "submitting"
        assert entries(started.creation_id) == [("image_generation", -5)]
        assert start(ada.id, "some-key").replayed
        assert broken() == {}


def test_what_is_switched_off_is_refused_with_words_and_without_a_charge(app, ada):
    """LIM-03"""
    with app.app_context():
        store.change({"video_generation_enabled": "false"}, actor_id=None)
        with pytest.raises(SwitchedOff, match="Making videos is switched off"):
            ask(ada.id, kind="video")
        ask(ada.id)
        store.change({"image_generation_enabled": "false"}, actor_id=None)
        with pytest.raises(SwitchedOff, match="Making images is switched off"):
            ask(ada.id)
    assert ada.balance() == 95


def test_a_provider_without_a_key_is_refused_with_plain_words(app, ada):
    """PRV-06"""
    with app.app_context():
        store.change({"video_provider": "google"}, actor_id=None)
        with pytest.raises(Busy, match=r"not available right now\. Nothing was charged"):
            ask(ada.id, kind="video")
        assert counts() == (0, 0, 0)


def test_a_creation_names_as_its_parent_only_what_its_owner_may_see(app, ada, bob):
    with app.app_context():
        draft = drafted(bob.id)
        with pytest.raises(Invalid):
            ask(ada.id, parent_id=str(draft), relation="remix")
        with pytest.raises(Invalid):
            ask(ada.id, parent_id=str(uuid.uuid4()), relation="remix")
        made = row(ask(bob.id, parent_id=str(draft), relation="variation"))
        assert (made.parent_id, made.relation) == (draft, "variation")


def test_what_the_sender_says_about_price_owner_or_state_is_ignored(app, ada, bob):
    """Only named fields are bound."""
    with app.app_context():
        order = orders.read({**VIDEO, "user_id": str(bob.id), "credit_cost": "0", "price": "1", "state": "draft"})
        made = row(starting.start(ada.id, order, key="some-key").creation_id)
        assert (made.user_id, made.state, made.credit_cost) == (ada.id, "pending", 40)


def test_a_request_is_forgotten_after_two_days_and_not_before(app, ada):
    with app.app_context():
        for key, hours in (("old-key-1", 49), ("new-key-1", 47)):
            start(ada.id, key)
            with transaction() as session:
                session.execute(
                    update(IdempotencyKey)
                    .where(IdempotencyKey.key == key)
                    .values(created_at=now() - timedelta(hours=hours))
                )
        assert keys.forget_old() == 1
        assert start(ada.id, "new-key-1").replayed
        assert not start(ada.id, "old-key-1").replayed
