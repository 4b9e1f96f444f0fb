"""A home for supervisors."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.supervising.home import Home, is_alive


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A folder and its supervisors; whatever the test has left running is killed."""
    home = Home(tmp_path)
    yield home
    for process in home.started:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
    for note in tmp_path.glob("*.pid"):
        for pid in note.read_text().split():
            if is_alive(int(pid)):
                os.kill(int(pid), signal.SIGKILL)
