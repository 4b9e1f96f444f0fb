"""A worker that stands still for longer than its lease and then goes on: it has nothing to say any more."""

from __future__ import annotations

import queue as queues
import signal
import uuid
from pathlib import Path

import pytest
from flask import Flask

from app.creations.models import Creation
from app.generation import sweeping
from app.settings import store
from tests import engine
from tests.database.books import entries
from tests.faults.freezer import FreezingGoogle
from tests.faults.place import Place
from tests.journeys import processes
from tests.journeys.house import eventually
from tests.realtime.people import Member

pytestmark = pytest.mark.slow


def facts(creation_id: uuid.UUID) -> dict[str, object]:
    """Everything that stands in a row."""
    row = engine.row(creation_id)
    return {column.key: getattr(row, column.key) for column in Creation.__table__.columns}


def test_a_worker_that_was_frozen_past_its_lease_writes_nothing_wherever_it_stood(
    app: Flask, place: Place, google: FreezingGoogle, ada: Member
) -> None:
    """In a submit, a look-up, a download and a render at once; others took over or settled it meanwhile (JOB-11)."""
    frozen = {
        "submit": _in_a_call(google, "image", lambda: engine.ask(ada.id)),
        "look-up": _in_a_call(google, "get", lambda: engine.ask(ada.id, kind="video")),
        "download": _in_a_call(google, "download", lambda: engine.ask(ada.id, kind="video")),
        "render": _in_a_render(place, ada),
    }
    try:
        for creation_id, _ in frozen.values():
            eventually(lambda one=creation_id: _settled(one), 90, what=f"the end of what was begun\n{place.words()}")
        ends = {step: engine.row(creation_id).state for step, (creation_id, _) in frozen.items()}
        before = {creation_id: (facts(creation_id), entries(creation_id)) for creation_id, _ in frozen.values()}
    finally:
        for _, pid in frozen.values():
            processes.kill(pid, signal.SIGCONT)
    for creation_id, pid in frozen.values():
        eventually(lambda one=creation_id, pid=pid: _gave_up(place, one, pid), 20, what="its last word")
    assert ends == {"submit": "failed", "look-up": "draft", "download": "draft", "render": "draft"}
    for creation_id, left in before.items():
        assert (facts(creation_id), entries(creation_id)) == left
    assert max(google.submits.values()) == 3 - 1, "two videos and one image were asked for, each once"


def _in_a_call(google: FreezingGoogle, endpoint: str, ask: object) -> tuple[uuid.UUID, int]:
    """Ask for a creation, and freeze whoever calls the provider for it there."""
    found: queues.SimpleQueue[int] = queues.SimpleQueue()
    google.freeze[endpoint] = found.put
    creation_id: uuid.UUID = ask()  # type: ignore[operator]
    return creation_id, found.get(timeout=60)


def _in_a_render(place: Place, ada: Member) -> tuple[uuid.UUID, int]:
    """The same for a video that is drawn here; the name of its unfinished file says by whom."""
    store.change({"video_provider": "local"}, actor_id=None)
    creation_id = engine.ask(ada.id, kind="video")
    store.change({"video_provider": ""}, actor_id=None)
    folder = Path(place.data) / "work" / str(creation_id)
    (part,) = eventually(lambda: list(folder.glob(".source.*.part")), 20, what="a drawing")
    pid = int(part.name.split(".")[2])
    assert processes.kill(pid, signal.SIGSTOP)
    return creation_id, pid


def _settled(creation_id: uuid.UUID) -> bool:
    sweeping.sweep()
    return engine.row(creation_id).step is None


def _gave_up(place: Place, creation_id: uuid.UUID, pid: int) -> bool:
    """Its fork has ended, or it has said that it lost its lease."""
    said = place.words()
    return (
        not processes.is_alive(pid)
        or f"creation {creation_id} was taken over" in said
        or "taken over while they were being looked up" in said
    )
