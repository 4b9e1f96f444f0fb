"""How long people wait for what they do most, with 16 of them at once and a million creations.

    python -m benchmarks.latencies [--rows 1000000] [--databases sqlite postgresql] [--seconds 8] [--rate 50]

Two web processes on all cores, as in production; the clients share the machine. First every client sends its next
request as soon as it has its answer (closed), then all together send `--rate` a second, and their waiting is counted
from the moment at which a request was due (paced). Beside each stands a bare Flask hello under the same load.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import re
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from sqlalchemy import select, update

from app import create_app
from app.accounts import service
from app.accounts.models import User
from app.config import load
from app.creations.models import Creation
from app.extensions import db
from benchmarks import million
from benchmarks.feed import house
from benchmarks.measuring import Spread, spread
from benchmarks.serving import ALL_CORES, serve

CLIENTS = 16
GOALS = {"ask for an image": 100, "status": 20, "20 records": 50}
"""Milliseconds at the 99th percentile."""


@dataclass
class Client:
    """One person with one connection."""

    connection: http.client.HTTPConnection
    cookie: str = ""
    token: str = ""
    work: str = ""

    def send(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Ask, and read the whole answer."""
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body=urlencode(fields) if fields is not None else None, headers=headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode()


def main() -> None:
    """Measure and print the table."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rows", type=int, default=1_000_000)
    ask.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    ask.add_argument("--seconds", type=float, default=8.0)
    ask.add_argument("--rate", type=float, default=50.0)
    args = ask.parse_args()
    print(f"{'database':11} {'creations':>10} {'load':7} {'what':17} {'p50 / p99 / worst':26} {'req/s':>6} {'goal':>7}")
    for kind in args.databases:
        with house(kind) as environ:
            people = _prepare(environ, args.rows)
            both = environ | {"WEB_CONCURRENCY": "2"}
            with (
                serve("benchmarks.hello:app", both, cores=ALL_CORES) as hello,
                serve("wsgi:app", both, cores=ALL_CORES) as kinora,
            ):
                for load_name, rate in (("closed", 0.0), ("paced", args.rate)):
                    for name, found in _rounds(hello, kinora, people, args.seconds, rate):
                        goal = f"{GOALS[name]} ms" if name in GOALS else ""
                        label = f"{kind:11} {args.rows:>10,} {load_name:7} {name:17}"
                        print(f"{label} {found!s:26} {found.count / args.seconds:>6.0f} {goal:>7}", flush=True)


def _prepare(environ: dict[str, str], rows: int) -> list[tuple[str, str]]:
    """Fill the database; return the cookie and one creation of so many people, who can pay for what they ask."""
    app = create_app(load(environ))
    with app.app_context():
        from flask_migrate import upgrade

        upgrade()
        million.fill(db.engine, rows)
        db.session.execute(update(User).values(balance=10_000_000))
        db.session.commit()
        people = db.session.scalars(select(User.id).order_by(User.id).limit(CLIENTS)).all()
        found = []
        for person in people:
            token = service.open_session(person)
            newest = select(Creation.id).where(Creation.user_id == person).order_by(Creation.id.desc()).limit(1)
            found.append((f"kinora_session={token}", str(db.session.scalars(newest).one())))
        db.session.remove()
        db.engine.dispose()
    return found


def _rounds(
    hello: str, kinora: str, people: list[tuple[str, str]], seconds: float, rate: float
) -> list[tuple[str, Spread]]:
    bare = [Client(_connect(hello)) for _ in people]
    known = [Client(_connect(kinora), cookie, "", work) for cookie, work in people]
    for client in known:
        page = client.send("GET", "/create")[1]
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found, page[:500]
        client.token = found[1]
    tasks: dict[str, tuple[list[Client], Callable[[Client], int]]] = {
        "bare hello": (bare, lambda client: client.send("GET", "/")[0]),
        "status": (known, lambda client: client.send("GET", f"/creations/{client.work}")[0]),
        "20 records": (known, lambda client: client.send("GET", "/me/records")[0]),
        "ask for an image": (known, _ask),
    }
    return [(name, _load(clients, task, seconds, rate)) for name, (clients, task) in tasks.items()]


def _ask(client: Client) -> int:
    fields = {"kind": "image", "prompt": "A lighthouse at dusk", "aspect_ratio": "1:1"}
    return client.send("POST", "/create", fields | {"csrf_token": client.token, "idempotency_key": uuid.uuid4().hex})[0]


def _load(clients: list[Client], task: Callable[[Client], int], seconds: float, rate: float) -> Spread:
    """What all clients waited, each in a thread of its own. Any answer but a 200, 202 or 303 is lost."""
    waited: list[float] = []
    wrong: list[int] = []
    begin = time.perf_counter() + 0.2
    until = begin + seconds

    def work(number: int) -> None:
        for count in itertools.count():
            due = begin + (count * len(clients) + number) / rate if rate else max(begin, time.perf_counter())
            if due >= until:
                return
            time.sleep(max(0.0, due - time.perf_counter()))
            status = task(clients[number])
            if status in (200, 202, 303):
                waited.append(time.perf_counter() - due)
            else:
                wrong.append(status)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return spread(waited, len(wrong))


def _connect(base: str) -> http.client.HTTPConnection:
    address = urlsplit(base)
    return http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)


if __name__ == "__main__":
    main()
