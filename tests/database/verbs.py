"""What other processes can be told to do; each verb answers with one word, or its error's name does."""

from __future__ import annotations

import secrets
import time
import uuid
from contextlib import suppress

from app import queue
from app.catalogue import store as models
from app.catalogue.entries import Entry
from app.creations import service
from app.creations.models import Creation
from app.creations.transitions import QUEUED, SUBMITTING
from app.credits import ledger
from app.errors import KinoraError
from app.extensions import db, transaction
from app.generation import lines, orders, settling, starting, sweeping, watching
from app.settings import store
from tests.database.rows import creation

LOOKING = "tests:looking"
"""Where `watch_image_price` counts who is looking."""


def debit(user_id: uuid.UUID) -> str:
    """Charge 1 credit for a creation of its own."""
    with transaction() as session:
        made: Creation = creation(user_id, credit_cost=1)
        session.add(made)
        session.flush()
        ledger.charge(user_id, 1, kind=made.kind, creation_id=made.id)
    return "done"


def start_video(user_id: uuid.UUID) -> str:
    """Ask for a four-second video."""
    order = orders.read({"kind": "video", "prompt": "Rain on a tin roof", "duration": "4"})
    starting.start(user_id, order, key=uuid.uuid4().hex)
    return "started"


def start_again(user_id: uuid.UUID, key: str) -> str:
    """Ask for an image with somebody else's idempotency key; answers with the creation."""
    order = orders.read({"kind": "image", "prompt": "A lighthouse at dusk"})
    return str(starting.start(user_id, order, key=key).creation_id)


def fail(creation_id: uuid.UUID) -> str:
    """End a queued creation."""
    return "failed" if settling.fail(creation_id, QUEUED, "busy") else "too late"


def refund(user_id: uuid.UUID, creation_id: uuid.UUID) -> str:
    """Give a price back, without the state in front of it that would hold a second one off."""
    with transaction():
        return str(ledger.refund(user_id, kind="image", creation_id=creation_id))


def sweep() -> str:
    """One round of the sweeper."""
    sweeping.sweep()
    return "swept"


def take_next() -> str:
    """Take whoever is next in the line to the providers."""
    taken = lines.take(lines.SUBMIT, SUBMITTING)
    return str(taken[0]) if taken else "nobody"


def claim(limit: str) -> str:
    """Claim look-ups that are due; answers with their creations."""
    return " ".join(str(row.id) for row in watching.claim_due(int(limit)))


def image_price() -> str:
    """The setting as this process knows it."""
    return str(store.current().image_credit_cost)


def watch_image_price() -> str:
    """Look at the price until it changes, as a process does that runs for days; say so when it has begun to look."""
    first = store.current().image_credit_cost
    queue.connection().incr(LOOKING)
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        db.session.remove()
        price = store.current().image_credit_cost
        if price != first:
            return f"{first}, then {price}"
        time.sleep(0.05)
    return f"{first} for ever"


def publish_or_delete(user_id: uuid.UUID, creation_id: uuid.UUID) -> str:
    """Publish a draft, again, and delete it: with others doing the same, in any order."""
    words = service.Words("Evening", "A lighthouse", shows_prompt=True)
    for act in (service.publish, service.publish, service.delete):
        arguments = (words,) if act is service.publish else ()
        with suppress(KinoraError):
            act(user_id, creation_id, *arguments)
    return "done"


def set_image_price() -> str:
    """Set a price that is not the default, whatever others are setting."""
    store.change({"image_credit_cost": str(secrets.randbelow(4) + 6)}, actor_id=None)
    return "set"


def change_model(name: str, version: str) -> str:
    """Change what a model costs, as somebody who saw this version of it; every price is another one."""
    found = models.find(*name.split("/", 1))
    assert found is not None
    entry = Entry.model_validate(Entry.of(found).model_dump() | {"usd": secrets.randbelow(10**6) / 1000 + 1})
    models.put([entry], actor_id=None, seen={name: version})
    return "changed"


def retire_model(name: str) -> str:
    """Note that a model is gone."""
    return "noted" if models.retire(*name.split("/", 1), "It was not found.") else "known"
