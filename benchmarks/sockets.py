"""Thousands of open pages on one web process.

    python -m benchmarks.sockets [--sockets 2000 10000] [--seconds 10]

Two sockets a person, with the headers of a browser. For each number: what a socket costs in memory, pushes to one
person (200 events a second, idle and while pages are asked for as fast as they come), a frame to everybody, and a
commit until its frame is at the client. The floor is asyncio with the websockets library, on uvloop where that is
installed; it knows no log-in, no rows and no templates, and sends frames of the same size. Server and client have a
core each; wrk is needed for the busy part. Milliseconds are p50 / p99 / max.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import shutil
import sqlite3
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis

from app import create_app
from app.config import load
from app.realtime import bus
from app.supervising.redis_server import free_port
from benchmarks import events, floor_sockets, members
from benchmarks.events import Busy, Place
from benchmarks.measuring import Crowd, Spread, crowd, processor_seconds, spread, unshared_bytes, worker_of
from benchmarks.serving import CLIENT_CORE, started
from tests.servers.redis import running_redis

SECRET = "benchmarks-only-0123456789-abcdefghijkl"


@dataclass
class Figures:
    """What was measured on one server."""

    rows: dict[str, str] = field(default_factory=dict)
    push_bytes: int = 0
    broadcast_bytes: int = 0


def main() -> None:
    """Measure and print a table for each number."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--sockets", type=int, nargs="+", default=[2000, 10_000])
    ask.add_argument("--seconds", type=float, default=10.0)
    args = ask.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("This benchmark needs wrk: install it (on Debian: apt-get install wrk)")
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {int(CLIENT_CORE)})
    for count in args.sockets:
        with tempfile.TemporaryDirectory() as folder, running_redis() as redis, Redis.from_url(redis.url) as client:
            environ = {"KINORA_DATA": folder, "SECRET_KEY": SECRET, "REDIS_URL": redis.url}
            app = create_app(load(environ))
            place = Place(Path(folder), client, redis.url, app, members.fill(app, count // 2), args.seconds)
            ours = _kinora(place, environ)
            _print(count, ours, _floor(place, ours))


def _print(count: int, ours: Figures, floor: Figures) -> None:
    print(f"\n{count:,} sockets{'':23} {'Kinora':36} floor: websockets on {floor_sockets.loop()[0]}")
    for name, words in ours.rows.items():
        print(f"{name:38} {words:36} {floor.rows.get(name, '-')}", flush=True)


def _kinora(place: Place, environ: dict[str, str]) -> Figures:
    found, port = Figures(), free_port()
    with started(["-m", "gunicorn", "-c", "python:app.serving", "wsgi:app"], port, environ) as (base, pid):
        worker = worker_of(pid)
        _warm(place, base, port)
        before = unshared_bytes(worker)
        requests = members.handshakes(place.people, base, place.folder / "requests.json")
        with (
            crowd(port, requests) as pages,
            sqlite3.connect(place.folder / "kinora.db", isolation_level=None, timeout=10) as database,
        ):
            # The disk is not what is measured here.
            database.execute("PRAGMA synchronous = OFF")
            _opened(found, pages, worker, before)
            found.rows["GET /drafts meanwhile"] = str(_ask(base, place.people[0].cookie, 40))
            ring = events.kinora_ring(place, database)
            _idle(found, place, pages, worker, ring)
            found.push_bytes = pages.bytes
            busy = Busy(base, place.people[0].cookie, place.seconds)
            found.rows["push to one, pages saturated"] = str(events.targeted(place, pages, ring))
            found.rows["pages a second meanwhile"] = f"{busy.rate():.0f}"
            post = events.publish_one(database, place.people[-1])
            _note(found, events.broadcast(pages, worker, lambda: bus.publish_likes(post)))
            found.broadcast_bytes = pages.bytes
            with place.app.app_context():
                found.rows["commit to frame"] = str(
                    events.targeted(place, pages, events.commit, events.COMMITS_A_SECOND)
                )
            _left(found, pages, worker, before)
    return found


def _floor(place: Place, ours: Figures) -> Figures:
    found, port = Figures(), free_port()
    with started(["-m", "benchmarks.floor_sockets", str(port), place.redis_url], port, {}) as (base, pid):
        before = unshared_bytes(pid)
        lines = [members.handshake(base, f"/live?user={n}") for n in range(len(place.people)) for _ in range(2)]
        (place.folder / "floor.json").write_text(json.dumps(lines))
        with crowd(port, place.folder / "floor.json") as pages:
            _opened(found, pages, pid, before)
            ring = events.floor_ring(place, ours.push_bytes)
            _idle(found, place, pages, pid, ring)
            words = json.dumps({"text": events.text(ours.broadcast_bytes)})
            send = functools.partial(place.redis.publish, floor_sockets.CHANNEL, words)
            _note(found, events.broadcast(pages, pid, send))
            _left(found, pages, pid, before)
    return found


def _warm(place: Place, base: str, port: int) -> None:
    """What a process needs once, whoever comes, is not counted to sockets."""
    _ask(base, place.people[0].cookie, 40)
    some = members.handshakes(place.people[:50], base, place.folder / "some.json")
    with crowd(port, some):
        for member in place.people[:50]:
            bus.publish(member.id)
        time.sleep(1)


def _opened(found: Figures, pages: Crowd, worker: int, before: int) -> None:
    if pages.open != pages.wanted:
        raise RuntimeError(f"only {pages.open} of {pages.wanted} sockets were opened")
    found.rows["sockets opened a second"] = f"{pages.open / pages.seconds:.0f}"
    time.sleep(1)
    found.rows["kB a socket (USS), idle"] = f"{(unshared_bytes(worker) - before) / 1024 / pages.open:.2f}"


def _idle(found: Figures, place: Place, pages: Crowd, worker: int, ring: events.Ring) -> None:
    spent = processor_seconds(worker)
    told = events.targeted(place, pages, ring)
    found.rows["push to one, idle"] = str(told)
    found.rows["processor ms a push"] = f"{2e3 * (processor_seconds(worker) - spent) / (told.count + told.lost):.2f}"


def _note(found: Figures, told: events.Broadcast) -> None:
    found.rows["frame to everybody"] = str(told.delay)
    found.rows["processor µs a frame"] = f"{told.microseconds:.1f}"
    whole = events.BROADCASTS * events.BROADCAST_SECONDS
    found.rows["kept off a core, server / client"] = "{:.1f} / {:.1f} s of {:.0f}".format(*told.kept_off, whole)


def _left(found: Figures, pages: Crowd, worker: int, before: int) -> None:
    found.rows["kB a socket (USS), after all this"] = f"{(unshared_bytes(worker) - before) / 1024 / pages.open:.2f}"
    found.rows["sockets still open"] = f"{pages.open:,}"


def _ask(base: str, cookie: str, times: int) -> Spread:
    took = []
    for _ in range(times):
        began = time.monotonic()
        request = urllib.request.Request(f"{base}/drafts", headers={"Cookie": cookie})
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()
        took.append(time.monotonic() - began)
    return spread(took)


if __name__ == "__main__":
    sys.exit(main())
