"""From a stored result to the frame at the page.

    python -m benchmarks.push [--images 30]

Runs the whole house, asks for images of the local renderer one after the other and takes, for each, the time between
`completed_at` in the database and the frame that flips its card. The floor is a bare publish over the same Redis to a
subscriber in this process.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

from websockets.sync.client import ClientConnection, connect

from app.supervising.redis_server import free_port
from benchmarks.browser import Browser
from benchmarks.measuring import spread
from benchmarks.serving import ROOT, wait_for
from tests.servers.redis import running_redis


def main() -> None:
    """Measure and print both."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--images", type=int, default=30)
    images = ask.parse_args().images
    with tempfile.TemporaryDirectory() as folder, running_redis() as redis:
        floor = _floor(redis.url)
        port = free_port()
        (Path(folder) / "kinora.db").touch()  # a database that is there gets no sample works
        env = {"KINORA_DATA": folder, "REDIS_URL": redis.url, "PORT": str(port), "RATE_LIMITS": "off"}
        process = subprocess.Popen([sys.executable, "-m", "app.cli", "run"], cwd=ROOT, env=os.environ | env)
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", process)
            times = _times(f"http://127.0.0.1:{port}", Path(folder) / "kinora.db", images)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)
    for name, values in (("publish over Redis (floor)", floor), ("stored result to frame", times)):
        found = spread(values)
        print(
            f"{name:28} p50 {found.p50:7.1f} ms   p99 {found.p99:7.1f} ms   max {found.worst:7.1f} ms   n {found.count}"
        )
    print(f"ratio of the medians: {statistics.median(times) / statistics.median(floor):.1f}")


def _floor(url: str) -> list[float]:
    from redis import Redis

    with Redis.from_url(url) as redis, redis.pubsub() as subscription:
        subscription.subscribe("floor")
        subscription.get_message(timeout=1)
        times = []
        for _ in range(200):
            began = time.perf_counter()
            redis.publish("floor", "x")
            while subscription.get_message(timeout=1) is None:
                continue
            times.append(time.perf_counter() - began)
    return times


def _times(base: str, database: Path, images: int) -> list[float]:
    browser = Browser(base)
    browser.sign_up("ada_l")
    _grant(database)
    url = base.replace("http", "ws", 1) + "/live?since=0"
    seen: dict[str, float] = {}
    with connect(url, origin=base, additional_headers={"Cookie": browser.cookies}) as socket:
        threading.Thread(target=_listen, args=(socket, seen), daemon=True).start()
        for n in range(images):
            browser.post("/create", {"kind": "image", "prompt": f"Ridges {n}", "idempotency_key": uuid.uuid4().hex})
            _wait_until(lambda count=n + 1: len(seen) >= count, 60)
    with sqlite3.connect(database) as connection:
        stored = dict(connection.execute("SELECT id, completed_at FROM creations WHERE state = 'draft'"))
    return [seen[str(uuid.UUID(i))] - _seconds(at) for i, at in stored.items() if str(uuid.UUID(i)) in seen]


def _grant(database: Path) -> None:
    env = os.environ | {"KINORA_DATA": str(database.parent)}
    command = [sys.executable, "-m", "app.cli", "grant", "ada_l", "10000", "--why", "a benchmark"]
    subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True)


def _listen(socket: ClientConnection, seen: dict[str, float]) -> None:
    for message in socket:
        now = time.time()
        content = json.loads(message).get("content", "")
        for part in content.split('<article id="creation-')[1:]:
            if 'data-state="draft"' in part[:200]:
                seen.setdefault(part[:36], now)


def _wait_until(condition: object, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if condition():  # type: ignore[operator]
            return
        time.sleep(0.02)
    raise RuntimeError("an image did not arrive")


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).replace(tzinfo=UTC).timestamp()


if __name__ == "__main__":
    main()
