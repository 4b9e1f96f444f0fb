"""The engine's ticks and the owner's lists read from an index, however many rows there are (NFR-03)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from app.creations.models import Creation
from app.creations.transitions import SUBMITTING, WAITING
from app.extensions import db, uuid7
from app.generation import durations, lines, sweeping, watching
from app.studio import queries
from tests.database.plans import ROWS, fill, queue_up
from tests.plans import plans, scans_and_sorts

MINE = "ix_creations_"


@dataclass(frozen=True)
class Question:
    """Something that asks the database about one table, and the index that must answer it."""

    ask: Callable[[uuid.UUID], object]
    index: str
    table: str = "creations"
    joined_to: str = ""
    """The table that its statement names first, when that is another one."""


def records(**wanted: str) -> Callable[[uuid.UUID], object]:
    return lambda owner: queries.records(owner, **{"kind": "all", "state": "", "text": "", "after": "", **wanted})


def next_page(first: Callable[[uuid.UUID, str], tuple[object, str | None]]) -> Callable[[uuid.UUID], object]:
    return lambda owner: first(owner, first(owner, "")[1] or pytest.fail("there is one page only"))


def waiting() -> Creation:
    """Somebody near the front of the line, who need not be there."""
    return Creation(id=uuid7(), step="queued", turn=40, provider="local")


def _took(duration: int | None, resolution: str | None) -> object:
    durations._seen.clear()
    return durations.recent("local", "kinora-local-image-1", duration, resolution)


QUESTIONS = {
    "the look-ups that are due": Question(lambda _: watching.claim_due(16), "ix_creations_due"),
    "the look-ups that are due at one provider": Question(
        lambda _: watching.claim_due(16, watching.of("local")), "ix_creations_due"
    ),
    "the next look-up": Question(lambda _: watching.next_due(("local", "google")), "ix_creations_due"),
    "the messages that are due": Question(lambda _: sweeping.ring_for_due(), "ix_creations_"),
    "drafts": Question(lambda owner: queries.drafts(owner, "all", ""), MINE),
    "drafts of a kind": Question(lambda owner: queries.drafts(owner, "video", ""), MINE),
    "more drafts": Question(next_page(lambda owner, after: queries.drafts(owner, "all", after)), MINE),
    "records": Question(records(), MINE),
    "records of a state": Question(records(state="published"), MINE),
    "records that are unfinished": Question(records(state="unfinished"), MINE),
    "records with a word": Question(records(text="nothing like this"), MINE),
    "more records": Question(next_page(lambda owner, after: records(after=after)(owner)), MINE),
    "history": Question(lambda owner: queries.images(owner, "", ""), MINE),
    "more history": Question(next_page(lambda owner, after: queries.images(owner, "", after)), MINE),
    "recent images": Question(lambda owner: queries.recent_images(owner, 8), MINE),
    "changes": Question(
        lambda owner: queries.changed(owner, ROWS - 500, 50), "ix_creations_changes", joined_to="users"
    ),
    "all changes": Question(lambda owner: queries.changed(owner, 0, 50), "ix_creations_changes", joined_to="users"),
    "how long images took": Question(lambda _: _took(None, None), "ix_creations_durations"),
    "how long videos took": Question(lambda _: _took(8, "720p"), "ix_creations_durations"),
    "ledger": Question(lambda owner: queries.ledger(owner, ""), "ix_ledger_entries_user_id_id", "ledger_entries"),
    "more ledger": Question(next_page(queries.ledger), "ix_ledger_entries_user_id_id", "ledger_entries"),
}


def test_everything_that_is_asked_often_is_answered_by_an_index(ada, bob):
    fill(ada.id, bob.id)
    _all_by_index(QUESTIONS, ada.id)


OF_THE_LINE = {
    "who is sent off next": Question(lambda _: lines.take(lines.SUBMIT, SUBMITTING), "ix_creations_line"),
    "who is drawn next": Question(lambda _: lines.take(lines.RENDER, WAITING), "ix_creations_line"),
    "how many are before one": Question(lambda _: lines.ahead(waiting()), "ix_creations_line"),
    "the turn of who comes now": Question(
        lambda owner: db.session.scalar(select(lines.next_turn(lines.SUBMIT, owner))), "ix_creations_line"
    ),
}


def test_the_line_is_read_in_its_order_however_long_it_is(ada, bob):
    """The next one is not looked for among all that wait."""
    queue_up(ada.id, bob.id)
    _all_by_index(OF_THE_LINE, ada.id)


def test_a_plan_that_scans_and_sorts_is_noticed(ada, bob):
    fill(ada.id, bob.id)

    def slow() -> None:
        db.session.connection().exec_driver_sql("SELECT id FROM creations WHERE state <> 'failed' ORDER BY created_at")

    (plan,) = plans(slow, "creations")
    assert len(scans_and_sorts(plan, "creations")) == 2


def _all_by_index(questions: dict[str, Question], owner: uuid.UUID) -> None:
    wrong = {}
    for name, question in questions.items():
        found = plans(lambda asked=question: asked.ask(owner), question.joined_to or question.table)
        assert found, name
        for plan in found:
            if scans_and_sorts(plan, question.table) or not any(question.index in step for step in plan):
                wrong[name] = plan
    assert not wrong, "\n".join(f"{name}: {plan}" for name, plan in wrong.items())
