"""What it costs to find out who is next, with ten thousand creations in line.

    python -m benchmarks.lines [--waiting 10000] [--people 500] [--database-url URL]

Fills a new database (SQLite in an empty folder, unless another is named) and prints the median of each question in
milliseconds. The floor is one update of one row by its id, committed like a claim is.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import func, insert, select, text, update

from app import create_app
from app.accounts.models import User
from app.config import load
from app.creations.models import Creation
from app.creations.transitions import SUBMITTING
from app.extensions import db, now, transaction, uuid7
from app.generation import lines

ROUNDS = 60
MODEL = ("local", "kinora-local-image-1")


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--waiting", type=int, default=10_000)
    ask.add_argument("--people", type=int, default=500)
    ask.add_argument("--database-url", default="")
    args = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(load({"KINORA_DATA": folder, "DATABASE_URL": args.database_url}))
        with app.app_context():
            upgrade()
            people = _fill(args.waiting, args.people)
            waiting = db.session.scalar(select(func.count()).select_from(Creation).where(Creation.step == "queued"))
            print(f"{waiting:,} waiting, {args.people} people, {db.engine.dialect.name}")
            middle, end = _at(args.waiting // 2), _at(args.waiting - ROUNDS - 1)
            _touch(middle.id)
            floor = _median(lambda: _touch(middle.id))
            print(f"  {'one row updated by its id (floor)':40} {floor:7.2f} ms")
            for name, question in {
                "who is next, taken with its lease": lambda: lines.take(lines.SUBMIT, SUBMITTING),
                "that nobody is, as all are held up": lambda: lines.take(lines.SUBMIT, SUBMITTING, held={MODEL}),
                "the turn of who comes now": lambda: _turn(people[0]),
                "how many are before the one in the middle": lambda: lines.ahead(middle),
                "how many are before the last": lambda: lines.ahead(end),
            }.items():
                took = _median(question)
                print(f"  {name:40} {took:7.2f} ms   {took / floor:5.2f} times the floor")
            db.session.remove()
            db.engine.dispose()


def _fill(waiting: int, people: int) -> list[uuid.UUID]:
    crowd = [uuid7() for _ in range(people)]
    rows = [
        {
            "id": uuid7(),
            "user_id": crowd[number % people],
            "kind": "image",
            "state": "pending",
            "step": "queued",
            "prompt": "A lighthouse at dusk",
            "aspect_ratio": "1:1",
            "provider": MODEL[0],
            "model": MODEL[1],
            "next_run_at": now(),
            "turn": number // people,
        }
        for number in range(waiting)
    ]
    with transaction() as session:
        session.execute(insert(User), [{"id": one} for one in crowd])
        session.execute(insert(Creation), rows)
    if db.engine.dialect.name == "postgresql":
        with transaction() as session:
            session.execute(text("ANALYZE creations"))
    return crowd


def _at(position: int) -> Creation:
    query = select(Creation).where(Creation.step == "queued").order_by(Creation.turn, Creation.id)
    found: Creation = db.session.scalars(query.offset(position).limit(1)).one()
    db.session.rollback()
    return found


def _turn(person: uuid.UUID) -> Any:
    found = db.session.scalar(select(lines.next_turn(lines.SUBMIT, person)))
    db.session.rollback()
    return found


def _touch(creation_id: uuid.UUID) -> None:
    with transaction() as session:
        session.execute(update(Creation).where(Creation.id == creation_id).values(lookups=Creation.lookups + 1))


def _median(question: Callable[[], object]) -> float:
    question()
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        question()
        took.append(time.perf_counter() - began)
        db.session.rollback()
    return statistics.median(took) * 1000


if __name__ == "__main__":
    main()
