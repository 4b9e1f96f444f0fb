"""How many creations a provider is sent in a minute, over all machines: what is too much waits in the queue (LIM-05).

Each submit of the last minute is a member of a sorted set in Redis, by Redis's own clock, so that no minute has more
than are allowed, wherever it begins. A worker takes a place of every provider before it knows whose creation is next,
and gives back at once what it does not use.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import partial

from app import queue
from app.catalogue import choosing
from app.generation.remembered import asked
from app.settings import store

WINDOW_SECONDS = 60
_FORGET_OLD = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
for i, key in ipairs(KEYS) do redis.call('ZREMRANGEBYSCORE', key, '-inf', now - ARGV[1]) end
"""
_TAKE = f"""{_FORGET_OLD}
local taken = {{}}
for i, key in ipairs(KEYS) do
    taken[i] = redis.call('ZCARD', key) < tonumber(ARGV[2]) and 1 or 0
    if taken[i] == 1 then
        redis.call('ZADD', key, now, ARGV[3])
        redis.call('EXPIRE', key, ARGV[1])
    end
end
return taken
"""
_COUNT = f"""{_FORGET_OLD}
local counts = {{}}
for i, key in ipairs(KEYS) do counts[i] = redis.call('ZCARD', key) end
return counts
"""


@dataclass(frozen=True)
class Places:
    """One place in the quota of each provider that has room, under a name of its own."""

    name: str = ""
    taken: frozenset[str] = frozenset()
    full: frozenset[str] = frozenset()
    """The providers that are sent nothing more just now."""


def take() -> Places:
    """Take one place of every provider that has one left."""
    providers, name, most = _limited(), uuid.uuid4().hex, store.current().submits_per_minute
    answer = asked(partial(_run, _TAKE, providers, most, name), default=[1] * len(providers))
    taken = frozenset(one for one, room in zip(providers, answer, strict=True) if room)
    return Places(name, taken, frozenset(providers) - taken)


def give_back(places: Places, *, used: str | None) -> None:
    """Give back every place but that of the provider to which something is sent."""
    left = [_key(provider) for provider in places.taken if provider != used]
    if left:
        asked(partial(_forget, left, places.name), default=None)


def full() -> frozenset[str]:
    """The providers that are sent nothing more just now."""
    providers, most = _limited(), store.current().submits_per_minute
    counts = asked(partial(_run, _COUNT, providers), default=[0] * len(providers))
    return frozenset(one for one, count in zip(providers, counts, strict=True) if count >= most)


def _limited() -> list[str]:
    """Providers outside this house that are ready."""
    registry, here = choosing.registry(), choosing.in_house()
    return [name for name in registry.names() if name not in here and not registry.missing(name)]


def _run(script: str, providers: list[str], *values: str | int) -> list[int]:
    if not providers:
        return []
    keys = [_key(provider) for provider in providers]
    answer: list[int] = queue.connection().eval(script, len(keys), *keys, str(WINDOW_SECONDS), *map(str, values))
    return answer


def _forget(keys: list[str], name: str) -> None:
    with queue.connection().pipeline(transaction=False) as pipe:
        for key in keys:
            pipe.zrem(key, name)
        pipe.execute()


def _key(provider: str) -> str:
    return f"kinora:submits:{provider}"
