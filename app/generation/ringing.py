"""What a provider's call is good for: whoever waits for its operation is looked up now instead of later.

The call is a hint like every other message. It may come twice, late, or before the submit was answered; the look-up
that follows decides what happened.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import and_, delete, or_, update
from sqlalchemy.exc import IntegrityError

from app.creations.clock import from_now
from app.creations.models import Creation
from app.creations.states import Step
from app.extensions import now, transaction
from app.generation import leases, searching
from app.generation.models import ProviderCall
from app.providers.base import Ring

KEPT = timedelta(hours=48)
"""How long a call is known by its id; providers repeat theirs for a day at most."""


def ring(provider: str, call: Ring) -> bool:
    """Look for what a call is about at the next moment; False when the same call was heard before."""
    about = [and_(Creation.step == Step.WAITING, Creation.operation_id == call.operation_id)]
    if attempt := _id(call.attempt_id):
        # Nobody confirmed the submit: the call says that it is worth searching for now.
        searched = Creation.provider.in_(searching.finders())
        about.append(and_(Creation.step == Step.UNKNOWN, Creation.id == attempt, searched))
    try:
        with transaction() as session:
            session.add(ProviderCall(provider=provider, event_id=call.event_id[:200]))
            session.flush()
            session.execute(
                update(Creation)
                .where(Creation.provider == provider, or_(*about), leases.free())
                .values(next_run_at=from_now())
                .execution_options(synchronize_session=False)
            )
    except IntegrityError:
        return False
    return True


def forget_old() -> int:
    """Forget calls that cannot come again; return how many."""
    with transaction() as session:
        done = session.execute(delete(ProviderCall).where(ProviderCall.received_at < now() - KEPT))
    return int(done.rowcount)


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
