"""From a provider's result to a stored, playable draft (T6 to T7).

One job makes one try. Nothing sleeps between tries: a failed one sets `next_run_at`, and the watch loop rings again.
"""

from __future__ import annotations

import logging
import uuid
from functools import partial
from typing import Any

from sqlalchemy import update

from app.catalogue import choosing
from app.catalogue import store as models
from app.creations import keeping
from app.creations.clock import from_now
from app.creations.models import Creation
from app.creations.transitions import DRAFT, FETCHING, LostLease, move
from app.extensions import db, insist, now, transaction
from app.generation import breakers, briefs, leases, results, settling
from app.generation.expecting import expectations
from app.generation.stopping import Stopped, may_be_cut_off
from app.media import fetching as media_fetching
from app.media.errors import FetchError, MediaError
from app.media.pipeline import prepare
from app.providers.base import Finished, Inline, Remote, Renderer
from app.providers.errors import ProviderError
from app.realtime import bus
from app.storage.base import StorageError

TRIES = 9
"""Three attempts of three tries each (JOB-08)."""
CAP_BYTES = 200 * 1024 * 1024
FAILURES = (FetchError, MediaError, StorageError, ProviderError, OSError)
"""What makes a try fail; OSError comes from a work folder whose disk is full."""
log = logging.getLogger(__name__)


def fetch(creation_id: uuid.UUID) -> None:
    """Fetch, verify and store a finished result. Does nothing when somebody else has it."""
    lease = leases.claim(creation_id, FETCHING, FETCHING)
    if lease is None:
        return
    creation = insist(partial(db.session.get, Creation, creation_id))
    db.session.commit()
    try:
        with leases.kept(creation_id, lease), may_be_cut_off():
            _bring(creation)
            store(creation, lease)
    except Stopped:
        leases.release(creation_id, lease)
    except LostLease:
        log.warning("creation %s was taken over while it was being fetched", creation_id)
    except FAILURES as error:
        insist(partial(failed_try, creation, lease, error))


def _bring(creation: Creation) -> None:
    """Have the result's bytes in the work folder, whatever they came from."""
    target = results.source(creation.id)
    locator = (creation.result or {}).get("locator")
    if locator is None:
        _bring_back(creation)
        return
    provider = choosing.registry().provider(creation.provider)
    try:
        media_fetching.fetch(provider.download(locator), target, cap_bytes=CAP_BYTES)
    except FetchError as error:
        # A direct answer has no operation to ask after.
        if error.reason == "gone" and creation.operation:
            _ask_again(creation)
        raise


def _bring_back(creation: Creation) -> None:
    """A file that should be here already. An in-house one that was lost with its machine is simply drawn again."""
    target = results.source(creation.id)
    if target.exists():
        return
    provider = choosing.registry().provider(creation.provider)
    if not isinstance(provider, Renderer):
        raise FetchError("gone")
    provider.render(briefs.brief_of(creation), str(creation.operation_id), target, lambda _progress: None)


def _ask_again(creation: Creation) -> None:
    """An address that ran out: ask the provider for a fresh one before the next try."""
    provider = choosing.registry().provider(creation.provider)
    outcome = provider.poll(creation.operation or {})
    if isinstance(outcome, Finished) and isinstance(outcome.result, Remote):
        with transaction() as session:
            result = {**(creation.result or {}), "locator": dict(outcome.result.locator)}
            session.execute(
                update(Creation)
                .where(Creation.id == creation.id, Creation.lease_token == creation.lease_token)
                .values(result=result)
            )
    elif isinstance(outcome, Finished) and isinstance(outcome.result, Inline):
        results.source(creation.id).write_bytes(outcome.result.data)


def store(creation: Creation, lease: str) -> None:
    """Verify the file at hand, store it and make the creation a draft (T7). Raises MediaError, StorageError, LostLease.

    The bytes are stored before the row says so: files may hold more than the database knows, never less.
    """
    model = models.find(creation.provider, creation.model)
    prepared = prepare(
        results.source(creation.id),
        creation.kind,
        expectations(creation, model),
        source_type=model.source_type if model else None,
        model_label=model.label if model else creation.model,
        workdir=results.workshop(creation.id, lease),
        made_at=creation.created_at,
    )
    columns = keeping.keep(prepared, creation.kind, (creation.result or {})["names"])
    breakers.worked(breakers.STORAGE)
    bus.publish(insist(partial(_draft, creation, lease, columns)))
    results.drop(creation.id)
    log.info("creation %s is stored: %s, %d bytes", creation.id, prepared.media_type, prepared.size)


def _draft(creation: Creation, lease: str, columns: dict[str, Any]) -> uuid.UUID:
    with transaction():
        return leases.must_hold(
            move(
                creation.id,
                FETCHING,
                DRAFT,
                lease=lease,
                lease_token=None,
                lease_until=None,
                next_run_at=None,
                progress=None,
                downloaded_at=now(),
                completed_at=now(),
                generation_seconds=(now() - (creation.submitted_at or creation.created_at)).total_seconds(),
                **columns,
            )
        )


def failed_try(creation: Creation, lease: str, error: Exception) -> None:
    """Count a try that failed: again after 1 and 2 s, then after 30 s, nine times in all; then refunded (JOB-08)."""
    tries = creation.fetch_tries + 1
    if isinstance(error, StorageError):
        breakers.failed(breakers.STORAGE, str(error))
    code = "storage" if isinstance(error, StorageError | OSError) else "result_unavailable"
    log.warning("creation %s: try %d to fetch failed: %s", creation.id, tries, error)
    if tries >= TRIES:
        log.error("creation %s: its result could not be fetched or stored: %s", creation.id, error)
        if settling.fail(creation.id, FETCHING, code, str(error), lease=lease):
            results.drop(creation.id)
        return
    pause = 30.0 if tries % 3 == 0 else float(2 ** (tries % 3 - 1))
    with transaction():
        move(
            creation.id,
            FETCHING,
            FETCHING,
            lease=lease,
            visible=False,
            fetch_tries=tries,
            retry_count=tries // 3,
            lease_token=None,
            lease_until=None,
            next_run_at=from_now(pause),
        )
