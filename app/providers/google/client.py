"""One google-genai client for each process, and the one way in which it is asked anything."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from app.providers.errors import Misconfigured, ProviderError
from app.providers.google.errors import Stage, translate

if TYPE_CHECKING:
    from google import genai

    from app.providers.transport import BoundedClient

GOOGLE = "https://generativelanguage.googleapis.com"
KEY_NAME = "GOOGLE_AI_API_KEY"

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Timeouts:
    """Seconds that each kind of call may take in all; `connect` is for reaching the host."""

    connect: float = 5.0
    image: float = 55.0
    """Below the 60 s that an image may take altogether (JOB-07)."""
    submit: float = 30.0
    look_up: float = 15.0
    text: float = 25.0


class Connection:
    """Google's API at one address with one key.

    Threads may share it. The client is built on first use, and again in a process that was forked since: sockets and
    locks must not be shared between processes. It is kept, because google-genai closes its connections when collected.
    """

    def __init__(self, api_key: str, base_url: str, api_version: str, timeouts: Timeouts) -> None:
        self._key = api_key
        self.base_url = (base_url or GOOGLE).rstrip("/")
        self.api_version = api_version
        self.timeouts = timeouts
        self._sessions: dict[int, tuple[genai.Client, BoundedClient]] = {}

    @property
    def key_header(self) -> dict[str, str]:
        """The header that Google knows us by."""
        return {"x-goog-api-key": self._key}

    def preload(self) -> None:
        """Import what the first call would import, without a call."""
        client, _ = self._session()
        # The SDK reads its videos' half, hundreds of modules of Pydantic models, when it is first looked at.
        _ = client.interactions

    def ask(self, stage: Stage, call: Callable[[genai.Client], Answer]) -> Answer:
        """Return what `call` makes of the client. Reading the answer belongs inside: an unreadable one is an outcome.

        Raises ProviderError only. The original exception is not chained to it, since its text may hold a request.
        """
        return self._carry_out(stage, lambda client, _: call(client))

    def read(
        self, stage: Stage, path: str, seconds: float, understand: Callable[[Mapping[str, Any]], Answer]
    ) -> Answer:
        """Return what `understand` makes of a resource, which comes as its JSON by one plain GET. Errors: see `ask`.

        Not through google-genai, whose `interactions.get` builds a new class for each answer: 4.8 ms of processor time
        against 0.5 ms (version 3.3.0, measured 2026-11-20), and thousands of videos are looked up every ten seconds.
        """
        return self._carry_out(stage, lambda _, http: understand(self._get(http, path, seconds)))

    def _get(self, http: BoundedClient, path: str, seconds: float) -> Mapping[str, Any]:
        address = f"{self.base_url}/{self.api_version}/{path}"
        answer = http.get(address, headers=self.key_header, timeout=seconds).raise_for_status().json()
        if not isinstance(answer, dict):
            raise ValueError(f"no object: {type(answer).__name__}")
        return answer

    def _carry_out(self, stage: Stage, call: Callable[[genai.Client, BoundedClient], Answer]) -> Answer:
        http: BoundedClient | None = None
        try:
            client, http = self._session()
            http.forget()
            return call(client, http)
        except ProviderError:
            raise
        except Exception as error:
            problem = translate(error, stage, sent=http is not None and http.sent, secret=self._key)
        raise problem

    def _session(self) -> tuple[genai.Client, BoundedClient]:
        session = self._sessions.get(os.getpid())
        if session is None:
            # No lock: one held by another thread at the moment of a fork would stay locked in the child for ever.
            # Two threads may both build; the dictionary keeps one.
            session = self._sessions.setdefault(os.getpid(), self._build())
        return session

    def _build(self) -> tuple[genai.Client, BoundedClient]:
        if not self._key:
            raise Misconfigured(f"{KEY_NAME} is not set")
        if not (self._key.isascii() and self._key.isprintable() and " " not in self._key):
            raise Misconfigured(f"{KEY_NAME} holds characters that no key has")
        from google import genai
        from google.genai import types

        from app.providers.transport import BoundedClient, trust

        http = BoundedClient(connect=self.timeouts.connect, total=self.timeouts.look_up)
        options = types.HttpOptions(
            base_url=self.base_url,
            api_version=self.api_version,
            timeout=milliseconds(self.timeouts.look_up),
            # Interactions retry five times unless told otherwise, submits included, and each try is billed.
            retry_options=types.HttpRetryOptions(attempts=1),
            httpx_client=http,
            # Not used: it keeps the SDK from reading the certificates again for clients that nobody asked for.
            client_args={"verify": trust()},
            async_client_args={"verify": trust()},
        )
        # `vertexai` is said aloud because an environment variable of the SDK would otherwise decide it.
        return genai.Client(vertexai=False, api_key=self._key, http_options=options), http


def milliseconds(seconds: float) -> int:
    """The unit of `HttpOptions.timeout`."""
    return round(seconds * 1000)
