"""Where sockets cannot be handed over, each keeps the thread of its request; the rules are the same."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.realtime.connection import TOO_LOUD
from app.realtime.pages import LOGGED_OUT, MOST_OF_A_PERSON
from app.supervising.redis_server import free_port
from app.supervising.web_address import answers
from tests.journeys.house import PLAIN, ROOT
from tests.realtime.people import Member
from tests.servers.process import ServerProcess

COMMANDS = {
    "a gunicorn that does not let go": ["gunicorn", "-c", "python:tests.realtime.stubborn", "wsgi:app"],
    "flask run": ["flask", "--app", "wsgi:app", "run", "--no-debugger", "--port", "{port}"],
}


@pytest.fixture(scope="module", params=list(COMMANDS))
def plain(request: pytest.FixtureRequest, environ: dict[str, str], server: object) -> Iterator[str]:
    """A second web over the same database; its address."""
    port = str(free_port())
    told = {name: os.environ[name] for name in PLAIN if name in os.environ} | environ | {"PORT": port}
    command = [
        "env",
        "-i",
        f"--chdir={ROOT}",
        *(f"{name}={value}" for name, value in told.items()),
        sys.executable,
        "-m",
    ]
    command += [part.format(port=port) for part in COMMANDS[request.param]]
    log = Path(environ["KINORA_DATA"]) / f"{port}.log"
    process = ServerProcess(command, log)
    process.start(lambda: answers("127.0.0.1", int(port)))
    yield f"http://127.0.0.1:{port}"
    process.stop()
    said = log.read_text()
    assert "Traceback" not in said, said[-3000:]
    assert request.param == "flask run" or "each socket keeps a thread, because gunicorn does not let go" in said


@pytest.fixture
def eve(app: object, ada: Member, plain: str) -> Member:
    """Somebody with pages on that web."""
    return Member(ada.app, plain, "eve")


def test_a_page_catches_up_and_is_told_what_comes(eve: Member, bob: Member) -> None:
    creation_id = eve.asks()
    page = eve.page(0).hear_until(eve.version())
    began = time.monotonic()
    eve.moves(creation_id)
    page.hear_until(eve.version(), 3)
    assert time.monotonic() - began < 3
    assert page.cards == eve.rows()
    page.close()


def test_the_rules_are_the_same(eve: Member) -> None:
    loud, logged_out, left = (eve.page(eve.version()) for _ in range(3))
    left.close()
    for _ in range(11):
        loud.socket.send("hello")
    assert loud.closed() == TOO_LOUD
    assert eve.post("/logout", {})[0] == 303
    assert logged_out.closed() == LOGGED_OUT


def test_pages_are_answered_while_sockets_are_open(eve: Member) -> None:
    pages = [eve.page(0) for _ in range(18)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: eve.get("/drafts")[0], range(8))) == [200] * 8
    eve.asks()
    for page in pages:
        page.hear_until(eve.version())
        page.close()


def test_the_web_as_it_is_served_holds_sockets_without_threads(
    ada: Member, server: ServerProcess, environ: dict[str, str]
) -> None:
    """And says so."""
    said = (Path(environ["KINORA_DATA"]) / f"web-{environ['PORT']}.log").read_text()
    assert "one thread holds all sockets" in said
    pages = [ada.page(0)]
    before = _threads(environ["PORT"])
    pages += [ada.page(0) for _ in range(MOST_OF_A_PERSON - 1)]
    assert 0 < _threads(environ["PORT"]) < before + MOST_OF_A_PERSON // 2
    for page in pages:
        page.close()


def _threads(port: str) -> int:
    """Of the processes that are told to listen there, the most that one has."""
    return max(int(path.read_text().split()[17]) for path in _children(port))


def _children(port: str) -> list[Path]:
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            told = (path / "environ").read_bytes()
        except OSError:
            continue
        if f"\0PORT={port}\0".encode() in told:
            found.append(path / "stat")
    return found
