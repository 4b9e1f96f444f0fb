"""ComfyUI as a provider: one graph is sent, its place in the queue is looked up, its file is fetched.

Source: ComfyUI's `server.py` (version 0.36, read 2026-11-20).
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit, urlunsplit

from app.providers.base import Accepted, Brief, Download, Finished, Kind, Pending
from app.providers.comfyui import outcomes, progress, refusals
from app.providers.comfyui.recipes import recipe_of
from app.providers.comfyui.workflows import Workflows, filled
from app.providers.errors import Ambiguous, Expired, Misconfigured, ProviderError, Retryable
from app.providers.http import Line, Stage

URL_NAME = "COMFYUI_URL"
FIRST_LOOK = {Kind.IMAGE: 2.0, Kind.VIDEO: 5.0}
"""Seconds."""
FOLDER = "kinora"
"""The folder in ComfyUI's input folder where pictures go."""
_OURS = uuid.UUID("7b0d2f4e-5f0c-4c8e-9a52-6f6e1c1a9d31")
"""The namespace of operations whose attempt id is no UUID."""


@dataclass(frozen=True)
class Timeouts:
    """Seconds that each kind of call may take in all; `connect` is for reaching the host."""

    connect: float = 5.0
    upload: float = 20.0
    submit: float = 20.0
    look_up: float = 15.0
    listen: float = 0.8
    """Per look-up of the one operation that runs."""


class ComfyUIProvider:
    """Images and videos by ComfyUI, each model a workflow file."""

    name = "comfyui"
    label = "ComfyUI"
    in_house = False

    def __init__(self, url: str, workflows: str, *, timeouts: Timeouts | None = None) -> None:
        """`url` may name a user and a password, for a proxy in front of it; `workflows` is the operator's folder."""
        self._given = bool(url)
        self._timeouts = timeouts or Timeouts()
        self._workflows = Workflows(workflows)
        self._url, self._headers = _split(url)
        # What is cut out of texts is what is sent: the password itself never is.
        secret = self._headers.get("Authorization", "").removeprefix("Basic ")
        self._line = Line(
            self._url, headers=self._headers, secret=secret, key_name=URL_NAME, connect=self._timeouts.connect
        )

    def missing(self) -> tuple[str, ...]:
        """The variable of the address when there is none."""
        return () if self._given else (URL_NAME,)

    def preload(self) -> None:
        """Import the HTTP client."""
        self._line.preload()

    def submit(self, brief: Brief, attempt_id: str) -> Accepted:
        """Send the workflow once, after the pictures that it needs. Errors: see `base.Provider`.

        The operation has the attempt's own id, so that it can be found; servers of before 2026 name it themselves.
        """
        if not self._given:
            raise Misconfigured(f"{URL_NAME} is not set")
        operation = _operation(attempt_id)
        recipe = recipe_of(brief)
        graph = self._workflows.graph(recipe.file(brief))
        values = {**recipe.values(brief, operation), **self._uploaded(brief, operation)}
        body = {"prompt": filled(graph, values), "prompt_id": str(operation), "client_id": str(operation)}
        answer = self._line.ask(Stage.SUBMIT, "POST", "/prompt", self._timeouts.submit, json=body)
        if not answer.ok:
            raise refusals.at_submit(answer, self._line.tidy)
        named = answer.body.get("prompt_id")
        if not isinstance(named, str) or not named:
            raise Ambiguous("an answer without an id")
        return _accepted(named, operation, brief.kind)

    def poll(self, handle: Mapping[str, Any]) -> Pending | Finished:
        """Look an operation up. One request while it waits or runs, two when it is done.

        The queue first: whatever is not in it any more is in the history already.
        """
        operation_id = str(handle["id"])
        waiting = outcomes.in_queue(self._read("/queue"), operation_id)
        if waiting is None:
            return outcomes.outcome(self._entry(operation_id), Kind(handle["kind"]))
        if not waiting.runs:
            return Pending()
        client_id = str(handle.get("client", operation_id))
        return Pending(progress.listen(self._url, self._headers, client_id, waiting.nodes, self._timeouts.listen))

    def find(self, brief: Brief, attempt_id: str) -> Accepted | None:
        """The operation that has the attempt's id, wherever it is: nobody else's can have it."""
        operation = _operation(attempt_id)
        if outcomes.in_queue(self._read("/queue"), str(operation)) is None:
            try:
                self._entry(str(operation))
            except Expired:
                return None
        return _accepted(str(operation), operation, brief.kind)

    def download(self, locator: Mapping[str, Any]) -> Download:
        """The file where ComfyUI shows it: on this server, which may stand in a private network, and on no other."""
        file = urlencode({name: str(locator.get(name) or "") for name in ("filename", "subfolder", "type")})
        return Download(
            url=f"{self._url}/view?{file}",
            allowed_hosts=frozenset({self._line.host}),
            headers=self._headers,
            headers_host=self._line.host,
            own_server=self._url,
        )

    def cancel(self, handle: Mapping[str, Any]) -> bool:
        """Take an operation out of the queue, or stop it if it is the one that runs. True when it was found there.

        Older servers stop whatever runs: that it is ours was seen a moment before.
        """
        operation_id = str(handle.get("id"))
        try:
            place = outcomes.in_queue(self._read("/queue"), operation_id)
            if place is None:
                return False
            if not place.runs:
                self._tell("/queue", {"delete": [operation_id]})
                # Its turn may have come meanwhile.
                place = outcomes.in_queue(self._read("/queue"), operation_id)
            if place is not None and place.runs:
                self._tell("/interrupt", {"prompt_id": operation_id})
        except ProviderError:
            return False
        return True

    def listed(self) -> frozenset[str]:
        """The workflow files that there are: a model is there when its id is the name of one."""
        return self._workflows.names()

    def _uploaded(self, brief: Brief, operation: uuid.UUID) -> dict[str, str]:
        """Put the pictures of a brief into ComfyUI's input folder; by which name each placeholder has its own."""
        names = {}
        for number, (placeholder, picture) in enumerate(
            zip(("reference", "reference_2"), brief.references, strict=False), start=1
        ):
            file = f"{operation}-{number}.{picture.media_type.rpartition('/')[2]}"
            parts = {
                "files": {"image": (file, picture.data, picture.media_type)},
                "data": {"subfolder": FOLDER, "type": "input", "overwrite": "true"},
            }
            answer = self._line.ask(Stage.LOOK_UP, "POST", "/upload/image", self._timeouts.upload, **parts)
            if not answer.ok:
                raise refusals.at_upload(answer, self._line.tidy)
            stored, folder = answer.body.get("name"), answer.body.get("subfolder")
            if not isinstance(stored, str) or not stored:
                raise Retryable("an upload whose answer has no name")
            names[placeholder] = f"{folder}/{stored}" if folder else stored
        return names

    def _entry(self, operation_id: str) -> Mapping[str, Any]:
        entry = self._read(f"/history/{quote(operation_id, safe='')}").get(operation_id)
        if not isinstance(entry, Mapping):
            raise Expired("neither in the queue nor in the history: ComfyUI was started anew, or its history is full")
        return entry

    def _read(self, path: str) -> Mapping[str, Any]:
        answer = self._line.ask(Stage.LOOK_UP, "GET", path, self._timeouts.look_up)
        if not answer.ok:
            raise refusals.at_look_up(answer, self._line.tidy)
        if not isinstance(answer.json, dict):
            raise Retryable("an answer that is no JSON object")
        return answer.body

    def _tell(self, path: str, body: Mapping[str, Any]) -> None:
        answer = self._line.ask(Stage.LOOK_UP, "POST", path, self._timeouts.look_up, json=body)
        if not answer.ok:
            raise refusals.at_look_up(answer, self._line.tidy)


def _operation(attempt_id: str) -> uuid.UUID:
    """The id under which an attempt is sent: ComfyUI takes UUIDs only."""
    try:
        return uuid.UUID(attempt_id)
    except ValueError:
        return uuid.uuid5(_OURS, attempt_id)


def _accepted(named: str, operation: uuid.UUID, kind: Kind) -> Accepted:
    handle = {"id": named, "client": str(operation), "kind": str(kind)}
    return Accepted(operation_id=named, handle=handle, next_after=FIRST_LOOK[kind])


def _split(url: str) -> tuple[str, dict[str, str]]:
    """An address without user and password, and the header that they make."""
    parts = urlsplit(url.rstrip("/"))
    person, _, place = parts.netloc.rpartition("@")
    plain = urlunsplit((parts.scheme, place, parts.path, "", ""))
    if not person:
        return plain, {}
    user, _, password = person.partition(":")
    token = base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
    return plain, {"Authorization": f"Basic {token}"}
