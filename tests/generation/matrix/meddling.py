"""Google's stand-in, with somebody who does something in our house while it has our request."""

from __future__ import annotations

from collections.abc import Callable

from tests.standins.google import GoogleStandIn
from tests.standins.listener import Answer, Request


class Meddling(GoogleStandIn):
    """`meanwhile["get"] = act` carries out `act` before the next answer to that endpoint leaves."""

    def reset(self) -> None:
        """As `GoogleStandIn.reset`, and nothing is to be done."""
        super().reset()
        self.meanwhile: dict[str, Callable[[], None]] = {}

    def handle(self, request: Request) -> Answer:
        """Answer, after what was to be done meanwhile."""
        act = self.meanwhile.pop(self.endpoint(request) or "", None)
        if act is not None:
            act()
        return super().handle(request)
