"""How files fail: one is not what it should be, or a result did not arrive."""

from __future__ import annotations

from typing import Literal

Reason = Literal["refused_host", "unreachable", "gone", "cut", "too_large", "wrong_type"]


class MediaError(Exception):
    """This file is cut, of another kind, length or size than asked for, or cannot be read. For logs and admins."""


class FetchError(Exception):
    """A result did not arrive whole. Its text is fit for a log: no address, no key, nothing of what came.

    `reason` "gone" (403, 404, 410) wants a fresh address from the provider; "refused_host" will stay as it is; any
    other may be tried again from the start.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason: Reason = reason
