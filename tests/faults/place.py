"""Kinora as it runs in production, with every part below it ours to break: two workers, a database, a Redis."""

from __future__ import annotations

import http.client
import re
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tests.journeys import processes
from tests.journeys.caller import PASSWORD, Caller
from tests.journeys.house import ROOT, House
from tests.servers.postgres import RunningPostgres
from tests.servers.process import ServerProcess
from tests.servers.redis import RunningRedis

PROMISED_SECONDS = 5.0
"""Within which a request is told that something is away."""


class Place(House):
    """A house with a second worker beside it, so that there is always somebody who can take over."""

    def __init__(
        self, folder: Path, template: Path, redis: RunningRedis, postgres: RunningPostgres | None, **environ: str
    ) -> None:
        super().__init__(folder, template, REDIS_URL=redis.url, **environ)
        self.broker = redis
        self.postgres = postgres
        self._second_log = folder / "second.log"
        self._second = ServerProcess(self._as_told("jobs.worker", "--submit=1", "--media=1"), self._second_log)

    def start(self) -> Place:
        """Start the house and the second worker."""
        self._second.start(lambda: True)
        super().start()
        return self

    def kill(self) -> list[int]:
        """Everything at once, the database and Redis among it."""
        family = super().kill()
        self._second.kill()
        self.broker.kill()
        if self.postgres:
            self.postgres.kill()
        return family

    def start_again(self) -> None:
        """After `kill`."""
        if self.postgres:
            self.postgres.start()
        self.broker.start()
        self.start()

    def end(self) -> None:
        """Leave nothing behind."""
        super().end()
        self._second.kill()

    @property
    def redis_url(self) -> str:
        """Redis is not its own child."""
        return self.broker.url

    def words(self) -> str:
        """What the house and the second worker have said."""
        return "\n".join(log.read_text(errors="replace")[-60_000:] for log in (self.log, self._second_log))

    def family(self) -> list[int]:
        """All processes that work for it."""
        return [pid for parent in (self.pid, self._second.pid) for pid in (parent, *processes.below(parent))]

    def _as_told(self, module: str, *arguments: str) -> list[str]:
        told = [f"{name}={value}" for name, value in self.environ.items()]
        return ["env", "-i", f"--chdir={ROOT}", *told, sys.executable, "-m", module, *arguments]


@dataclass(frozen=True)
class Told:
    """What a request was answered, and how quickly."""

    what: str
    status: int
    seconds: float
    retry_after: str = ""
    text: str = ""


class Visitor(Caller):
    """Somebody who goes on while things break: no answer surprises them."""

    def ready(self) -> Visitor:
        """Log in, and have the tokens of Create and of the log-in page at hand."""
        self.door = Visitor(self.url, self.name)
        for one, page in ((self.door, "/login"), (self, "/login"), (self, "/create")):
            found = re.search(r'name="csrf_token" value="([^"]+)"', one.get(page)[1])
            assert found, f"no form on {page}"
            one._token = found.group(1)
            if page == "/login" and one is self:
                assert self.post(page, self._password, page)[0] == 303
        return self

    @property
    def _password(self) -> dict[str, str]:
        return {"username": self.name, "password": PASSWORD}

    def logs_in(self) -> Told:
        """Once more, from another device."""
        return self.door.asks_for("/login", self._password)

    def asks_for(self, path: str, fields: dict[str, str] | None = None, **headers: str) -> Told:
        """One request, timed; a POST when there are fields."""
        address = urlsplit(self.url)
        given = {"Cookie": self.cookie, "User-Agent": "Firefox", "Accept-Encoding": "identity", **headers}
        body = None
        if fields is not None:
            body = urlencode({"csrf_token": self._token, **fields})
            given |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.url}
        began = time.monotonic()
        with closing(http.client.HTTPConnection(address.hostname or "", address.port, timeout=40)) as line:
            line.request("GET" if fields is None else "POST", path, body, given)
            answer = line.getresponse()
            text = answer.read().decode(errors="replace")
        what = f"{'GET' if fields is None else 'POST'} {path}"
        return Told(what, answer.status, time.monotonic() - began, answer.headers.get("Retry-After", ""), text)

    def opens_a_socket(self) -> Told:
        """The handshake of `/live`, as a request."""
        key = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}
        return self.asks_for("/live", Origin=self.url, **key, **{"Sec-WebSocket-Version": "13"})


def at_once(*requests: Callable[[], Told]) -> list[Told]:
    """All of them at the same moment, each answered within what is promised, none with a mistake of ours."""
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(len(requests)))
        answers = list(pool.map(lambda request: request(), requests))
    for one in answers:
        assert one.status < 500 or one.status == 503, one
        assert one.seconds < PROMISED_SECONDS, one
        assert one.status != 503 or one.retry_after, one
    return answers
