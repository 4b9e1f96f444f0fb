"""Whatever people and workers do, in whatever order: a sheet of paper on which one counts along agrees (I1, I2)."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from app.creations.transitions import QUEUED
from app.credits import ledger
from app.credits.models import EntryType
from app.errors import Conflict, LimitReached, NotEnoughCredits, NotFound
from app.extensions import db, transaction
from app.generation import orders, settling, starting
from tests.database.books import broken, entries
from tests.engine import IMAGE, VIDEO

STEPS = 60
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
        if one := self._any():
            self._ended(one, settling.cancel(self.user_id, one))

    def meddle(self) -> None:
        """Somebody else tries to take it back."""
        if one := self._any():
            with pytest.raises(NotFound):
                settling.cancel(self.stranger, one)

    def refund_again(self) -> None:
        """What has failed is refunded once more."""
        if self.failed:
            one = self.dice.choice(list(self.failed))
            with transaction():
                assert ledger.refund(self.user_id, kind=self.failed[one], creation_id=one) == 0

    def grant(self) -> None:
        """The team gives or takes, now and then with a key that was used."""
        amount = self.dice.choice([-30, -1, 7, 60])
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
    """R§19"""
    dice = random.Random(seed)
    with app.app_context():
        paper = Paper(ada.id, bob.id, dice)
        acts: list[Callable[[], None]] = [paper.ask, paper.ask, paper.ask_again, paper.fail, paper.cancel]
        acts += [paper.meddle, paper.refund_again, paper.grant]
        for _ in range(STEPS):
            act = dice.choice(acts)
            act()
            db.session.remove()
            assert ledger.balance(ada.id) == paper.credits, act.__name__
        assert broken() == {}
        for one, kind in (paper.waiting | paper.failed).items():
            moves = [amount for _, amount in entries(one)]
            assert moves == [-PRICES[kind], *([PRICES[kind]] if one in paper.failed else [])]
        assert ledger.balance(bob.id) == 100
        assert len(paper.failed) > 3
