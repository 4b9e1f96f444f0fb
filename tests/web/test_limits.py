"""Rate limits (LIM-02), on a real Redis that is also killed."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from flask import Flask

from app.errors import TooMany
from app.web import limits
from app.web.limits import Limiter, Rule, client_address
from tests.servers.redis import RunningRedis, running_redis
from tests.web.small_app import Person, make_app, settings

FEW = {
    "login": Rule("2/2 seconds", shared=True, what="failed log-ins"),
    "pages": Rule("3/minute", "5/minute", what="pages"),
}


@pytest.fixture
def redis() -> Iterator[RunningRedis]:
    with running_redis() as server:
        yield server


def _hits(limiter: Limiter, name: str, *keys: object) -> int:
    for count in range(100):
        try:
            limiter.hit(name, *keys)
        except TooMany:
            return count
    return 100


def test_all_processes_count_together_in_redis(redis):
    one, other = (Limiter(redis.url, True, rules=FEW) for _ in range(2))
    one.hit("login", "ada")
    other.hit("login", "ada")
    with pytest.raises(TooMany) as caught:
        one.hit("login", "ada")
    assert 1 <= caught.value.retry_after <= 2
    assert caught.value.words.startswith("Too many failed log-ins. Try again in")
    other.hit("login", "bob")


def test_a_limit_opens_again_after_its_time(redis):
    limiter = Limiter(redis.url, True, rules=FEW)
    assert _hits(limiter, "login", "ada") == 2
    time.sleep(2.1)
    limiter.hit("login", "ada")


def test_asking_counts_nothing(redis):
    limiter = Limiter(redis.url, True, rules=FEW)
    for _ in range(10):
        limiter.check("login", "ada")
    assert _hits(limiter, "login", "ada") == 2
    with pytest.raises(TooMany):
        limiter.check("login", "ada")


def test_redis_learns_neither_names_nor_addresses(redis):
    import redis as library

    Limiter(redis.url, True, rules=FEW).hit("login", "ada@example.test")
    with library.Redis.from_url(redis.url) as client:
        keys = client.keys("*")
    assert keys
    assert all(b"ada" not in key for key in keys)


def test_without_redis_each_process_counts_for_itself_and_comes_back_by_itself(redis, monkeypatch):
    monkeypatch.setattr(limits, "REDIS_PAUSE", 0.2)
    limiter, other = (Limiter(redis.url, True, rules=FEW) for _ in range(2))
    limiter.hit("login", "ada")
    redis.kill()
    began = time.monotonic()
    assert _hits(limiter, "login", "bob") == 2, "counted here"
    assert time.monotonic() - began < 1
    redis.start()
    time.sleep(0.3)
    limiter.hit("login", "cleo")
    other.hit("login", "cleo")
    with pytest.raises(TooMany):
        other.hit("login", "cleo")


def test_a_redis_that_hangs_does_not_hang_a_page():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as deaf:
        limiter = Limiter(f"redis://127.0.0.1:{deaf.getsockname()[1]}/0", True, rules=FEW)
        began = time.monotonic()
        assert _hits(limiter, "login", "ada") == 2
        assert time.monotonic() - began < 2


def test_switched_off_nothing_is_counted():
    assert _hits(Limiter(None, False, rules=FEW), "login", "ada") == 100


@pytest.mark.parametrize(
    ("remote", "forwarded", "hops", "address"),
    [
        ("192.0.2.7", None, 0, "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", 0, "192.0.2.7"),
        ("10.0.0.1", "198.51.100.1", 1, "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", 1, "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", 2, "198.51.100.1"),
        ("10.0.0.1", None, 1, "unknown"),
        ("10.0.0.1", "nonsense", 1, "unknown"),
        ("2001:db8:1:2:3:4:5:6", None, 0, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", None, 0, "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", None, 0, "192.0.2.7"),
        ("fe80::1%eth0", None, 0, "fe80::/64"),
        ("", None, 0, "unknown"),
    ],
)
def test_the_client_is_an_ipv4_address_or_an_ipv6_network(remote, forwarded, hops, address):
    app = Flask("plain")
    app.config["TRUSTED_PROXIES"] = hops
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    with app.test_request_context(headers=headers, environ_base={"REMOTE_ADDR": remote}):
        assert client_address() == address


def test_too_many_pages_are_429_with_words_and_files_are_not_pages(tmp_path):
    app = make_app(settings(tmp_path, RATE_LIMITS="on"))
    app.extensions["kinora_limiter"] = Limiter(None, True, rules={"pages": Rule("3/minute", "5/minute", what="pages")})
    person = Person(app)
    assert [person.get("/explore").status_code for _ in range(5)] == [200] * 5
    answer = person.get("/explore")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert "Too many pages. Try again in" in answer.text
    for path in ("/static/x.css", "/media/x", "/api/v1/x"):
        assert person.get(path).status_code == 404
    assert person.get("/healthz").status_code == 200


def test_ten_failed_log_ins_are_enough_but_an_open_session_goes_on(tmp_path, redis):
    app = make_app(settings(tmp_path, RATE_LIMITS="on", REDIS_URL=redis.url))
    ada, thief = Person(app), Person(app)
    ada.sign_up("ada_l")
    for _ in range(9):
        assert thief.log_in("ada_l", password="wrong-wrong").status_code == 422
    redis.kill()
    assert thief.log_in("ada_l", password="wrong-wrong").status_code == 422, "no Redis, no 500"
    redis.start()
    app.extensions["kinora_limiter"]._redis_again_at = 0.0
    assert thief.log_in("ada_l", password="wrong-wrong").status_code == 422, "the tenth that Redis saw"
    answer = thief.log_in("ADA_L")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "failed log-ins" in answer.text
    assert ada.is_in()


def test_successful_log_ins_do_not_count(tmp_path):
    app = make_app(settings(tmp_path, RATE_LIMITS="on"))
    Person(app).sign_up("ada_l")
    for _ in range(12):
        assert Person(app).log_in("ada_l").status_code == 303


def test_five_accounts_from_one_address_are_enough(tmp_path):
    app = make_app(settings(tmp_path, RATE_LIMITS="on"))
    for number in range(5):
        assert Person(app).sign_up(f"person{number}", email=f"p{number}@example.test").status_code == 303
    assert Person(app).sign_up("person0").status_code == 422, "a taken name is not a try"
    assert Person(app).sign_up("person6").status_code == 429
