"""Web processes as they are served in production."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.supervising.web_address import answers
from tests.journeys.house import PLAIN, ROOT
from tests.servers.process import ServerProcess


class Web(ServerProcess):
    """gunicorn with our settings, which can be stopped and brought up again at the same address."""

    def __init__(self, environ: dict[str, str]) -> None:
        self._port = int(environ["PORT"])
        self.url = f"http://127.0.0.1:{self._port}"
        told = {name: os.environ[name] for name in PLAIN if name in os.environ} | environ
        command = ["env", "-i", f"--chdir={ROOT}", *(f"{name}={value}" for name, value in told.items())]
        command += [sys.executable, "-m", "gunicorn", "-c", "python:app.serving", "wsgi:app"]
        super().__init__(command, Path(environ["KINORA_DATA"]) / f"web-{self._port}.log")

    def up(self) -> Web:
        """Start it and wait until it answers."""
        self.start(lambda: answers("127.0.0.1", self._port))
        return self


@contextmanager
def running_web(environ: dict[str, str]) -> Iterator[Web]:
    """A web process while the block runs."""
    web = Web(environ).up()
    try:
        yield web
    finally:
        web.stop()
