"""Google as a provider of images and videos, and as the writer behind the prompt helper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from app.providers.base import Accepted, Brief, Download, Finished, Kind, Pending, Remote, Ring, Wish
from app.providers.errors import ProviderError
from app.providers.google import calls, images, interactions, listing, text
from app.providers.google.client import KEY_NAME, Connection, Timeouts
from app.providers.google.errors import Stage

GOOGLE_HOSTS = ".googleapis.com"
"""Where Google's own download addresses lead, redirects included."""


class GoogleProvider:
    """Images by `generate_content`, videos by interactions, prompts by a text model; with an API key.

    google-genai is imported on the first call, never before: it costs 0.4 s and 35 MB that web processes do not need.
    """

    name = "google"
    label = "Google"
    in_house = False

    def __init__(
        self,
        api_key: str,
        base_url: str,
        allowed_hosts: frozenset[str],
        *,
        api_version: str = "v1",
        timeouts: Timeouts | None = None,
        webhook_secret: str = "",
    ) -> None:
        """`base_url` may be empty (Google's own); `allowed_hosts` are further hosts that results may come from.

        `webhook_secret` is that of the project's static webhook, which Google shows once when it is made.
        """
        self._key = api_key
        self._webhook_secret = webhook_secret
        self._timeouts = timeouts or Timeouts()
        self._google = Connection(api_key, base_url, api_version, self._timeouts)
        self._host = _host_of(self._google.base_url)
        self._hosts = allowed_hosts | {GOOGLE_HOSTS, self._host}

    def missing(self) -> tuple[str, ...]:
        """The key's variable when there is no key."""
        return () if self._key else (KEY_NAME,)

    def preload(self) -> None:
        """Import google-genai as far as images and videos need it: half a second that a fork would pay each time."""
        self._google.preload()

    def submit(self, brief: Brief, attempt_id: str) -> Accepted | Finished:
        """Make an image (Finished, with its bytes) or start a video (Accepted), with one request.

        `attempt_id` travels as a label of the video; images have no field for it. Errors: see `base.Provider`.
        """
        if brief.kind is Kind.IMAGE:
            return self._google.ask(Stage.SUBMIT, lambda api: images.generate(api, brief, self._timeouts.image))
        return self._google.ask(
            Stage.SUBMIT, lambda api: interactions.create(api, brief, attempt_id, self._timeouts.submit)
        )

    def poll(self, handle: Mapping[str, Any]) -> Pending | Finished:
        """Look a video up; it counts as finished only when its file can be fetched. One or two requests."""
        seconds = self._timeouts.look_up
        found = self._google.read(Stage.LOOK_UP, interactions.address(handle), seconds, interactions.found)
        if isinstance(found, Pending) or not isinstance(found.result, Remote):
            return found
        file = f"files/{interactions.file_id(found.result.locator)}"
        return self._google.read(Stage.FILE, file, seconds, interactions.found_file) or found

    def download(self, locator: Mapping[str, Any]) -> Download:
        """The file's download address at the configured base address, whatever host the locator names.

        Source: google-genai 3.3.0 `files.py`, `download` (read 2026-11-20). Google keeps files for two days.
        """
        base = f"{self._google.base_url}/{self._google.api_version}"
        return Download(
            url=f"{base}/files/{interactions.file_id(locator)}:download?alt=media",
            allowed_hosts=self._hosts,
            headers=self._google.key_header,
            headers_host=self._host,
        )

    def cancel(self, handle: Mapping[str, Any]) -> bool:
        """Ask Google to stop a video. Whether a stopped one is billed is not documented (read 2026-11-20)."""
        try:
            return self._google.ask(Stage.LOOK_UP, lambda api: interactions.cancel(api, handle, self._timeouts.look_up))
        except ProviderError:
            return False

    def write(self, wish: Wish, model: str) -> str:
        """Return the text that is wished for. Errors: see `base.Writer`."""
        return self._google.ask(Stage.TEXT, lambda api: text.write(api, wish, model, self._timeouts.text))

    def listed(self) -> frozenset[str] | None:
        """The ids of all models of the list, "models/" taken off. One request as a rule."""
        seconds = self._timeouts.look_up
        return listing.listed(lambda path: self._google.read(Stage.LOOK_UP, path, seconds, dict))

    def hears(self) -> bool:
        """Whether there is a secret to check Google's calls with."""
        return bool(self._webhook_secret)

    def heard(self, headers: Mapping[str, str], body: bytes) -> Ring | None:
        """What a call of the project's webhook is about. Errors: see `base.Caller`."""
        return calls.heard(self._webhook_secret, headers, body)


def _host_of(url: str) -> str:
    """The host that gets the key, with its port where one is named: other servers on loopback are others."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return f"{host}:{parts.port}" if parts.port else host
