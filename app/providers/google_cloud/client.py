"""One google-genai client for each process and location, and the ways in which the Agent Platform is asked anything.

Source: google-genai 3.3.0 `_api_client.py` (read 2026-11-20).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from app.providers.errors import Blocked, InvalidRequest, Misconfigured, ProviderError, Retryable
from app.providers.google import refusal
from app.providers.google.client import Timeouts, milliseconds
from app.providers.google.errors import Stage, translate
from app.providers.google_cloud import filters

if TYPE_CHECKING:
    from google import genai

    from app.providers.google_cloud.tokens import Tokens
    from app.providers.transport import BoundedClient

PLATFORM = "https://aiplatform.googleapis.com"
VERSION = "v1beta1"
GLOBAL = "global"
MULTI_REGIONS = frozenset({"us", "eu"})
PROJECT_NAME, LOCATION_NAME, KEY_NAME = "GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_LOCATION", "GOOGLE_CLOUD_API_KEY"

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Account:
    """Who asks: a project with its default credentials, else an express key. With both, the project counts.

    So google-genai has it as well where it finds both in its environment.
    """

    project: str = ""
    location: str = ""
    """The region of the videos."""
    api_key: str = field(default="", repr=False)

    @property
    def by_key(self) -> bool:
        """Whether it is an express key: then addresses name neither project nor location."""
        return not self.project

    def check(self) -> None:
        """Raise Misconfigured for what cannot be part of an address or of a header."""
        for name, value, pattern in (
            (PROJECT_NAME, self.project, r"[a-z0-9.:-]+"),
            (LOCATION_NAME, self.location, r"[a-z0-9-]+"),
            (KEY_NAME, self.api_key, r"[!-~]+"),
        ):
            if value and not re.fullmatch(pattern, value):
                raise Misconfigured(f"{name} holds characters that none has")
        if self.by_key and not self.api_key:
            raise Misconfigured(f"{PROJECT_NAME} is not set")


class Connection:
    """The Agent Platform, for one account. Threads may share it.

    What holds sockets and locks is built on first use, and again in a process that was forked since.
    """

    def __init__(self, account: Account, base_url: str, timeouts: Timeouts) -> None:
        self._account = account
        self._base_url = base_url.rstrip("/")
        self.timeouts = timeouts
        self._sessions: dict[int, _Session] = {}

    def preload(self) -> None:
        """Import what the first call would import, without a call."""
        session = self._session()
        session.client("")
        if session.tokens is not None:
            # Looking for the credentials themselves would ask the machine's metadata server.
            import google.oauth2.credentials
            import google.oauth2.service_account

            _ = google.oauth2.credentials, google.oauth2.service_account

    def address(self, location: str) -> str:
        """The platform's host for a location, unless another one is configured."""
        if self._base_url or location in ("", GLOBAL):
            return self._base_url or PLATFORM
        if location in MULTI_REGIONS:
            return f"https://aiplatform.{location}.rep.googleapis.com"
        return f"https://{location}-aiplatform.googleapis.com"

    def ask(self, stage: Stage, location: str, call: Callable[[genai.Client], Answer]) -> Answer:
        """Return what `call` makes of the client for a location. Reading the answer belongs inside.

        Raises ProviderError only; nothing is chained to it, since a text may hold a request.
        """
        return self._carry_out(stage, lambda session, _: call(session.client(location)))

    def post(
        self,
        stage: Stage,
        path: str,
        body: Mapping[str, Any],
        location: str,
        understand: Callable[[Mapping[str, Any]], Answer],
    ) -> Answer:
        """Return what `understand` makes of the JSON object that a plain POST is answered with. Errors: see `ask`.

        Not through google-genai, which makes a Pydantic object of each answer: see docs/decisions/0014.
        """
        address = f"{self.address(location)}/{VERSION}/{path}"

        def once(session: _Session, headers: Mapping[str, str]) -> Answer:
            answer = session.http.post(address, json=body, headers=headers, timeout=self.timeouts.look_up)
            found = answer.raise_for_status().json()
            if not isinstance(found, dict):
                raise ValueError(f"no object: {type(found).__name__}")
            return understand(found)

        return self._carry_out(stage, once)

    def _carry_out(self, stage: Stage, call: Callable[[_Session, Mapping[str, str]], Answer]) -> Answer:
        session: _Session | None = None
        secret = self._account.api_key
        try:
            session = self._session()
            session.http.forget()
            headers = session.headers()
            secret = session.tokens.held if session.tokens is not None else secret
            return call(session, headers)
        except ProviderError as error:
            problem = _at(stage, error)
        except Exception as error:
            sent = session is not None and session.http.sent
            problem = _filtered(error, translate(error, stage, sent=sent, secret=secret), secret)
            if session is not None and session.tokens is not None and _status(error) == 401:
                session.tokens.forget()
        raise problem from None

    def _session(self) -> _Session:
        session = self._sessions.get(os.getpid())
        if session is None:
            # No lock: one held by another thread at the moment of a fork would stay locked in the child for ever.
            # Two threads may both build; the dictionary keeps one.
            session = self._sessions.setdefault(os.getpid(), self._build())
        return session

    def _build(self) -> _Session:
        self._account.check()
        from app.providers.google_cloud.tokens import Tokens
        from app.providers.transport import BoundedClient

        times = self.timeouts
        http = BoundedClient(connect=times.connect, total=times.look_up)
        if self._account.by_key:
            return _Session(self, self._account, http, None)
        # A client of its own: fetching a token is not sending a request.
        return _Session(
            self,
            self._account,
            http,
            Tokens(BoundedClient(connect=times.connect, total=times.look_up), times.look_up),
        )


class _Session:
    """What one process has of a connection."""

    def __init__(self, connection: Connection, account: Account, http: BoundedClient, tokens: Tokens | None) -> None:
        self.http = http
        self.tokens = tokens
        self._connection = connection
        self._account = account
        self._clients: dict[str, genai.Client] = {}

    def headers(self) -> dict[str, str]:
        """What a call is known by; a token is fetched where there is none. Raises ProviderError."""
        if self.tokens is None:
            return {"x-goog-api-key": self._account.api_key}
        headers = {"Authorization": f"Bearer {self.tokens.fresh()}"}
        return {**headers, "x-goog-user-project": quota} if (quota := self.tokens.quota_project) else headers

    def client(self, location: str) -> genai.Client:
        """The client for a location. It is kept: google-genai closes its connections when it is collected."""
        found = self._clients.get(location)
        return found if found is not None else self._clients.setdefault(location, self._build(location))

    def _build(self, location: str) -> genai.Client:
        from google import genai
        from google.genai import types

        from app.providers.google_cloud.tokens import Held
        from app.providers.transport import trust

        options = types.HttpOptions(
            base_url=self._connection.address("" if self.tokens is None else location),
            api_version=VERSION,
            timeout=milliseconds(self._connection.timeouts.look_up),
            retry_options=types.HttpRetryOptions(attempts=1),
            httpx_client=self.http,
            # Not used: it keeps the SDK from reading the certificates again for clients that nobody asked for.
            client_args={"verify": trust()},
            async_client_args={"verify": trust()},
        )
        if self.tokens is None:
            return genai.Client(vertexai=True, api_key=self._account.api_key, http_options=options)
        return genai.Client(
            vertexai=True,
            project=self._account.project,
            location=location or GLOBAL,
            credentials=cast(Any, Held(self.tokens)),
            http_options=options,
        )


def _status(error: Exception) -> int | None:
    return getattr(getattr(error, "response", None), "status_code", None)


def _filtered(error: Exception, problem: ProviderError, secret: str) -> ProviderError:
    """The rule of Veo's filters, where a request was refused by one."""
    if not isinstance(problem, Blocked | InvalidRequest):
        return problem
    message = refusal.read(getattr(error, "response", None)).message
    message = message.replace(secret, "[key]") if secret else message
    return filters.blocked(message, "prompt") if filters.speak_in(message) else problem


def _at(stage: Stage, error: ProviderError) -> ProviderError:
    """At a look-up, credentials that are refused do not give a paid video up: they can be mended meanwhile."""
    if isinstance(error, Misconfigured) and stage in {Stage.LOOK_UP, Stage.FILE}:
        return Retryable(str(error), code=Misconfigured.code)
    return error
