"""What all stand-ins share: a threaded HTTP server with scripted faults, a log, and control from other processes.

A stand-in is a subclass that names the endpoint of a request, answers it, and adds faults of its own to the generic
ones below. Faults wait in a queue for each endpoint; every request to it takes the next one, then all is well again.

    POST /_control/script   {"create": ["lost", {"fault": "hang", "seconds": 3}]}   appends to the queues
    GET  /_control/log      requests, violations and counters as JSON
    POST /_control/reset    forgets everything

Generic faults, as a word or as {"fault": word, ...}: `hang` (seconds; the work is taken, the answer comes late), `lost`
(the work is taken, the connection is closed without an answer), `reset` (torn down without taking the work), `drip`
(seconds; the body comes a byte at a time), `unreadable` (200 with broken JSON after taking the work), `cut` (half of
the body under the full Content-Length), `html` (status), `status` (status, body, headers, accept), `redirect` (to).
"""

from __future__ import annotations

import re
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

from tests.standins.listener import Answer, Listener, Request

PAGE = b"<!doctype html><title>Error</title><p>The server is having a rest."


SLOW = 20.0
"""Seconds that [[slow]] in a prompt asks for."""


def seconds_for(prompt: str, otherwise: float) -> float:
    """How long work on a prompt takes: what [[slow]] or [[slow:N]] in it says."""
    found = re.search(r"\[\[slow(?::([\d.]+))?\]\]", prompt)
    return float(found[1] or SLOW) if found else otherwise


@dataclass(frozen=True)
class Fault:
    """One scripted mishap."""

    word: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, value: Any) -> Fault:
        """From a word, or from {"fault": word, ...}."""
        if isinstance(value, Mapping):
            return cls(str(value["fault"]), {name: one for name, one in value.items() if name != "fault"})
        return cls(str(value))


class StandIn(ABC):
    """A server on a free port of loopback (or the one given), from `start` to `stop`. Also a context manager."""

    routes: ClassVar[Sequence[tuple[str, str, str]]] = ()
    """What there is, for `route`: a name, a method, and a pattern of the whole path with names in it."""

    def __init__(self, port: int = 0) -> None:
        self._lock = threading.RLock()
        self._server = Listener(port, self.handle, self.violation)
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.reset()

    def reset(self) -> None:
        """Forget scripts, log and counters. Subclasses add their own state."""
        with self._lock:
            self._scripts: dict[str, deque[Fault]] = defaultdict(deque)
            self.requests: list[dict[str, Any]] = []
            self.violations: list[str] = []
            self.submits: Counter[str] = Counter()
            """How often work was asked for, for each prompt."""
            self.accepted: Counter[str] = Counter()
            """How often it was taken on (and would be billed), for each prompt."""
            self.attempts: Counter[str] = Counter()
            """How often it was asked for, for each attempt id that came along."""

    def start(self) -> Self:
        """Serve from threads of this process."""
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def serve(self) -> None:
        """Serve until `stop` is called."""
        self._server.serve_forever(poll_interval=0.02)

    def stop(self) -> None:
        """Close the port: connections are refused from now on."""
        self._server.shutdown()
        self._server.server_close()

    def script(self, endpoint: str, *faults: Any) -> None:
        """Queue faults for an endpoint: the next request takes the first, and so on."""
        with self._lock:
            self._scripts[endpoint].extend(Fault.of(fault) for fault in faults)

    def requests_to(self, endpoint: str) -> list[dict[str, Any]]:
        """The log of one endpoint."""
        with self._lock:
            return [entry for entry in self.requests if entry["endpoint"] == endpoint]

    def log(self) -> dict[str, Any]:
        """All that is known, JSON-safe."""
        with self._lock:
            counters = {name: dict(getattr(self, name)) for name in ("submits", "accepted", "attempts")}
            return {"requests": list(self.requests), "violations": list(self.violations), **counters}

    def violation(self, text: str) -> None:
        """Note a request that the provider would not understand."""
        with self._lock:
            self.violations.append(text)

    def route(self, request: Request) -> tuple[str | None, dict[str, str]]:
        """The name of the route that a request takes, None when there is none, and what its pattern names."""
        for name, method, pattern in self.routes:
            if request.method == method and (found := re.fullmatch(pattern, request.path)):
                return name, found.groupdict()
        return None, {}

    @abstractmethod
    def endpoint(self, request: Request) -> str | None:
        """The short name of what a request is for, None when there is no such address."""

    @abstractmethod
    def checked(self, request: Request, endpoint: str) -> Answer | None:
        """The refusal of a request that breaks the contract; violations are noted here."""

    def own_fault(self, request: Request, endpoint: str) -> Fault | None:
        """A fault that the request itself asks for, such as by a word in its prompt."""
        return None

    @abstractmethod
    def answer(self, request: Request, endpoint: str, fault: Fault | None) -> Answer:
        """The answer, with a fault of the subclass's own or none; generic ones are put upon it afterwards."""

    def handle(self, request: Request) -> Answer:
        """Answer one request and log it."""
        if request.path.startswith("/_control/"):
            return self._control(request)
        endpoint = self.endpoint(request) or "unknown"
        fault = None
        if endpoint == "unknown":
            self.violation(f"no such address: {request.method} {request.path}")
            answer: Answer | None = Answer(404, PAGE, "text/html")
        else:
            answer = self.checked(request, endpoint)
        if answer is None:
            fault = self._next_fault(request, endpoint)
            answer = self._spoiled(request, endpoint, fault)
        entry = {"endpoint": endpoint, "method": request.method, "path": request.path, "query": dict(request.query),
                 "headers": dict(request.headers), "json": request.json, "status": answer.status,
                 "fault": fault.word if fault else None, "at": time.time()}  # fmt: skip
        with self._lock:
            self.requests.append(entry)
        return answer

    def _next_fault(self, request: Request, endpoint: str) -> Fault | None:
        with self._lock:
            waiting = self._scripts[endpoint]
            return waiting.popleft() if waiting else self.own_fault(request, endpoint)

    def _spoiled(self, request: Request, endpoint: str, fault: Fault | None) -> Answer:
        spoil = GENERIC.get(fault.word) if fault else None
        if fault is None or spoil is None:
            return self.answer(request, endpoint, fault)
        if fault.word in UNTAKEN and not fault.options.get("accept"):
            return spoil(Answer(), fault.options)
        return spoil(self.answer(request, endpoint, None), fault.options)

    def _control(self, request: Request) -> Answer:
        match request.method, request.path:
            case "POST", "/_control/script":
                for endpoint, faults in request.json.items():
                    self.script(endpoint, *faults)
            case "POST", "/_control/reset":
                self.reset()
            case "GET", "/_control/log":
                return Answer(body=_short(self.log()))
            case _:
                return Answer(404, {"error": "no such control"})
        return Answer(body={"ok": True})

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *problem: object) -> None:
        self.stop()


def _short(value: Any) -> Any:
    """A log without the pictures that were sent along."""
    if isinstance(value, Mapping):
        return {name: _short(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_short(one) for one in value]
    return f"{value[:200]}... ({len(value)} characters)" if isinstance(value, str) and len(value) > 5000 else value


Spoil = Callable[[Answer, Mapping[str, Any]], Answer]
UNTAKEN = {"reset", "html", "status", "redirect"}
"""Faults before which the work is not done, unless they say {"accept": true}."""
GENERIC: dict[str, Spoil] = {
    "hang": lambda good, options: replace(good, delay=options.get("seconds", 3.0)),
    "lost": lambda good, options: replace(good, closed=True),
    "reset": lambda good, options: replace(good, reset=True),
    "drip": lambda good, options: replace(good, drip=options.get("seconds", 0.1)),
    "unreadable": lambda good, options: replace(good, body=good.data[:-9] + b'"]'),
    "cut": lambda good, options: replace(good, sent=0.5),
    "html": lambda good, options: Answer(options.get("status", 200), PAGE, "text/html; charset=UTF-8"),
    "status": lambda good, options: Answer(
        options["status"], options.get("body", {}), headers=options.get("headers", {})
    ),
    "redirect": lambda good, options: Answer(302, headers={"Location": options["to"]}),
}
