"""The stand-in for Google, with answers that can be held back for a while at every address."""

from __future__ import annotations

from tests.standins.google import GoogleStandIn
from tests.standins.listener import Request
from tests.standins.server import Fault


class SlowGoogle(GoogleStandIn):
    """`slow` says for how many seconds each endpoint keeps its callers waiting."""

    def reset(self) -> None:
        """As before, and quick again."""
        super().reset()
        self.slow: dict[str, float] = {}

    def own_fault(self, request: Request, endpoint: str) -> Fault | None:
        """What the prompt asks for, else the wait."""
        seconds = self.slow.get(endpoint, 0.0)
        return super().own_fault(request, endpoint) or (Fault("hang", {"seconds": seconds}) if seconds else None)
