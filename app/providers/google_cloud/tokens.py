"""Access tokens of the machine's application default credentials, fetched in time and within a time.

google-auth finds the credentials by itself: the file that GOOGLE_APPLICATION_CREDENTIALS names, gcloud's own, or the
machine's service account. Source: google-auth 2.62.2, `google/auth/_default.py` and `oauth2/_client.py` (read
2026-11-20). Import this only where a token is about to be needed.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

import google.auth
import httpx2
from google.auth import transport
from google.auth.credentials import Credentials, TokenState

from app.providers.errors import Misconfigured, ProviderError, Retryable
from app.providers.transport import BoundedClient

SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
LONGEST_MESSAGE = 300


class Tokens:
    """The token of one process; its threads share it. A token that cannot be had means that nothing was asked."""

    def __init__(self, http: BoundedClient, seconds: float) -> None:
        """`seconds` is what fetching one may take; who waits for another thread's fetch waits as long at most."""
        self._door = _Door(http, seconds)
        self._seconds = seconds
        self._lock = threading.Lock()
        self._credentials: Credentials | None = None

    @property
    def held(self) -> str:
        """The token that was had last, perhaps over; empty before the first."""
        return str(getattr(self._credentials, "token", None) or "")

    @property
    def quota_project(self) -> str:
        """The project that a person's own credentials are counted for; a service account has none."""
        return str(getattr(self._credentials, "quota_project_id", None) or "")

    def fresh(self) -> str:
        """A token that is good for the next call, fetched where there is none.

        Raises Retryable when it cannot be fetched now, Misconfigured when there are no credentials or they are refused.
        """
        state = self._state()
        if state is TokenState.FRESH:
            return self.held
        usable = state is TokenState.STALE
        if not self._lock.acquire(timeout=0.0 if usable else self._seconds):
            if usable:
                return self.held
            raise Retryable("another thread is still fetching the access token")
        try:
            return self._fetched()
        except Retryable:
            if usable:
                # It has minutes left: a token server that is away for one stops nobody.
                return self.held
            raise
        finally:
            self._lock.release()

    def forget(self) -> None:
        """Begin anew, with whatever credentials there are by then: the platform would not have this token."""
        self._credentials = None

    def _state(self) -> TokenState:
        return TokenState.INVALID if self._credentials is None else self._credentials.token_state

    def _fetched(self) -> str:
        if self._state() is TokenState.FRESH:
            return self.held
        try:
            credentials = self._credentials or google.auth.default(scopes=SCOPES)[0]
            credentials.refresh(self._door)  # type: ignore[no-untyped-call]
        except ProviderError:
            raise
        except Exception as error:
            # Whoever mends the credentials' file need not restart anything.
            self.forget()
            problem = Misconfigured(f"no access token: {type(error).__name__}: {error}"[:LONGEST_MESSAGE])
        else:
            self._credentials = credentials
            return self.held
        # Raised out here, so that nothing is chained to it.
        raise problem


class Held:
    """What google-genai is given as credentials: always the token that `Tokens` has, which it must not fetch itself.

    Its own way of fetching has a time-out of two minutes, and holds a lock meanwhile.
    """

    expired = False
    """Never: the token is renewed before a call, not in it."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    @property
    def token(self) -> str:
        """The token for now."""
        return self._tokens.held

    @property
    def quota_project_id(self) -> str | None:
        """As google-auth names it."""
        return self._tokens.quota_project or None


class _Door(transport.Request):
    """How google-auth reaches the token server: by the bounded client, once, and without its waits between tries."""

    def __init__(self, http: BoundedClient, seconds: float) -> None:
        self._http = http
        self._seconds = seconds

    def __call__(
        self, url: str, method: str = "GET", body: Any = None, headers: Any = None, timeout: Any = None, **other: Any
    ) -> transport.Response:
        """Raises Retryable, which google-auth passes on, for everything that would be another answer a minute later."""
        try:
            answer = self._http.request(method, url, content=body, headers=headers, timeout=self._seconds)
        except httpx2.TransportError as error:
            problem = Retryable(f"the token server did not answer: {type(error).__name__}")
        else:
            if _is_final(answer, method):
                return _Reply(answer)
            problem = Retryable(f"the token server answered {answer.status_code}")
        raise problem


class _Reply(transport.Response):
    def __init__(self, answer: httpx2.Response) -> None:
        self._answer = answer

    @property
    def status(self) -> int:
        return self._answer.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        return self._answer.headers

    @property
    def data(self) -> bytes:
        return self._answer.content


def _is_final(answer: httpx2.Response, method: str) -> bool:
    """A token, or a refusal that stays one."""
    if answer.status_code == 200 and method == "POST":
        try:
            return isinstance(json.loads(answer.content), dict)
        except ValueError:
            return False
    return answer.status_code < 300 or (400 <= answer.status_code < 500 and answer.status_code not in {408, 429})
