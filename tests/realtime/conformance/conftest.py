"""One page's owner for all cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.journeys.caller import Caller
from tests.realtime.conformance.wire import Line
from tests.servers.process import ServerProcess


@pytest.fixture(scope="package")
def owner(environ: dict[str, str], server: ServerProcess) -> Caller:
    """Somebody who is logged in; nothing ever happens to what they make."""
    return Caller(f"http://127.0.0.1:{environ['PORT']}", "reader_of_rfcs").sign_up()


@pytest.fixture
def connect(owner: Caller) -> Iterator[Callable[..., Line]]:
    """Open a line as the owner; it is hung up at the end."""
    lines: list[Line] = []

    def open_line(*headers: str, early: bytes = b"") -> Line:
        lines.append(Line(owner.url, owner.cookie, *headers, early=early))
        return lines[-1]

    yield open_line
    for line in lines:
        line.close()
