"""A real Redis: `redis_server.url`."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from app.supervising.redis_server import RedisMissing, RedisServer
from tests.servers.process import ServerProcess


class RunningRedis:
    """A Redis that can be emptied, killed and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self._server = RedisServer(folder / "redis")
        self._process = ServerProcess(self._server.argv, folder / "redis.log")
        self.url = self._server.url

    def start(self) -> None:
        """Start it; what it held before comes back, as after a crash."""
        self._server.prepare()
        self._process.start(self._server.ready)

    def stop(self) -> None:
        """End it in order."""
        self._process.stop()

    def kill(self) -> None:
        """End it as a crash would."""
        self._process.kill()

    def empty(self) -> None:
        """Forget everything."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()


@contextmanager
def running_redis() -> Iterator[RunningRedis]:
    """A Redis of your own, for tests that kill it. Raises RedisMissing."""
    folder = Path(tempfile.mkdtemp(prefix="kinora-redis-"))
    try:
        server = RunningRedis(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RunningRedis]:
    """One Redis for the whole session; who needs it empty empties it."""
    try:
        with running_redis() as server:
            yield server
    except RedisMissing:
        pytest.fail("The tests need redis-server: install it (on Debian: apt-get install redis-server)", pytrace=False)
