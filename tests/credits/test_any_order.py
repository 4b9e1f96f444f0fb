"""Whatever people and workers do, in whatever order: a sheet of paper on which one counts along agrees (I1, I2)."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from app.creations import service
from app.creations.transitions import DRAFT, FETCHING, QUEUED, SUBMITTING, move
from app.credits import ledger
from app.credits.models import EntryType
from app.errors import Conflict, LimitReached, NotEnoughCredits, NotFound
from app.extensions import db, transaction
from app.generation import orders, settling, starting
from tests.database.books import broken, entries
from tests.engine import IMAGE, VIDEO

STEPS = 90
PRICES = {"image": 5, "video": 40}


@dataclass
class Paper:
    """One person's credits, counted along by hand."""

    user_id: uuid.UUID
    stranger: uuid.UUID
    dice: random.Random
    credits: int = 100
    waiting: dict[uuid.UUID, str] = field(default_factory=dict)
    failed: dict[uuid.UUID, str] = field(default_factory=dict)
    kept: dict[uuid.UUID, str] = field(default_factory=dict)
    deleted: set[uuid.UUID] = field(default_factory=set)
    asked: list[tuple[str, str, uuid.UUID]] = field(default_factory=list)
    granted: list[str] = field(default_factory=list)

    def ask(self) -> None:
        """For a new creation; refused when it costs too much or three videos are unfinished."""
        kind, key = self.dice.choice(["image", "image", "video"]), uuid.UUID(int=self.dice.getrandbits(128)).hex
        full = kind == "video" and list(self.waiting.values()).count("video") == 3
        if full or self.credits < PRICES[kind]:
            with pytest.raises((LimitReached, NotEnoughCredits)):
                self._start(kind, key)
            return
        made = self._start(kind, key)
        self.asked.append((kind, key, made))
        self.waiting[made] = kind
        self.credits -= PRICES[kind]

    def ask_again(self) -> None:
        """The same form sent twice, perhaps long after."""
        if self.asked:
            kind, key, made = self.dice.choice(self.asked)
            assert self._start(kind, key) == made

    def fail(self) -> None:
        """A worker gives up, on something that may have failed before."""
        if one := self._any():
            self._ended(one, settling.fail(one, QUEUED, "busy"))

    def cancel(self) -> None:
        """The owner takes it back."""
        one = self._any()
        if one in self.deleted:
            with pytest.raises(NotFound):
                settling.cancel(self.user_id, one)
        elif one:
            self._ended(one, settling.cancel(self.user_id, one))

    def meddle(self) -> None:
        """Somebody else tries to take it back."""
        if one := self._any():
            with pytest.raises(NotFound):
                settling.cancel(self.stranger, one)

    def finish(self) -> None:
        """A worker makes a draft of it; its owner deletes that, and gets nothing back for it."""
        if self.waiting:
            one = self.dice.choice(list(self.waiting))
            with transaction():
                for old, new in pairwise((QUEUED, SUBMITTING, FETCHING)):
                    assert move(one, old, new)
                assert move(one, FETCHING, DRAFT, media_key=f"images/{one.hex}.png")
            service.delete(self.user_id, one)
            self.kept[one] = self.waiting.pop(one)

    def come_late(self) -> None:
        """A worker that was overtaken brings a result, or gives up, when all is settled."""
        if settled := [*self.failed, *self.kept]:
            one = self.dice.choice(settled)
            with transaction():
                assert move(one, SUBMITTING, FETCHING) is None
                assert move(one, FETCHING, DRAFT) is None
            assert not settling.fail(one, FETCHING, "timed_out")

    def delete(self) -> None:
        """The owner deletes what has failed, which was refunded already; what is being made stays."""
        one = self._any()
        if one in self.waiting or one in self.deleted:
            with pytest.raises((Conflict, NotFound)):
                service.delete(self.user_id, one)
        elif one:
            service.delete(self.user_id, one)
            self.deleted.add(one)

    def refund_again(self) -> None:
        """What has failed is refunded once more."""
        if self.failed:
            one = self.dice.choice(list(self.failed))
            with transaction():
                assert ledger.refund(self.user_id, kind=self.failed[one], creation_id=one) == 0

    def grant(self) -> None:
        """The team gives or takes, now and then with a key that was used."""
        amount = self.dice.choice([-30, -1, 47, 90])
        key = self.dice.choice([*self.granted[-1:], f"admin:{len(self.granted)}"])
        refused = key in self.granted or self.credits + amount < 0
        if refused:
            with pytest.raises((Conflict, NotEnoughCredits)):
                self._grant(amount, key)
            return
        self._grant(amount, key)
        self.granted.append(key)
        self.credits += amount

    def _start(self, kind: str, key: str) -> uuid.UUID:
        return starting.start(self.user_id, orders.read(VIDEO if kind == "video" else IMAGE), key=key).creation_id

    def _grant(self, amount: int, key: str) -> None:
        with transaction():
            ledger.grant(self.user_id, amount, type=EntryType.ADMIN_GRANT, key=key)

    def _any(self) -> uuid.UUID | None:
        known = [*self.waiting, *self.failed]
        return self.dice.choice(known) if known else None

    def _ended(self, one: uuid.UUID, was_waiting: bool) -> None:
        assert was_waiting is (one in self.waiting)
        if was_waiting:
            self.failed[one] = self.waiting.pop(one)
            self.credits += PRICES[self.failed[one]]


@pytest.mark.parametrize("seed", range(4))
def test_in_any_order_the_books_agree_with_a_sheet_of_paper(app, ada, bob, seed: int):
    dice = random.Random(seed)
    with app.app_context():
        paper = Paper(ada.id, bob.id, dice)
        acts: list[Callable[[], None]] = [paper.ask, paper.ask, paper.ask_again, paper.fail, paper.cancel]
        acts += [paper.meddle, paper.refund_again, paper.grant, paper.finish, paper.come_late, paper.delete]
        for _ in range(STEPS):
            act = dice.choice(acts)
            act()
            db.session.remove()
            assert ledger.balance(ada.id) == paper.credits, act.__name__
        assert broken() == {}
        for one, kind in (paper.waiting | paper.failed | paper.kept).items():
            moves = [amount for _, amount in entries(one)]
            assert moves == [-PRICES[kind], *([PRICES[kind]] if one in paper.failed else [])]
        assert ledger.balance(bob.id) == 100
        assert len(paper.failed) > 2
        assert len(paper.kept) > 1
