"""`kinora run` around a small web: the data folder, the port, Redis, and one run after another."""

import contextlib
import os
import signal
import socket
import time
import urllib.request

import pytest
import redis

from app.supervising.redis_server import free_port
from tests.supervising.home import Home, eventually, is_alive

NEITHER = "exec sleep 1000"


@pytest.fixture
def port() -> int:
    """A port for the web."""
    return free_port()


def config(home: Home, port: int, **more: str) -> dict:
    """What is set in the environment, and the address that is said."""
    environment = {"KINORA_DATA": str(home.folder / "data"), "PORT": str(port), **more}
    return {"config": environment, "address": f"http://127.0.0.1:{port}"}


def redis_url(port: int) -> str:
    """What the web has been told as REDIS_URL."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
        return answer.read().decode()


def test_it_says_its_address_once_the_web_answers(home: Home, port: int) -> None:
    begin = time.monotonic()
    run = home.start(**config(home, port))
    home.says(f"Kinora is running at http://127.0.0.1:{port}\n")
    assert time.monotonic() - begin < 10
    with redis.Redis.from_url(redis_url(port)) as client:
        assert client.ping()
    run.send_signal(signal.SIGINT)
    assert run.wait(10) == 0


def test_what_redis_was_told_outlives_a_run(home: Home, port: int) -> None:
    for killed in (False, True):
        run = home.start(**config(home, port))
        home.says("Kinora is running")
        with redis.Redis.from_url(redis_url(port)) as client:
            assert client.get("queued") == (b"yes" if killed else None)
            client.set("queued", "yes")
        run.send_signal(signal.SIGKILL if killed else signal.SIGTERM)
        run.wait(10)
    home.start(**config(home, port))
    home.says("Kinora is running")
    with redis.Redis.from_url(redis_url(port)) as client:
        assert client.get("queued") == b"yes"


def test_redis_comes_back_at_the_same_address(home: Home, port: int) -> None:
    home.start(**config(home, port))
    home.says("Kinora is running")
    with redis.Redis.from_url(redis_url(port)) as client:
        client.set("queued", "yes")
        os.kill(client.info("server")["process_id"], signal.SIGKILL)
        home.says("redis was ended by a signal (Killed); starting it again")
    with redis.Redis.from_url(redis_url(port)) as client:
        eventually(lambda: _gives(client, "queued") == b"yes")


def test_a_redis_of_your_own_is_used_instead(home: Home, port: int) -> None:
    home.start(**config(home, port, REDIS_URL="redis://127.0.0.1:1/0"))
    home.says("Kinora is running")
    assert redis_url(port) == os.environ.get("REDIS_URL", "")
    assert not (home.folder / "data" / "redis").exists()


def test_a_second_one_says_where_the_first_is(home: Home, port: int) -> None:
    first = home.start(**config(home, port))
    home.says("Kinora is running")
    second = home.start(**config(home, free_port()))
    assert second.wait(10) == 1
    assert f"Kinora is already running at http://127.0.0.1:{port}." in home.output().read_text()
    assert first.poll() is None


def test_the_next_one_waits_for_one_that_is_ending(home: Home, port: int) -> None:
    slow = home.child("worker", "trap 'echo x > told; sleep 1; exit 0' TERM; echo x > up; while :; do sleep 0.05; done")
    first = home.start(slow, **config(home, port))
    home.says("Kinora is running")
    home.note("up")
    first.terminate()
    home.note("told")
    home.start(**config(home, port))
    home.says("Kinora is running")
    assert first.wait(10) == 0


def test_the_next_one_just_works_after_kill_9(home: Home, port: int) -> None:
    for _ in range(3):
        run = home.start(home.child("worker", NEITHER), **config(home, port))
        home.says("Kinora is running")
        run.kill()
        run.wait()
    home.start(home.child("worker", NEITHER), **config(home, port))
    home.says("Kinora is running")
    workers = home.note("worker.pid").split()
    eventually(lambda: [is_alive(int(pid)) for pid in workers] == [False] * 3 + [True])


def test_the_next_one_waits_for_what_a_killed_one_left(home: Home, port: int) -> None:
    """A grandchild without a leash holds on for a second, and for that long would be in the way."""
    lingering = home.child("worker", "sh -c 'echo $$ > left.pid; exec sleep 1.5' & wait")
    first = home.start(lingering, **config(home, port))
    home.says("Kinora is running")
    left = home.pid("left")
    first.kill()
    first.wait()
    home.start(**config(home, port))
    home.says("Kinora is running")
    assert not is_alive(left)


def test_a_port_that_is_taken_is_named(home: Home, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        run = home.start(home.child("worker"), **config(home, port))
        assert run.wait(10) == 1
    assert home.output().read_text() == f"Port {port} is taken by another program: set PORT to a free one.\n"
    assert not home.has("worker.pid")


def test_a_log_that_cannot_be_read_is_put_aside(home: Home, port: int) -> None:
    folder = home.folder / "data" / "redis"
    for part in ("appendonlydir/appendonly.aof.manifest", "appendonly.aof"):
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        (folder / part).write_text("this is no log\n" * 20)
    home.start(**config(home, port))
    home.says("Kinora is running")
    home.says("Redis could not read its log: it starts empty")
    assert (home.folder / "data" / "redis-unreadable" / "appendonly.aof").exists()
    with redis.Redis.from_url(redis_url(port)) as client:
        assert client.dbsize() == 0


def test_a_folder_that_may_not_be_written_is_named(home: Home, port: int) -> None:
    (home.folder / "data").write_text("a file\n")
    run = home.start(**config(home, port))
    assert run.wait(10) == 1
    assert str(home.folder / "data") in home.output().read_text()


def _gives(client: redis.Redis, key: str) -> bytes | None:
    with contextlib.suppress(redis.ConnectionError):
        return client.get(key)
    return None


def test_children_start_at_once(home: Home, port: int) -> None:
    begin = time.time()
    home.start(home.child("worker", "date +%s.%N > began; exec sleep 1000"), **config(home, port))
    assert float(home.note("began")) - begin < 2


def test_a_stop_while_it_starts_is_a_stop(home: Home, port: int) -> None:
    never = home.child("migrate", NEITHER, one_shot=True)
    run = home.start(never, home.child("worker", after=["migrate"]), **config(home, port))
    home.pid("migrate")
    run.send_signal(signal.SIGINT)
    assert run.wait(10) == 0
    assert not home.has("worker.pid")
