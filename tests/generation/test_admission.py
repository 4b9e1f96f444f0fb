"""Nothing new is taken in, and nothing charged, while there is no room for it or too much waits already."""

from __future__ import annotations

import pytest

from app.errors import Busy
from app.generation import admission, breakers
from app.settings import store
from tests.engine import ask

pytestmark = [
    pytest.mark.usefixtures("in_app"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


def test_so_many_may_wait_and_no_more(ada, bob):
    """A run-time setting."""
    store.change({"queue_length_limit": "2"}, actor_id=None)
    for _ in range(2):
        ask(ada.id)
    with pytest.raises(Busy, match=r"Too many works are waiting already.*Nothing was charged\.") as refused:
        ask(bob.id)
    assert (refused.value.status, refused.value.retry_after) == (503, 60)
    assert bob.balance() == 100
    store.change({"queue_length_limit": "3"}, actor_id=None)
    ask(bob.id)


def test_a_store_that_fails_again_and_again_closes_the_door_until_it_is_tried(ada):
    for _ in range(breakers.ERRORS):
        assert admission.storage_obstacle() is None
        breakers.failed(breakers.STORAGE, "The bucket answered SlowDown.")
    with pytest.raises(Busy, match="Files cannot be stored right now"):
        ask(ada.id)
    assert ada.balance() == 100


class TestWhereNobodyMinds:
    """A laptop whose disk is always full."""

    @pytest.fixture
    def environ(self):
        return {"STORAGE_RESERVE_MB": "0"}

    def test_the_guard_can_be_switched_off(self, ada):
        assert admission.storage_obstacle() is None
        ask(ada.id)
