"""Asking for a creation: everything is written in one transaction, and only then is the queue rung (PRC-06)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from redis import RedisError
from sqlalchemy import Uuid, bindparam, column, delete, func, select, table, update
from sqlalchemy.exc import OperationalError

from app import queue
from app.catalogue import choosing
from app.creations import references
from app.creations.clock import from_now
from app.creations.models import Creation, IdempotencyKey, ReferenceImage
from app.creations.states import UNFINISHED, State, Step
from app.creations.transitions import QUEUED, show
from app.credits import ledger
from app.errors import Busy, Conflict, Invalid, KinoraError, LimitReached
from app.extensions import db, transaction, uuid7
from app.generation import admission, breakers, keys, lines, prices, quotes, serving, settling
from app.generation.orders import Order, check
from app.providers.model import Model
from app.realtime import bus
from app.settings import store
from app.settings.catalogue import Settings

LOCK_NOT_AVAILABLE = "55P03"
"""What PostgreSQL says when a row stays locked for longer than `lock_timeout`."""
_users = table("users", column("id", Uuid), column("version"))
_keys, _creations = IdempotencyKey.__table__.c, Creation.__table__.c
# Built once, as everything that is asked while the database is locked for this person or, on SQLite, for everybody.
_MADE = (
    select(_keys.parameters_sha256, _keys.creation_id, _creations.credit_cost)
    .join_from(IdempotencyKey.__table__, Creation.__table__, _creations.id == _keys.creation_id)
    .where(_keys.user_id == bindparam("user"), _keys.endpoint == bindparam("endpoint"), _keys.key == bindparam("key"))
)


@dataclass(frozen=True)
class Started:
    """A creation that was asked for. `replayed` says that the same request had been carried out before."""

    creation_id: uuid.UUID
    credits: int
    replayed: bool = False


def start(user_id: uuid.UUID, order: Order, *, key: str, quote: str = "", endpoint: str = "create") -> Started:
    """Charge for a new creation and queue it.

    `key` is the request's idempotency key: the same request with the same key gives the same creation; each
    `endpoint` has keys of its own. Raises SwitchedOff, Busy, Invalid, LimitReached, NotEnoughCredits, or Conflict
    while the first of two with one key is still at it; then nothing has happened.
    """
    settings = store.current()
    keys.checked(key)
    replay = _replay(user_id, endpoint, key, order)
    if replay:
        return replay
    asked = _asked(order, quote)
    known = breakers.everywhere()
    fitted = order.fitted(asked)
    check(fitted, asked, settings)
    roles = [one.role for one in fitted.references]
    model = serving.serving(asked, known, serving.Wants.of(fitted, roles, asked))
    if model is None:
        raise Invalid({"model": f"{asked.label} is not offered any more. Choose another model."})
    admission.check(model, known)
    held = breakers.held(known)
    price = _price(fitted, asked, settings, quote)
    fitted = serving.refitted(fitted, asked, model)
    pictures = references.gather(user_id, [chosen.id for chosen in fitted.references])
    try:
        started = _write(
            user_id, fitted, (asked, model), price, pictures, sent=(endpoint, key, order), settings=settings, held=held
        )
    except KinoraError:
        # Of anything else nobody knows whether it was written: then the copies stay, for the nightly sweep to judge.
        references.discard(pictures, {chosen.id for chosen in fitted.references})
        raise
    if started.replayed:
        references.discard(pictures, {chosen.id for chosen in fitted.references})
        return started
    _ring(started.creation_id)
    bus.publish(user_id)
    return started


def _write(
    user_id: uuid.UUID,
    order: Order,
    models: tuple[Model, Model],
    price: int,
    pictures: list[ReferenceImage],
    *,
    sent: tuple[str, str, Order],
    settings: Settings,
    held: lines.Held,
) -> Started:
    """The row, the charge, the references and the key, all or nothing (T0).

    `models` are who was asked and who makes it; `sent` is the endpoint, its key and the order as it came.
    """
    endpoint, key, wish = sent
    with transaction():
        _lock(user_id)
        replay = _replay(user_id, endpoint, key, wish)
        if replay:
            return replay
        if order.kind == "video":
            _check_limit(user_id, settings)
        creation = _insert(user_id, order, models, price, held)
        _attach(creation.id, order, pictures)
        db.session.add(
            IdempotencyKey(
                user_id=user_id,
                endpoint=endpoint,
                key=key,
                parameters_sha256=wish.parameters_sha256(),
                creation_id=creation.id,
            )
        )
        ledger.charge(user_id, price, kind=order.kind, creation_id=creation.id)
        show(creation.id, user_id)
    return Started(creation.id, price)


def _replay(user_id: uuid.UUID, endpoint: str, key: str, order: Order) -> Started | None:
    """The creation that this key made before. Raises Invalid when it came with another request."""
    row = db.session.execute(_MADE, {"user": user_id, "endpoint": endpoint, "key": key}).one_or_none()
    if row is None:
        return None
    if row.parameters_sha256 != order.parameters_sha256():
        raise Invalid({"": "This form was already sent with other choices. Open Create again to make another."})
    return Started(row.creation_id, row.credit_cost, replayed=True)


def _asked(order: Order, quote: str) -> Model:
    """The model that is meant: whose price was shown, when it was gone before the form was sent."""
    shown = quotes.model_shown(quote) if quote and not order.model else ""
    return choosing.asked_model(order.kind, shown if choosing.is_gone(shown) else order.model)


def _price(order: Order, model: Model, settings: Settings, quote: str) -> int:
    """What is charged: the price that was shown, or today's where no more is asked than was shown."""
    options = quotes.Options(order.kind, model.provider, model.id, order.duration, order.resolution)
    agreed = quotes.read(quote, options) if quote else None
    if agreed is not None:
        return agreed
    price = prices.credits_for(settings, model, order.duration, order.resolution)
    shown = quotes.shown(quote) if quote else price
    if shown is None or price > shown:
        raise Invalid({"quote": f"This costs {price} credits now. Press Generate again if that is right."})
    return price


def _lock(user_id: uuid.UUID) -> None:
    # Whoever holds the owner's row decides limit and balance alone: two requests at once are served in turn. Not its
    # key: a like of the same person, which only refers to the row, waits for no start and a start for no like.
    try:
        db.session.execute(select(_users.c.id).where(_users.c.id == user_id).with_for_update(key_share=True))
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        # The first of two requests with one key, as a rule: whoever sends it again later is given what it made.
        raise Conflict(
            "An earlier request of yours is still being carried out. Nothing was charged.", retry_after=2
        ) from error


def _check_limit(user_id: uuid.UUID, settings: Settings) -> None:
    unfinished = db.session.scalar(
        select(func.count())
        .select_from(Creation)
        .where(Creation.user_id == user_id, Creation.state.in_(UNFINISHED), Creation.kind == "video")
    )
    if (unfinished or 0) >= settings.video_concurrent_limit:
        raise LimitReached(f"{unfinished} videos are being made; wait for one. Nothing was charged.")


def _insert(user_id: uuid.UUID, order: Order, models: tuple[Model, Model], price: int, held: lines.Held) -> Creation:
    asked, model = models
    creation = Creation(
        id=uuid7(),
        user_id=user_id,
        kind=order.kind,
        state=State.PENDING,
        step=Step.QUEUED,
        prompt=order.prompt,
        negative_prompt=order.negative_prompt,
        aspect_ratio=order.aspect_ratio,
        resolution=order.resolution,
        duration=order.duration,
        seed=order.seed,
        sound=order.sound,
        provider=model.provider,
        model=model.id,
        asked_model=asked.name if model != asked else None,
        credit_cost=price,
        price={"credits": price, "duration": order.duration, "resolution": order.resolution, "model": asked.id},
        next_run_at=from_now(),
        turn=lines.next_turn(lines.SUBMIT, user_id, held=held),
        parent_id=_own_parent(user_id, order.parent_id),
        relation=order.relation if order.parent_id else None,
    )
    db.session.add(creation)
    db.session.flush()
    return creation


def _own_parent(user_id: uuid.UUID, parent_id: uuid.UUID | None) -> uuid.UUID | None:
    """The parent, if this person may see it: their own, or a published one. Raises Invalid."""
    if parent_id is None:
        return None
    row = db.session.execute(
        select(Creation.user_id, Creation.state, Creation.deleted_at).where(Creation.id == parent_id)
    ).one_or_none()
    if row is None or (row.user_id != user_id and (row.state != State.PUBLISHED or row.deleted_at)):
        raise Invalid({"parent_id": "The creation this came from is not there any more."})
    return parent_id


def _attach(creation_id: uuid.UUID, order: Order, rows: list[ReferenceImage]) -> None:
    """Tie the gathered pictures to the creation: an upload that is still free, or a copy as a new row."""
    for position, (chosen, row) in enumerate(zip(order.references, rows, strict=True)):
        place = {"creation_id": creation_id, "position": position, "role": chosen.role or row.role}
        if row.id != chosen.id:
            for name, value in place.items():
                setattr(row, name, value)
            db.session.add(row)
            continue
        taken = db.session.execute(
            update(ReferenceImage)
            .where(ReferenceImage.id == row.id, ReferenceImage.creation_id.is_(None))
            .values(**place)
            .execution_options(synchronize_session=False)
        )
        if not taken.rowcount:
            raise Invalid({"reference": "That reference image is in use already. Add it again."})


def _ring(creation_id: uuid.UUID) -> None:
    try:
        queue.enqueue(queue.SUBMIT, creation_id)
    except RedisError as error:
        if not settling.fail(creation_id, QUEUED, "not_queued", f"queue: {type(error).__name__}"):
            # A worker that was at it when Redis went away has taken it already: it is next, whomever a message names.
            return
        # The form keeps its key: sent again, it shall make another one rather than find this.
        with transaction() as session:
            session.execute(delete(IdempotencyKey).where(IdempotencyKey.creation_id == creation_id))
        raise Busy("It could not be queued just now. Your credits are back; please try again in a minute.") from error
