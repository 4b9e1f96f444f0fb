"""A stand-in in the words of the contract: what all harnesses have in common."""

from __future__ import annotations

import socket
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

import httpx2

from app.providers.base import Brief, Download, Kind, Provider
from tests.standins.server import StandIn

Made = TypeVar("Made", bound=Provider)

AT_SUBMIT: Mapping[str, Any] = {
    "busy": "429",
    "overloaded": "503",
    "error": {"fault": "500", "accept": True},
    "page": {"fault": "html", "status": 503},
    "lost": "lost",
    "reset": "reset",
    "hang": {"fault": "hang", "seconds": 1.0},
    "unreadable": "unreadable",
    "redirect": {"fault": "redirect", "to": "http://localhost:9/elsewhere"},
    "rejected": "400",
    "retired": "404",
    "forbidden": "403",
    "out of funds": "402",
}
AT_LOOK_UP: Mapping[str, Any] = {
    **AT_SUBMIT,
    "error": "500",
    "gone": "404",
    "blocked": "blocked",
    "empty": "empty",
    "failed": "failed",
    "cancelled": "cancelled",
    "unheard of": "thinking_hard",
}


class StandInHarness(ABC, Generic[Made]):
    """What the contract asks for, by way of a stand-in that counts what it accepted.

    A subclass says how its provider is built, what it can make, and which words of the mishaps are other ones there.
    """

    secret: str
    submits_to: ClassVar[Mapping[Kind, str]]
    """The stand-in's endpoint that each kind is submitted to."""
    looks_at: ClassVar[str] = "get"
    """The endpoint at which work is looked up."""
    at_submit_words: ClassVar[Mapping[str, Any]] = AT_SUBMIT
    at_look_up_words: ClassVar[Mapping[str, Any]] = AT_LOOK_UP

    def __init__(self, standin: StandIn) -> None:
        self.standin = standin
        self.provider: Made = self.another()

    @abstractmethod
    def build(self, *, key: str | None = None, url: str = "", hasty: bool = False) -> Made:
        """A provider: with the right credential unless another is given, at the stand-in unless at another address.

        A hasty one gives up below half a second.
        """

    @abstractmethod
    def brief(self, kind: Kind) -> Brief:
        """Something that the provider can make."""

    def another(self) -> Made:
        return self.build()

    def without_key(self) -> Made:
        return self.build(key="")

    def with_key(self, key: str) -> Made:
        return self.build(key=key)

    def impatient(self) -> Made:
        return self.build(hasty=True)

    def unreachable(self) -> Made:
        # Bound and kept, but not listening: refused, and nobody else can listen there.
        self._taken = socket.socket()
        self._taken.bind(("127.0.0.1", 0))
        return self.build(url=f"http://127.0.0.1:{self._taken.getsockname()[1]}", hasty=True)

    def at_submit(self, kind: Kind, mishap: str) -> None:
        self.standin.script(self.submits_to[kind], self.at_submit_words[mishap])

    def at_look_up(self, mishap: str) -> None:
        self.standin.script(self.looks_at, self.at_look_up_words[mishap])

    def submits(self) -> int:
        return sum(len(self.standin.requests_to(one)) for one in {*self.submits_to.values()})

    def accepted(self) -> int:
        return sum(self.standin.accepted.values())

    def fetch(self, download: Download) -> bytes:
        return httpx2.get(download.url, headers=dict(download.headers)).raise_for_status().content
