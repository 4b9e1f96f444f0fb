"""Poe as a provider of images and videos, and as the writer behind the prompt helper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.providers.base import Brief, Download, Finished, Kind, Wish
from app.providers.errors import Expired, Misconfigured
from app.providers.http import Answer, Line, Stage
from app.providers.poe import answers, asking, links

POE = "https://api.poe.com"
KEY_NAME = "POE_API_KEY"


@dataclass(frozen=True)
class Timeouts:
    """Seconds that each kind of call may take in all: the bot's whole work is one held request."""

    connect: float = 5.0
    image: float = 55.0
    """Below the 60 s that an image may take altogether (JOB-07)."""
    video: float = 410.0
    """Below the 420 s that a video may take altogether (JOB-07)."""
    text: float = 25.0
    listing: float = 15.0


class PoeProvider:
    """Any bot of Poe's by its name; each answers directly, so nothing is ever looked up."""

    name = "poe"
    label = "Poe"
    in_house = False
    holds = frozenset({Kind.VIDEO})

    def __init__(
        self, api_key: str, base_url: str, allowed_hosts: frozenset[str], *, timeouts: Timeouts | None = None
    ) -> None:
        """`base_url` may be empty (Poe's own); `allowed_hosts` are further hosts that results may come from."""
        self._key = api_key
        self._timeouts = timeouts or Timeouts()
        self._hosts = allowed_hosts | links.POE_HOSTS
        headers = {"Authorization": f"Bearer {api_key}"}
        self._line = Line(
            base_url.removesuffix("/v1") or POE,
            headers=headers,
            secret=api_key,
            key_name=KEY_NAME,
            connect=self._timeouts.connect,
        )

    def missing(self) -> tuple[str, ...]:
        """The key's variable when there is no key."""
        return () if self._key else (KEY_NAME,)

    def preload(self) -> None:
        """Import the HTTP client."""
        self._line.preload()

    def submit(self, brief: Brief, attempt_id: str) -> Finished:
        """Let a bot make an image or a video: one request, held until it is done. Errors: see `base.Provider`.

        Poe has no field for `attempt_id`, and nothing by which work whose answer was lost could be found.
        """
        seconds = self._timeouts.image if brief.kind is Kind.IMAGE else self._timeouts.video
        answer = self._chat(Stage.SUBMIT, asking.for_media(brief), seconds)
        return answers.media(answer, self._line, brief.kind, self._hosts)

    def poll(self, handle: Mapping[str, Any]) -> Finished:
        """Nothing waits at Poe: what was not answered directly is gone. Raises Expired."""
        raise Expired("Poe answers directly and has no operations")

    def download(self, locator: Mapping[str, Any]) -> Download:
        """The file, which is public to whoever knows its address. How long it stays is not documented."""
        return Download(url=str(locator["url"]), allowed_hosts=self._hosts)

    def cancel(self, handle: Mapping[str, Any]) -> bool:
        """Poe cannot be asked to stop."""
        return False

    def listed(self) -> frozenset[str]:
        """The names of the bots that may be asked."""
        return answers.bots(self._ask(Stage.LOOK_UP, "GET", "/v1/models", self._timeouts.listing), self._line)

    def write(self, wish: Wish, model: str) -> str:
        """Return the text that is wished for. Errors: see `base.Writer`."""
        answer = self._chat(Stage.LOOK_UP, asking.for_text(wish, model), self._timeouts.text)
        return answers.written(answer, self._line, wish.max_chars)

    def _chat(self, stage: Stage, body: Mapping[str, Any], seconds: float) -> Answer:
        return self._ask(stage, "POST", "/v1/chat/completions", seconds, json=body)

    def _ask(self, stage: Stage, method: str, path: str, seconds: float, **parts: Any) -> Answer:
        if not self._key:
            raise Misconfigured(f"{KEY_NAME} is not set")
        return self._line.ask(stage, method, path, seconds, **parts)
