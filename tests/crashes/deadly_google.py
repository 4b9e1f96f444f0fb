"""The stand-in for Google, who can kill whoever asks it: before the work is taken on, or after."""

from __future__ import annotations

from collections.abc import Callable

from tests.crashes.slow_google import SlowGoogle
from tests.faults.freezer import asker
from tests.standins.listener import Answer, Request

Act = Callable[[int], object]


class DeadlyGoogle(SlowGoogle):
    """`before["image"] = act`: the next request there is not taken on; `after`: it is. `act` is given the process."""

    def reset(self) -> None:
        """As before, and nobody is to be killed."""
        super().reset()
        self.before: dict[str, Act] = {}
        self.after: dict[str, Act] = {}

    def handle(self, request: Request) -> Answer:
        """Answer somebody who may be dead by then."""
        endpoint = self.endpoint(request) or ""
        act = self.before.pop(endpoint, None)
        if act is not None:
            act(asker(request.peer_port, self.port))
            return Answer(reset=True)
        answer = super().handle(request)
        act = self.after.pop(endpoint, None)
        if act is not None:
            act(asker(request.peer_port, self.port))
        return answer
