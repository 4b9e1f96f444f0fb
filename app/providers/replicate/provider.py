"""Replicate as a provider of images and videos: every model of its is looked up by id, and none is waited for.

`Prefer: wait` is not used, not for quick images either: it would keep a submit open for as long as the model works, and
what is lost meanwhile is an outcome that nobody knows. Without it the id is stored within a second.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from app.providers import standard_webhooks
from app.providers.base import Accepted, Brief, Download, Finished, Pending, Reference, Ring
from app.providers.errors import Expired, Misconfigured, ProviderError, Retryable
from app.providers.http import CONNECT_SECONDS, Line, Stage
from app.providers.replicate import predictions, recipe, refusals
from app.providers.replicate.pictures import cropped

REPLICATE = "https://api.replicate.com"
KEY_NAME = "REPLICATE_API_KEY"
DELIVERY_HOSTS = frozenset({"replicate.delivery", ".replicate.delivery"})
"""Where results lie, for an hour; no credential is asked for there."""
PAGES = 3
"""Pages of a list, of a hundred each, within which a lost job is looked for: it is minutes old."""


@dataclass(frozen=True)
class Timeouts:
    """Seconds that each kind of call may take in all; `connect` is for reaching the host."""

    connect: float = CONNECT_SECONDS
    submit: float = 30.0
    upload: float = 20.0
    look_up: float = 15.0


class ReplicateProvider:
    """Images and videos by whatever models the catalogue has for it. See `recipe` for what an entry may say."""

    name = "replicate"
    label = "Replicate"
    in_house = False

    def __init__(
        self,
        api_key: str,
        base_url: str,
        allowed_hosts: frozenset[str],
        *,
        webhook_secret: str = "",
        callback: str = "",
        timeouts: Timeouts | None = None,
    ) -> None:
        """`base_url` may be empty (Replicate's own); `callback` is where it may call us, used only with the secret."""
        self._key = api_key
        self._timeouts = timeouts or Timeouts()
        headers = {"Authorization": f"Bearer {api_key}"}
        self._line = Line(
            base_url or REPLICATE, headers=headers, secret=api_key, key_name=KEY_NAME, connect=self._timeouts.connect
        )
        self._hosts = allowed_hosts | DELIVERY_HOSTS | {self._line.host}
        self._secret = webhook_secret
        # Replicate calls https only, and refuses a job that names anything else; a stand-in is asked and calls by http.
        self._callback = callback if urlsplit(callback).scheme == urlsplit(self._line.base_url).scheme else ""

    def missing(self) -> tuple[str, ...]:
        """The key's variable when there is no key."""
        return () if self._key else (KEY_NAME,)

    def preload(self) -> None:
        """Import the HTTP client, and what cuts pictures."""
        from PIL import Image as _  # noqa: F401

        self._line.preload()

    def submit(self, brief: Brief, attempt_id: str) -> Accepted | Finished:
        """Start one prediction with one request; reference pictures are uploaded before, each with one.

        An upload starts nothing, so one that fails proves that nothing was accepted. Errors: see `base.Provider`.
        """
        model, version = predictions.parts_of(brief.model)
        asked = recipe.read(brief, attempt_id)
        addresses = [self._upload(one, brief, attempt_id, place) for place, one in enumerate(asked.pictures)]
        body: dict[str, Any] = {"input": asked.input(addresses), **self._call(attempt_id)}
        seconds = asked.cancel_after or predictions.CANCEL_AFTER[brief.kind]
        answer = self._api.ask(
            Stage.SUBMIT,
            "POST",
            "/v1/predictions" if version else f"/v1/models/{model}/predictions",
            self._timeouts.submit,
            json={"version": version, **body} if version else body,
            headers={"Cancel-After": f"{seconds}s"},
        )
        started = predictions.accepted(answer.body, brief.kind) if answer.ok else None
        if started is None:
            raise refusals.at_submit(self._line, answer, asked.template)
        return started

    def poll(self, handle: Mapping[str, Any]) -> Pending | Finished:
        """Look a prediction up. Errors: see `base.Provider`."""
        return predictions.found(self._read(f"/v1/predictions/{quote(str(handle['id']), safe='')}"))

    def download(self, locator: Mapping[str, Any]) -> Download:
        """The result's address as it was told; the key goes along only to files of the API itself."""
        url = str(locator.get("url", ""))
        if not url.startswith(f"{self._line.base_url}/v1/files/"):
            return Download(url, self._hosts)
        return Download(url, self._hosts, {"Authorization": f"Bearer {self._key}"}, self._line.host)

    def cancel(self, handle: Mapping[str, Any]) -> bool:
        """Ask Replicate to stop. What ran until then is billed; after the end it does nothing (read 2026-11-20)."""
        path = f"/v1/predictions/{quote(str(handle['id']), safe='')}/cancel"
        try:
            answer = self._api.ask(Stage.LOOK_UP, "POST", path, self._timeouts.look_up)
        except ProviderError:
            return False
        return answer.ok and answer.body.get("status") not in (None, "succeeded", "failed")

    def listed(self) -> None:
        """Nothing: it has tens of thousands of models. See `serves`."""
        return

    def serves(self, model: str) -> bool:
        """Whether a model, and its version where one is named, is still there. Errors: see `base.Teller`.

        Source: Replicate's HTTP reference, "Get a model" and "Get a model version" (read 2026-11-20).
        """
        name, version = predictions.parts_of(model)
        try:
            self._read(f"/v1/models/{name}" + (f"/versions/{version}" if version else ""))
        except Expired:
            return False
        return True

    def find(self, brief: Brief, attempt_id: str) -> Accepted | None:
        """The newest prediction with exactly this brief's input, by which it can be told from all others.

        That takes a seed of the attempt's own, or pictures that it uploaded; without either nothing is found. Errors:
        see `base.Finder`.
        """
        asked = recipe.read(brief, attempt_id)
        if not asked.marked:
            return None
        expected = asked.input(self._uploaded(attempt_id, len(asked.pictures)))
        webhook = str(self._call(attempt_id).get("webhook", ""))
        for one in self._newest("/v1/predictions"):
            if predictions.is_ours(one, brief, expected, webhook):
                return predictions.accepted(one, brief.kind)
        return None

    def hears(self) -> bool:
        """Whether there is a secret, and an address to be called at."""
        return bool(self._secret and self._callback)

    def heard(self, headers: Mapping[str, str], body: bytes) -> Ring | None:
        """The prediction that a call is about. Errors: see `base.Caller`."""
        event = standard_webhooks.verified(self._secret, headers, body, time.time())
        try:
            prediction = json.loads(body)
        except (ValueError, RecursionError):
            return None
        if not isinstance(prediction, dict) or not isinstance(prediction.get("id"), str):
            return None
        named = parse_qs(urlsplit(str(prediction.get("webhook") or "")).query).get("creation", [""])
        return Ring(event, operation_id=prediction["id"], attempt_id=named[0])

    @property
    def _api(self) -> Line:
        if not self._key:
            raise Misconfigured(f"{KEY_NAME} is not set")
        return self._line

    def _call(self, attempt_id: str) -> dict[str, Any]:
        """Where Replicate shall call us at the end."""
        if not self.hears():
            return {}
        address = f"{self._callback}?{urlencode({'creation': attempt_id})}"
        return {"webhook": address, "webhook_events_filter": ["completed"]}

    def _upload(self, picture: Reference, brief: Brief, attempt_id: str, place: int) -> str:
        """The address of a picture that was uploaded now; Replicate keeps it for a day.

        Small ones too, which could go along as data: by its address alone a model without a seed can be found again.
        """
        shown = cropped(picture, brief.aspect_ratio) if brief.recipe.get("crop") else picture
        name = f"{attempt_id}-{place}.{shown.media_type.rpartition('/')[2]}"
        metadata = json.dumps({"attempt": attempt_id, "picture": place}).encode()
        answer = self._api.ask(
            Stage.LOOK_UP,
            "POST",
            "/v1/files",
            self._timeouts.upload,
            files={"content": (name, shown.data, shown.media_type), "metadata": (None, metadata, "application/json")},
        )
        address = _address(answer.body) if answer.ok else ""
        if not address:
            raise refusals.at_upload(self._line, answer)
        return address

    def _uploaded(self, attempt_id: str, count: int) -> list[recipe.OneOf]:
        """For each of the pictures, the addresses at which this attempt uploaded it."""
        found: list[set[str]] = [set() for _ in range(count)]
        for file in self._newest("/v1/files") if count else ():
            told = file.get("metadata")
            if isinstance(told, Mapping) and told.get("attempt") == attempt_id and told.get("picture") in range(count):
                found[told["picture"]].add(_address(file))
        return [recipe.OneOf(frozenset(one)) for one in found]

    def _newest(self, path: str) -> Iterator[Mapping[str, Any]]:
        """What a list holds, newest first, as far as `PAGES` go. A page's address is told by the one before."""
        for _ in range(PAGES):
            page = self._read(path)
            rows = page.get("results")
            yield from (one for one in (rows if isinstance(rows, list) else ()) if isinstance(one, Mapping))
            following = page.get("next")
            # The key goes along: to the API's own address, whatever an answer names.
            if not isinstance(following, str) or not following.startswith(f"{self._line.base_url}/"):
                return
            path = following.removeprefix(self._line.base_url)

    def _read(self, path: str) -> Mapping[str, Any]:
        """A resource by one request. Raises Retryable, RateLimited or Expired."""
        answer = self._api.ask(Stage.LOOK_UP, "GET", path, self._timeouts.look_up)
        if not answer.ok:
            raise refusals.at_look_up(self._line, answer)
        if not answer.body:
            raise Retryable("an unreadable answer")
        return answer.body


def _address(file: Mapping[str, Any]) -> str:
    """The address in a file resource, empty where there is none."""
    urls = file.get("urls")
    address = urls.get("get") if isinstance(urls, Mapping) else None
    return address if isinstance(address, str) else ""
