"""Breakers: what fails again and again is left alone for a while, on all machines together.

Each model has one, and the store of files. Five errors within a minute open it for a minute. What concerns the whole
account, no funds or a key that does not work, opens those of all its provider's models at once. After that it is tried:
one creation goes through, and its success closes the breaker, its failure opens it again. A model that is only busy is
paused: nothing new is asked of it for as long as it wants. A provider whose quota is used up (`quotas`) is held alike.

The state is kept in Redis, whose keys run out by themselves, so that no clocks are compared. While Redis is away every
breaker counts as closed.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from app import queue
from app.catalogue import store as models
from app.creations.models import Creation
from app.generation import holding, quotas
from app.generation.remembered import asked
from app.providers.errors import (
    Blocked,
    InvalidRequest,
    Misconfigured,
    NoOutput,
    OutOfFunds,
    ProviderError,
    RateLimited,
    Retired,
)
from app.storage.base import StorageError

STORAGE = "storage"
"""The name of the store's breaker; a model's is made by `name_of`."""
ERRORS = 5
WINDOW_SECONDS = 60
OPEN_SECONDS = 60
TRYING_SECONDS = 3_600
"""How long it is remembered that a breaker was open, and so is only tried."""
PROBE_SECONDS = 600
"""How long a probe may be on its way; longer than the longest submit takes, for a worker that died with it."""
USUAL_PAUSE = 5.0
LONGEST_PAUSE = 600.0
_NOT_THE_MODELS_FAULT = (Blocked, InvalidRequest, NoOutput)
_THE_ACCOUNTS_FAULT = (Misconfigured, OutOfFunds)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Breaker:
    """One breaker that is not closed."""

    name: str
    state: str
    """"open", "trying" or "paused"."""
    seconds: int
    """How long it stays so at most."""
    cause: str
    """The provider's or the store's words, a provider's after our code and a colon: for admins."""


@dataclass
class Gate:
    """Which models no creation may be sent to now, and the probes and places that this worker has taken."""

    held: set[tuple[str, str]] = field(default_factory=set)
    probes: set[tuple[str, str]] = field(default_factory=set)
    places: quotas.Places = field(default_factory=quotas.Places)


def name_of(provider: str, model: str) -> str:
    """The name of a model's breaker."""
    return f"{provider}/{model}"


def look(names: Iterable[str]) -> dict[str, Breaker]:
    """The breakers of these names that are not closed."""
    places = [(name, state) for name in names for state in ("open", "paused", "trying")]

    def ask() -> dict[str, Breaker]:
        causes = queue.connection().mget([_key(state, name) for name, state in places])
        first: dict[str, tuple[str, Any]] = {}
        for (name, state), cause in zip(places, causes, strict=True):
            if cause is not None:
                first.setdefault(name, (state, cause))
        return {
            name: Breaker(name, state, max(1, -(-_left(state, name) // 1000)), cause.decode())
            for name, (state, cause) in first.items()
        }

    found: dict[str, Breaker] = asked(ask, default={}) if places else {}
    return found


def _left(state: str, name: str) -> int:
    left: Any = queue.connection().pttl(_key(state, name))
    return int(left)


def everywhere() -> dict[str, Breaker]:
    """The breakers that are not closed, of all models and the store, asked for at once."""
    return look([*_models(), STORAGE])


def every() -> tuple[Breaker, ...]:
    """Every breaker that is not closed, for admins."""
    return tuple(everywhere().values())


def held(known: Mapping[str, Breaker] | None = None) -> set[tuple[str, str]]:
    """The models that nothing is sent to now: open, paused, or tried by somebody's probe.

    `known` is what `everywhere` said a moment ago, if it was asked.
    """
    models = _models()
    found = {name: one for name, one in (look(models) if known is None else known).items() if name in models}
    trying = [name for name, one in found.items() if one.state == "trying"]
    probed = asked(lambda: [bool(queue.connection().exists(_key("probe", n))) for n in trying], default=[])
    busy = {name for name, sent in zip(trying, probed, strict=False) if sent}
    full = quotas.full()
    resting = {models[name] for name, one in found.items() if one.state != "trying" or name in busy}
    return resting | {model for model in models.values() if model[0] in full}


def gate() -> Gate:
    """What this worker may claim now.

    For a model that is tried it takes the probe, if nobody has it; of each provider's quota it takes one place.
    """
    waited_for = holding.full()
    entry = Gate(places=quotas.take())
    entry.held |= waited_for
    entry.held |= {model for model in _models().values() if model[0] in entry.places.full}
    for name, one in look(_models()).items():
        model = _models()[name]
        if one.state == "trying" and model not in entry.held and asked(partial(_take_probe, name), default=True):
            entry.probes.add(model)
        else:
            entry.held.add(model)
    return entry


def leave(entry: Gate, *, used: tuple[str, str] | None) -> None:
    """Give back the probes and places that were not used."""
    quotas.give_back(entry.places, used=used[0] if used else None)
    keys = [_key("probe", name_of(*model)) for model in entry.probes if model != used]
    if keys:
        asked(lambda: queue.connection().delete(*keys), default=0)


def note(creation: Creation, error: ProviderError | None) -> None:
    """What came of asking a provider for a creation: None when it took or made it."""
    name = name_of(creation.provider, creation.model)
    if error is None or isinstance(error, _NOT_THE_MODELS_FAULT):
        worked(name)
    elif isinstance(error, Retired):
        not_sent(creation, error)
    elif isinstance(error, RateLimited):
        for one in _of(creation.provider) if error.whole_account else (name,):
            pause(one, error.retry_after, _words(error))
    elif isinstance(error, _THE_ACCOUNTS_FAULT):
        for one in _of(creation.provider):
            asked(partial(_open, one, _words(error)), default=None)
    else:
        failed(name, _words(error))


def not_sent(creation: Creation, error: Exception | None) -> None:
    """A claimed creation came to nobody who could take it: its probe is free, and the store may be to blame."""
    asked(lambda: queue.connection().delete(_key("probe", name_of(creation.provider, creation.model))), default=0)
    if isinstance(error, StorageError):
        failed(STORAGE, str(error))


def worked(name: str) -> None:
    """It did what it was asked: a breaker that was being tried closes."""

    def close() -> None:
        if queue.connection().delete(_key("trying", name), _key("probe", name)):
            queue.connection().delete(_key("errors", name))
            log.warning("breaker of %s closed", name)

    asked(close, default=None)


def failed(name: str, cause: str) -> None:
    """One error of its own; one too many opens the breaker, and so does one while it is tried."""

    def count() -> None:
        errors, now = _key("errors", name), time.time()
        with queue.connection().pipeline() as pipe:
            pipe.zadd(errors, {uuid.uuid4().hex: now})
            pipe.zremrangebyscore(errors, "-inf", now - WINDOW_SECONDS)
            pipe.expire(errors, WINDOW_SECONDS)
            pipe.zcard(errors)
            pipe.exists(_key("trying", name))
            *_, recent, trying = pipe.execute()
        if recent >= ERRORS or trying:
            _open(name, cause)

    asked(count, default=None)


def pause(name: str, seconds: float | None, cause: str) -> None:
    """It is busy, and wants to be left alone; nothing is wrong with it."""
    wait = min(LONGEST_PAUSE, max(1.0, seconds or USUAL_PAUSE))

    def hold() -> None:
        queue.connection().set(_key("paused", name), cause[:300], px=int(wait * 1000))
        queue.connection().delete(_key("probe", name))

    asked(hold, default=None)


def _open(name: str, cause: str) -> None:
    with queue.connection().pipeline() as pipe:
        pipe.set(_key("open", name), cause[:300], ex=OPEN_SECONDS)
        pipe.set(_key("trying", name), cause[:300], ex=TRYING_SECONDS)
        pipe.delete(_key("probe", name), _key("errors", name))
        pipe.execute()
    log.error("breaker of %s open for %d s: %s", name, OPEN_SECONDS, cause, extra={"event": "breaker"})


def _take_probe(name: str) -> bool:
    return bool(queue.connection().set(_key("probe", name), 1, nx=True, ex=PROBE_SECONDS))


def _models() -> dict[str, tuple[str, str]]:
    return {name_of(m.provider, m.id): (m.provider, m.id) for m in [one.model for one in models.listings()]}


def _of(provider: str) -> list[str]:
    return [name for name, model in _models().items() if model[0] == provider]


def _words(error: ProviderError) -> str:
    return f"{error.code}: {error}"


def _key(part: str, name: str) -> str:
    return f"kinora:breaker:{part}:{name}"
