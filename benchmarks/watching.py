"""Thousands of operations at a provider, followed by one `watch` role.

    python -m benchmarks.watching [--operations 1000 3000] [--burst]

Videos of more than a minute's age, so looked up every ten seconds (JOB-06), are done 15 to 40 s after the start. A
provider of two addresses (`benchmarks.lean_google`) answers after 150 ms from the other core. Printed are the share of
one core that the role used while all were in flight and over the whole run, its memory, and the time from the moment at
which the provider was done to the doorbell on Redis. The floor is a bare client that makes requests of the same kind.

With `--burst` all are due at once, as after a restart; otherwise they are spread over the first ten seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.settings.catalogue import Settings
from benchmarks.serving import CLIENT_CORE, ROOT, SERVER_CORE, pinned
from tests.servers.redis import running_redis

ANSWER_SECONDS = 0.15
DONE_BETWEEN = (15.0, 40.0)
INTERVAL = 10.0
AGE = 61.0
"""Seconds since the submits: past the first minute."""
THREADS = 48
FLOOR_REQUESTS = 3000
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Run:
    """What one run came to; times in seconds."""

    operations: int
    requests: int
    cpu_in_flight: float
    cpu: float
    seconds: float
    megabytes: float
    delays: list[float]

    def line(self, floor: float) -> str:
        """A row of the table; `floor` is the processor time of a bare request."""
        against = self.cpu / (self.requests * floor)
        delays = sorted(self.delays)
        p50, p99 = (delays[int(len(delays) * part)] for part in (0.5, 0.99))
        return (
            f"{self.operations:9d}   {self.cpu_in_flight:13.2f}   {self.cpu / self.seconds:9.2f}   "
            f"{self.megabytes:6.0f}   {p50:6.2f} {p99:6.2f} {delays[-1]:6.2f}   {self.requests:8d}   {against:5.2f}"
        )


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--operations", type=int, nargs="+", default=[1000, 3000])
    ask.add_argument("--burst", action="store_true")
    args = ask.parse_args()
    with _provider() as port:
        floor = _floor(port)
        print(f"a bare request (floor): {1000 * floor:.2f} ms of one core\n")
        print("           CPU share of one core               provider done -> published, s              CPU against")
        print("in flight   all in flight   whole run   RSS MB      p50    p99    max   requests   the floor")
        for operations in args.operations:
            print(_run(port, operations, burst=args.burst).line(floor), flush=True)


@contextmanager
def _provider() -> Iterator[int]:
    argv = [sys.executable, "-m", "benchmarks.lean_google", str(ANSWER_SECONDS)]
    with subprocess.Popen(pinned(CLIENT_CORE, argv), cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def _floor(port: int) -> float:
    """Seconds of processor time that a bare client needs for one request, as many threads as the role uses."""
    code = f"from benchmarks.watching import floor; floor({port})"
    argv = pinned(SERVER_CORE, [sys.executable, "-c", code])
    return float(subprocess.run(argv, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def floor(port: int) -> None:
    """In a process of its own: print the seconds of processor time of one request."""
    import httpx2

    limits = httpx2.Limits(max_connections=THREADS, max_keepalive_connections=THREADS)
    with httpx2.Client(limits=limits) as client, ThreadPoolExecutor(THREADS) as pool:
        address = f"http://127.0.0.1:{port}/v1/interactions/v1_{time.time() + 3600}-1"
        list(pool.map(lambda _: client.get(address).json(), range(THREADS)))
        begun = time.process_time()
        list(pool.map(lambda _: client.get(address).json(), range(FLOOR_REQUESTS)))
        print((time.process_time() - begun) / FLOOR_REQUESTS)


def _run(port: int, operations: int, *, burst: bool) -> Run:
    with tempfile.TemporaryDirectory() as folder, running_redis() as redis:
        env = {
            "KINORA_DATA": folder,
            "SECRET_KEY": uuid.uuid4().hex * 2,
            "REDIS_URL": redis.url,
            "GOOGLE_AI_API_KEY": "benchmark",
            "GOOGLE_GEMINI_BASE_URL": f"http://127.0.0.1:{port}",
        }
        migrate = [sys.executable, "-m", "app.cli", "db", "upgrade"]
        subprocess.run(migrate, cwd=ROOT, env=os.environ | env, check=True, capture_output=True)
        before = _requests(port)
        argv = pinned(SERVER_CORE, [sys.executable, "-m", "jobs.worker", "--submit", "0", "--media", "0"])
        with Path(folder, "log").open("wb") as log:
            worker = subprocess.Popen(argv, cwd=ROOT, env=os.environ | env, stdout=log, stderr=log)
            try:
                role = _watch_role(redis.url, worker.pid)
                done = _fill(env, operations, time.time() + 3.0, burst=burst)
                run = _follow(redis.url, role, done)
            finally:
                worker.terminate()
                worker.wait(15)
        # A run without faults says nothing; whatever it says explains a figure.
        sys.stderr.write(Path(folder, "log").read_text()[-2000:])
        run.requests = _requests(port) - before
        return run


def _fill(env: dict[str, str], operations: int, begin: float, *, burst: bool) -> dict[str, float]:
    """Put the operations in the database, each of a person of its own; when each is done, by its person."""
    from sqlalchemy import insert

    from app import create_app
    from app.accounts.models import User
    from app.config import load
    from app.creations.models import Creation
    from app.extensions import transaction, uuid7

    dice = random.Random(operations)
    people = [uuid7() for _ in range(operations)]
    ends = {str(person): begin + dice.uniform(*DONE_BETWEEN) for person in people}
    rows = [
        {
            **_waiting(f"v1_{ends[str(person)]}-{number}"),
            "id": uuid7(),
            "user_id": person,
            "next_run_at": _moment(begin + (0 if burst else dice.uniform(0, INTERVAL))),
        }
        for number, person in enumerate(people)
    ]
    with create_app(load(env)).app_context(), transaction() as session:
        session.execute(insert(User), [{"id": person} for person in people])
        session.execute(insert(Creation), rows)
    return ends


def _waiting(operation: str) -> dict[str, Any]:
    return {
        "kind": "video",
        "state": "processing",
        "step": "waiting",
        "prompt": "Rain on a tin roof",
        "aspect_ratio": "16:9",
        "duration": 8,
        "resolution": "720p",
        "provider": "google",
        "model": "gemini-omni-1.2-flash",
        "operation_id": operation,
        "operation": {"id": operation},
        "lookups": 9,
        "submitted_at": _moment(time.time() - AGE),
        "deadline_at": _moment(time.time() - AGE + Settings().video_timeout_seconds),
    }


def _follow(url: str, pid: int, done: dict[str, float]) -> Run:
    """Listen until the last one is published, and look at the role's processor time on the way."""
    from redis import Redis

    first, waiting, delays = min(done.values()), dict(done), []
    begin = first - DONE_BETWEEN[0]
    marks: dict[str, float] = {}
    with Redis.from_url(url) as redis, redis.pubsub() as subscription:
        subscription.subscribe("kinora:push")
        while waiting:
            message = subscription.get_message(ignore_subscribe_messages=True, timeout=0.5)
            now = time.time()
            if now >= begin:
                marks.setdefault("begin", _cpu(pid))
            if now >= first:
                marks.setdefault("first", _cpu(pid))
            if message and (end := waiting.pop(json.loads(message["data"]).get("user", ""), None)):
                delays.append(now - end)
            assert now < max(done.values()) + 60, f"{len(waiting)} were never published"
    cpu, seconds = _cpu(pid) - marks["begin"], time.time() - begin
    in_flight = (marks["first"] - marks["begin"]) / DONE_BETWEEN[0]
    return Run(len(done), 0, in_flight, cpu, seconds, _megabytes(pid), delays)


def _watch_role(url: str, parent: int) -> int:
    """The worker's only child, once it has begun with its job."""
    from redis import Redis
    from rq import Worker

    ends = time.monotonic() + 60
    with Redis.from_url(url) as redis:
        while time.monotonic() < ends:
            if any(worker.get_current_job_id() for worker in Worker.all(connection=redis)):
                return int(Path(f"/proc/{parent}/task/{parent}/children").read_text().split()[0])
            time.sleep(0.1)
    raise RuntimeError("the worker did not start")


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _megabytes(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def _requests(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/requests", timeout=10) as answer:
        return int(json.load(answer)["requests"])


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


if __name__ == "__main__":
    main()
