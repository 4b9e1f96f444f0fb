"""How long it takes, told from how long it took (JOB-05)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask

from app.catalogue import store as models
from app.creations.models import Creation
from app.extensions import transaction
from app.generation import durations, estimates
from tests.people import Person

MODEL = ("local", "kinora-local-image-1")


def _made(person: Person, seconds: float | None, **columns: Any) -> None:
    with transaction() as session:
        session.add(
            Creation(
                user_id=person.id,
                kind="image",
                state="draft",
                prompt="Fog",
                aspect_ratio="1:1",
                provider=MODEL[0],
                model=MODEL[1],
                generation_seconds=seconds,
                media_key=f"images/{uuid.uuid4().hex}.png",
                **columns,
            )
        )


def test_it_is_the_middle_of_what_it_took_lately(app: Flask, ada: Person) -> None:
    with app.app_context():
        durations._seen.clear()
        for seconds in (2.0, 4.0, 6.0, 8.0, 90.0):
            _made(ada, seconds)
        assert estimates.typical_seconds(*MODEL, None, None) == 6.0


def test_sample_works_that_nobody_waited_for_do_not_count(app: Flask, ada: Person) -> None:
    with app.app_context():
        durations._seen.clear()
        for _ in range(8):
            _made(ada, None, is_sample=True)
        known = models.find(*MODEL)
        assert known is not None
        assert estimates.typical_seconds(*MODEL, None, None) == known.typical_seconds
