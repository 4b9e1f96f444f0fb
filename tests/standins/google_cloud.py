"""A stand-in for Google's Agent Platform: Veo's operations, Gemini's images and texts, the token server, the list.

    python -m tests.standins google-cloud --port 8099 --video-seconds 4 [--credentials FILE]

It takes the express key, or the tokens that its own token server gave; `--credentials` writes a service account's file
that it knows. Endpoints to script (see `server`): `token`, `image`, `text`, `create`, `get`, `models`. Faults of its
own: a status such as `429` (seconds), `503`, `500` (accept: true takes the work first); `bad-key`; `quota` (the day's
is used up); for `token` `unreadable` is another shape; for `image` and `text` those of `google`; for `get` any of
`google_cloud_jobs.OUTCOMES`.

Words in a prompt ask for the same, as they do from `google`: at submit [[429]], [[503]], [[lost]] and so on, [[slow]]
or [[slow:20]]; later in a video's life any of OUTCOMES, [[poll500]] (twice), [[poll404]].
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.standins import google_cloud_wire as wire
from tests.standins import google_wire
from tests.standins.google import KEY, GoogleStandIn
from tests.standins.google_cloud_jobs import OUTCOMES, Operation
from tests.standins.google_cloud_tokens import credentials, refusal_of
from tests.standins.listener import Answer, Request
from tests.standins.server import Fault, seconds_for
from tests.standins.shapes import problems

PROJECT = "stand-in-project"
TOKEN = "ya29.stand-in-token"
PLACE = r"(?:projects/(?P<project>[\w.:-]+)/locations/(?P<location>[\w-]+)/)?"
RESOURCE = rf"(?P<resource>{PLACE}publishers/google/models/(?P<model>[\w.-]+))"
ROUTES = (
    ("token", "POST", r"/token"),
    ("generate", "POST", rf"/v1beta1/{RESOURCE}:generateContent"),
    ("create", "POST", rf"/v1beta1/{RESOURCE}:predictLongRunning"),
    ("get", "POST", rf"/v1beta1/{RESOURCE}:fetchPredictOperation"),
    ("models", "GET", r"/v1beta1/publishers/google/models"),
)
SHAPES = {"image": google_wire.GENERATE_IMAGE, "text": google_wire.GENERATE_TEXT, "get": wire.LOOK_UP}


class GoogleCloudStandIn(GoogleStandIn):
    """The Agent Platform on loopback, for one project and one express key."""

    routes = ROUTES

    token_seconds = 3600
    """How long a token is good for."""

    @property
    def token_uri(self) -> str:
        """The token server's address."""
        return f"{self.url}/token"

    def reset(self) -> None:
        """As `StandIn.reset`, and no operation is known any more."""
        super().reset()
        self.operations: dict[str, Operation] = {}

    def endpoint(self, request: Request) -> str | None:
        """`image` and `text` are one address; the modalities tell them apart."""
        name, _ = self.route(request)
        if name != "generate":
            return name
        return "image" if "responseModalities" in (request.json or {}).get("generationConfig", {}) else "text"

    def checked(self, request: Request, endpoint: str) -> Answer | None:
        """The platform looks at who asks first, then at the fields, then at the model and where it is served."""
        if endpoint == "token":
            return None
        stranger = self._stranger(request, endpoint)
        if stranger is not None:
            return stranger
        wrong = list(problems(request.json, SHAPES[endpoint])) if endpoint in SHAPES else []
        if endpoint == "create":
            wrong = list(wire.wrong_order(request.json))
        for text in wrong:
            self.violation(f"{endpoint}: {text}")
        return google_wire.error(400, wrong[0]) if wrong else self._not_served(request, endpoint)

    def own_fault(self, request: Request, endpoint: str) -> Fault | None:
        """What the words in the prompt ask for."""
        if endpoint in {"image", "text", "create"}:
            return self._asked_at_submit(wire.prompt_of(request.json, endpoint), endpoint)
        operation = self._operation(request) if endpoint == "get" else None
        return operation.faults.popleft() if operation and operation.faults else None

    def _stranger(self, request: Request, endpoint: str) -> Answer | None:
        """The refusal of a caller that is not known. Whoever mixes the two ways of asking broke the contract."""
        key, bearer = request.headers.get("x-goog-api-key"), request.headers.get("authorization")
        project = self.route(request)[1].get("project")
        if bool(key) == bool(bearer):
            self.violation(f"{endpoint}: expected a key or a token, got {'both' if key else 'neither'}")
        if endpoint != "models" and bool(project) != bool(bearer):
            self.violation(f"{endpoint}: a token goes with a project, and a key with none: {request.path}")
        if key:
            return None if key == self.key else google_wire.bad_key()
        if bearer != f"Bearer {TOKEN}":
            return google_wire.error(401)
        return google_wire.error(403) if project not in (None, PROJECT) else None

    def _not_served(self, request: Request, endpoint: str) -> Answer | None:
        """Gemini 3 is served from everywhere and from nowhere in particular, Veo from its regions."""
        known = {"image": google_wire.IMAGE_MODELS, "text": google_wire.TEXT_MODELS, "create": wire.VIDEO_MODELS}
        parts = self.route(request)[1]
        if endpoint not in known:
            return None
        here = parts["location"] in (None, "global") if endpoint != "create" else parts["location"] != "global"
        if parts["model"] in known[endpoint] - self.retired and here:
            return None
        return google_wire.error(404, f"Publisher Model `{parts['resource']}` was not found or is not available here.")

    def _scripted_refusal(self, word: str, options: Any, endpoint: str) -> Answer | None:
        return super()._scripted_refusal(word, options, "image")

    def _refusal(self, status: int, endpoint: str, message: str = "") -> Answer:
        if endpoint == "token":
            code, body = wire.token_error(status, "server_error" if status >= 500 else "invalid_grant", message)
            return Answer(code, body)
        return super()._refusal(status, "image", message)

    def _count(self, request: Request, endpoint: str) -> None:
        with self._lock:
            self.submits[wire.prompt_of(request.json, endpoint)] += 1
            if label := (request.json.get("labels") or {}).get("attempt"):
                self.attempts[label] += 1

    def _token(self, request: Request, word: str) -> Answer:
        wrong = refusal_of(request.raw)
        if wrong:
            return Answer(*wire.token_error(400, "invalid_grant", wrong))
        return Answer(body={"access_token": TOKEN, "expires_in": self.token_seconds, "token_type": "Bearer"})

    def _create(self, request: Request, word: str) -> Answer:
        prompt = wire.prompt_of(request.json, "create")
        operation = Operation(self.route(request)[1]["resource"], request.json, seconds_for(prompt, self.video_seconds))
        with self._lock:
            self.accepted[prompt] += 1
            self.operations[operation.name] = operation
        return Answer(body=operation.as_started())

    def _get(self, request: Request, word: str) -> Answer:
        operation = self._operation(request)
        if operation is None:
            return google_wire.error(404)
        return Answer(body=operation.as_operation(word if word in OUTCOMES else operation.state()))

    def _models(self, request: Request, word: str) -> Answer:
        """Two a page, so that somebody has to turn one."""
        names = sorted((wire.VIDEO_MODELS | google_wire.IMAGE_MODELS | google_wire.TEXT_MODELS) - self.retired)
        first = int(request.query.get("pageToken", "0"))
        page: dict[str, Any] = {
            "publisherModels": [{"name": f"publishers/google/models/{one}"} for one in names[first : first + 2]]
        }
        return Answer(body={**page, "nextPageToken": str(first + 2)} if first + 2 < len(names) else page)

    def _operation(self, request: Request) -> Operation | None:
        """The operation of a look-up: it has to be asked for at the address of its own model."""
        name = str((request.json or {}).get("operationName"))
        return self.operations.get(name) if name.startswith(f"{self.route(request)[1]['resource']}/") else None


def main(argv: Sequence[str] | None = None) -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A stand-in for Google's Agent Platform")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default=KEY)
    parser.add_argument("--image-seconds", type=float, default=0.0)
    parser.add_argument("--video-seconds", type=float, default=0.0)
    parser.add_argument("--retired", nargs="*", default=(), help="models that are not served any more")
    parser.add_argument("--credentials", type=Path, help="the file of a service account, to be written")
    options = vars(parser.parse_args(argv))
    file = options.pop("credentials")
    standin = GoogleCloudStandIn(**options)
    if file:
        credentials(file, standin.token_uri, project=PROJECT)
    print(standin.url, flush=True)  # noqa: T201 - whoever starts it reads the address
    standin.serve()


if __name__ == "__main__":
    main()
