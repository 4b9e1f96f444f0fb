"""Rate limits (LIM-02): how often people, accounts and addresses may do what.

Limits that guard money and log-ins are counted in Redis, so that all processes agree; when Redis is down each process
counts for itself until it is back. Limits on pages are counted in process: they keep a machine alive, not a wallet.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import methodcaller
from typing import Any, ParamSpec, TypeVar

from flask import Flask, current_app, has_request_context, request
from flask_login import current_user
from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.config import Config
from app.errors import TooMany
from app.web import cookies
from app.web.addresses import address_of
from app.web.windows import Windows

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger(__name__)

REDIS_TIMEOUT = 0.3
REDIS_PAUSE = 5.0
"""Seconds for which Redis is left alone after it failed, so that not every request waits for it."""


@dataclass(frozen=True)
class Rule:
    """How often, per account and per address; `shared` ones are counted in Redis."""

    account: str = ""
    address: str = ""
    shared: bool = False
    what: str = "requests"


RULES: Mapping[str, Rule] = {
    "login": Rule("10/5 minutes; 30/hour", "30/5 minutes", shared=True, what="failed log-ins"),
    "signup": Rule("", "5/30 minutes; 20/day", shared=True, what="new accounts from here"),
    "mail": Rule("3/30 minutes", "10/30 minutes", shared=True, what="mails"),
    "generations": Rule("10/minute; 100/hour", "30/minute", shared=True, what="new works"),
    "uploads": Rule("20/10 minutes", "60/10 minutes", what="uploads"),
    "texts": Rule("20/10 minutes; 100/day", "60/10 minutes", shared=True, what="texts"),
    "likes": Rule("60/minute", "120/minute", what="changes"),
    "pages": Rule("300/minute", "600/minute", what="pages"),
    "api": Rule("300/5 minutes", "300/5 minutes", what="requests"),
    "hooks": Rule("", "1200/minute", what="calls"),
    "sockets": Rule("120/minute", "300/minute", what="open pages"),
}
# Probes, files and sockets are not pages; the last two have limits or caches of their own.
_NOT_PAGES = ("/static/", "/media/", "/api/", "/hooks/", "/healthz", "/readyz", "/metrics", "/live")

_COUNTED = "kinora.counted"


class Limiter:
    """Counts hits on named rules. One a process; safe to share between threads."""

    def __init__(
        self,
        redis_url: str | None,
        enabled: bool,
        *,
        rules: Mapping[str, Rule] = RULES,
        in_force: Callable[[str, Rule], Rule] = lambda _name, rule: rule,
    ) -> None:
        """`in_force` is asked at each use and may change a rule: some rates are run-time settings."""
        self.enabled = enabled
        self._rules = rules
        self._in_force = in_force
        self._local = Windows()
        self._shared = _redis(redis_url) if redis_url else None
        self._redis_again_at = 0.0
        self._lock = threading.Lock()

    def hit(self, name: str, *keys: object) -> None:
        """Count one for each account in `keys` and for the caller's address. Raises TooMany above a limit."""
        self._judge(name, keys, _caller(), count=True)

    def check(self, name: str, *keys: object) -> None:
        """Raise TooMany when the next hit would be above a limit, and count nothing."""
        self._judge(name, keys, _caller(), count=False)

    def allows(self, name: str, address: str) -> bool:
        """Count one for an address, outside of any request; say whether it is within the limit."""
        try:
            self._judge(name, (), address, count=True)
        except TooMany:
            return False
        return True

    def _judge(self, name: str, keys: tuple[object, ...], address: str | None, *, count: bool) -> None:
        if not self.enabled:
            return
        rule = self._in_force(name, self._rules[name])
        for item, bucket in _buckets(name, rule, keys, address):
            if not self._ask(rule, methodcaller("hit" if count else "test", item, bucket)):
                wait = self._ask(rule, methodcaller("get_window_stats", item, bucket)).reset_time
                seconds = max(1, math.ceil(wait - time.time()))
                log.warning("rate limit reached: %s", name, extra={"event": "limit", "limit": name})
                raise TooMany(f"Too many {rule.what}. Try again in {_span(seconds)}.", retry_after=seconds)

    def _ask(self, rule: Rule, question: Callable[[Any], Any]) -> Any:
        if rule.shared and self._shared is not None and time.monotonic() >= self._redis_again_at:
            try:
                return question(self._shared)
            except StorageError as error:
                with self._lock:
                    self._redis_again_at = time.monotonic() + REDIS_PAUSE
                log.warning("limits are counted in this process, Redis is away: %s", type(error.storage_error).__name__)
        return question(self._local)


def _buckets(
    name: str, rule: Rule, keys: tuple[object, ...], address: str | None
) -> Iterator[tuple[RateLimitItem, str]]:
    scopes = [(rule.account, f"account:{key}") for key in keys]
    if address is not None:
        scopes.append((rule.address, f"address:{address}"))
    for spec, key in scopes:
        for item in _items(spec):
            yield item, _bucket(name, key)


@functools.lru_cache(maxsize=4096)
def _bucket(name: str, key: str) -> str:
    # Redis learns neither names nor addresses of people.
    return f"{name}:{hashlib.blake2s(key.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"


@functools.lru_cache(maxsize=64)
def _items(spec: str) -> tuple[RateLimitItem, ...]:
    return tuple(parse_many(spec)) if spec else ()


def init_app(app: Flask, config: Config, *, in_force: Callable[[str, Rule], Rule] = lambda _name, rule: rule) -> None:
    """Count pages from now on, and give `hit`, `check` and `limited` their limiter; call before CSRF."""
    app.extensions["kinora_limiter"] = Limiter(config.redis_url or None, config.rate_limits, in_force=in_force)

    @app.before_request
    def count_page() -> None:
        if not request.path.startswith(_NOT_PAGES) and _COUNTED not in request.environ:
            # People are looked up only when they bring a session; the page would do the same a moment later.
            known = cookies.name_of(cookies.SESSION) in request.cookies and current_user.is_authenticated
            hit("pages", *([current_user.id] if known else []))


def may_have_page(app: Flask, environ: dict[str, Any]) -> bool:
    """Count a page for whoever is not logged in, before there is a request; say whether it is within the limit."""
    limiter: Limiter = app.extensions["kinora_limiter"]
    may = not limiter.enabled or limiter.allows("pages", address_of(environ, int(app.config.get("TRUSTED_PROXIES", 0))))
    if may:
        environ[_COUNTED] = True
    return may


def hit(name: str, *keys: object) -> None:
    """Count one on this app's limiter; see `Limiter.hit`."""
    _limiter().hit(name, *keys)


def check(name: str, *keys: object) -> None:
    """Ask this app's limiter without counting; see `Limiter.check`."""
    _limiter().check(name, *keys)


def limited(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Count each call of a view under a rule, for the person who is logged in and for their address."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def counted(*args: P.args, **kwargs: P.kwargs) -> R:
            hit(name, *([current_user.id] if current_user.is_authenticated else []))
            return view(*args, **kwargs)

        return counted

    return decorate


def client_address() -> str:
    """Who is asking; see `addresses.address_of`."""
    return address_of(request.environ, int(current_app.config.get("TRUSTED_PROXIES", 0)))


def _caller() -> str | None:
    return client_address() if has_request_context() else None


def _limiter() -> Limiter:
    limiter: Limiter = current_app.extensions["kinora_limiter"]
    return limiter


def _redis(url: str) -> MovingWindowRateLimiter:
    # limits has its own spelling for sockets in the file system; connecting happens at the first hit.
    storage = RedisStorage(
        url.replace("unix://", "redis+unix://", 1) if url.startswith("unix://") else url,
        key_prefix="kinora:limit",
        wrap_exceptions=True,
        socket_timeout=REDIS_TIMEOUT,
        socket_connect_timeout=REDIS_TIMEOUT,
        retry=Retry(NoBackoff(), 0),  # type: ignore[arg-type]  # handed on to redis as it is
    )
    return MovingWindowRateLimiter(storage)


def _span(seconds: int) -> str:
    if seconds < 100:
        return f"{seconds} s"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} minutes" if minutes < 100 else f"{math.ceil(minutes / 60)} hours"
