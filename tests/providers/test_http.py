"""What holds for every provider that is spoken to by plain HTTP, against a server with every fault."""

from __future__ import annotations

import gzip
import multiprocessing
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from multiprocessing.queues import Queue
from typing import Any

import pytest

from app.providers.errors import Ambiguous, Misconfigured, ProviderError, Retryable
from app.providers.http import MOST_BYTES, Line, Stage, seconds_to_wait
from tests.standins.listener import Answer, Request
from tests.standins.server import Fault, StandIn

KEY = "secret-of-a-test"


class Echo(StandIn):
    """Answers every request with what came."""

    def endpoint(self, request: Request) -> str | None:
        return "echo"

    def checked(self, request: Request, endpoint: str) -> Answer | None:
        return None

    def answer(self, request: Request, endpoint: str, fault: Fault | None) -> Answer:
        return Answer(body={"method": request.method, "path": request.path, "said": request.json})


@pytest.fixture
def echo() -> Iterator[Echo]:
    with Echo() as standin:
        yield standin


@pytest.fixture
def line(echo: Echo) -> Line:
    return Line(echo.url, headers={"Authorization": f"Bearer {KEY}"}, secret=KEY, key_name="ECHO_KEY")


def test_an_answer_comes_as_it_is_whatever_its_status(echo: Echo, line: Line) -> None:
    assert line.ask(Stage.SUBMIT, "POST", "/v1/things", 5, json={"a": 1}).body == {
        "method": "POST", "path": "/v1/things", "said": {"a": 1},
    }  # fmt: skip
    echo.script("echo", {"fault": "status", "status": 429, "body": {"no": 1}, "headers": {"Retry-After": "7"}})
    refused = line.ask(Stage.SUBMIT, "POST", "/v1/things", 5)
    assert (refused.ok, refused.status, refused.retry_after, refused.body) == (False, 429, 7, {"no": 1})
    echo.script("echo", "unreadable")
    broken = line.ask(Stage.LOOK_UP, "GET", "/", 5)
    assert (broken.ok, broken.json, broken.body) == (True, None, {})
    assert echo.requests[0]["headers"]["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(("stage", "error"), [(Stage.SUBMIT, Ambiguous), (Stage.LOOK_UP, Retryable)])
@pytest.mark.parametrize(
    "fault", ["lost", "reset", "cut", {"fault": "hang", "seconds": 2}, {"fault": "drip", "seconds": 0.05}], ids=str
)
def test_what_was_sent_and_not_answered_is_unknown_and_sent_once(
    echo: Echo, line: Line, fault: Any, stage: Stage, error: type[ProviderError]
) -> None:
    """JOB-09: a look-up may be asked again, a submit may not; neither outlasts its time."""
    echo.script("echo", fault)
    began = time.monotonic()
    with pytest.raises(error) as unknown:
        line.ask(stage, "POST", "/", 0.5)
    assert time.monotonic() - began < 1.8
    assert unknown.value.__cause__ is None
    time.sleep(0.05)
    assert len(echo.requests) == 1


def test_a_refused_connection_proves_that_nothing_was_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nowhere = Line(f"http://127.0.0.1:{taken.getsockname()[1]}", connect=0.5)
        with pytest.raises(Retryable):
            nowhere.ask(Stage.SUBMIT, "POST", "/", 1)
    with pytest.raises(Retryable):
        Line("http://no-such-host.invalid", connect=0.5).ask(Stage.SUBMIT, "POST", "/", 1)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_an_answer_without_an_end_is_not_taken_in(echo: Echo, line: Line, packed: bool) -> None:
    """Counted as it unpacks: a hundred kilobytes may hold a hundred megabytes."""
    plain = bytes(MOST_BYTES + 1)
    body = gzip.compress(plain, 1) if packed else plain
    headers = {"Content-Encoding": "gzip"} if packed else {}
    for stage, error in ((Stage.SUBMIT, Ambiguous), (Stage.LOOK_UP, Retryable)):
        echo.script("echo", {"fault": "status", "status": 200, "body": body, "headers": headers})
        with pytest.raises(error, match="too large"):
            line.ask(stage, "GET", "/", 10)
    echo.script("echo", {"fault": "status", "status": 200, "body": plain[1:]})
    assert len(line.ask(Stage.LOOK_UP, "GET", "/", 10).data) == MOST_BYTES
    assert line.ask(Stage.LOOK_UP, "GET", "/", 5).ok


def test_a_redirect_is_an_answer_and_not_followed(echo: Echo, line: Line) -> None:
    with Echo() as other:
        echo.script("echo", {"fault": "redirect", "to": other.url})
        assert line.ask(Stage.SUBMIT, "POST", "/", 5).status == 302
        assert other.requests == []


@pytest.mark.parametrize("key", ["ключ", "two words", "line\nbreak"])
def test_a_key_that_cannot_be_one_is_named_by_its_variable_only(echo: Echo, key: str) -> None:
    line = Line(echo.url, headers={"Authorization": f"Bearer {key}"}, secret=key, key_name="ECHO_KEY")
    line.preload()
    with pytest.raises(Misconfigured) as wrong:
        line.ask(Stage.SUBMIT, "POST", "/", 5)
    assert "ECHO_KEY" in str(wrong.value)
    assert key not in str(wrong.value)
    assert echo.requests == []


def test_an_address_that_is_none_is_for_the_operator_to_mend() -> None:
    with pytest.raises(Misconfigured):
        Line("ftp://127.0.0.1").ask(Stage.SUBMIT, "POST", "/", 1)


def test_a_key_is_cut_out_of_whatever_is_said(line: Line) -> None:
    assert line.tidy(f"Bad key {KEY}.") == "Bad key [key]."
    assert str(line.unknown(Stage.SUBMIT, f"Bad key {KEY}.")) == "Bad key [key]."


def test_nothing_is_loaded_before_the_first_request() -> None:
    """Web processes know the providers and never pay for the client."""
    code = "import sys; from app.providers.http import Line; Line('http://x').host; sys.exit('httpx2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_forked_process_has_connections_of_its_own(echo: Echo, line: Line) -> None:
    assert line.ask(Stage.LOOK_UP, "GET", "/", 5).ok
    fork = multiprocessing.get_context("fork")
    answers: Queue[bool] = fork.Queue()

    def child() -> None:
        answers.put(line.ask(Stage.LOOK_UP, "GET", "/", 5).ok)

    process = fork.Process(target=child)
    process.start()
    assert line.ask(Stage.LOOK_UP, "GET", "/", 5).ok
    assert answers.get(timeout=20)
    process.join(20)


def test_the_host_that_gets_the_key_names_its_port_where_there_is_one() -> None:
    assert Line("https://api.example.com/v1/").host == "api.example.com"
    assert Line("http://127.0.0.1:8099").host == "127.0.0.1:8099"


def test_how_long_to_wait_is_read_in_both_of_its_forms() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    assert seconds_to_wait("5") == 5
    assert 90 < (seconds_to_wait(soon) or 0) <= 100
    assert [seconds_to_wait(text) for text in ("", "soon", "-1", "nan", "1e9")] == [None] * 5
