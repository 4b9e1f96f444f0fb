"""Google's stand-in, with somebody who freezes whichever of our processes is asking it something."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.standins.google import GoogleStandIn
from tests.standins.listener import Answer, Request


class FreezingGoogle(GoogleStandIn):
    """`freeze["get"] = found`: the process that asks there next is stopped before it gets its answer; `found` hears."""

    def reset(self) -> None:
        """As before, and nobody is to be frozen."""
        super().reset()
        self.freeze: dict[str, Callable[[int], None]] = {}

    def handle(self, request: Request) -> Answer:
        """Answer, to somebody who may not be able to read it."""
        found = self.freeze.pop(self.endpoint(request) or "", None)
        if found is not None:
            pid = asker(request.peer_port, self.port)
            os.kill(pid, signal.SIGSTOP)
            found(pid)
        return super().handle(request)


def asker(here: int, there: int) -> int:
    """The process on this machine whose connection leads from one port to another."""
    inode = next(inode for inode, ports in _connections() if ports == (here, there))
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(file.readlink()) == f"socket:[{inode}]" for file in (folder / "fd").iterdir()):
                return int(folder.name)
        except OSError:
            continue  # it has ended meanwhile, or is not ours to look into
    raise LookupError(here)


def _connections() -> Iterator[tuple[str, tuple[int, int]]]:
    """Every connection: its inode, its own port and the other side's. One port may lead to several places."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        yield words[9], (int(words[1].rpartition(":")[2], 16), int(words[2].rpartition(":")[2], 16))
