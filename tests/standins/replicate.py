"""A stand-in for Replicate: predictions, uploaded files, results, the list, and signed calls at the end.

    python -m tests.standins replicate --port 8098 --video-seconds 4

Endpoints to script (see `server`): `create`, `get`, `list`, `cancel`, `upload`, `files`, `download`. Faults of its own:
a status such as `402` or `500` (accept: true takes the work first), `429` (seconds) and `low` (the same for an account
with little credit), `422` (field, message), `version`; for `get` any of OUTCOMES; for `download` `expired`.

Words in a prompt ask for the same without a script, for browsers and killed workers. At submit: [[429]], [[low]] and
[[503]] (once for a prompt), [[402]], [[404]], [[422]], [[500]], [[502]], [[504]], [[html503]], [[version]], [[lost]],
[[reset]], [[hang]], [[unreadable]]; [[slow]] or [[slow:20]] for the seconds that it takes. Later: any of OUTCOMES,
[[poll500]] (twice), [[poll404]], [[cut]] (once), [[html]] (once), [[redirect]], [[expired]].

`an_hour_later()`, or POST /_control/hour, deletes inputs, outputs and files of what is done. A job with a `webhook` is
told of there when it ends, signed with `SECRET`; `calls` holds what came back.
"""

from __future__ import annotations

import argparse
import json
import re
import secrets
import threading
from collections.abc import Sequence
from typing import Any

from tests.standins import replicate_wire as wire
from tests.standins.listener import Answer, Request
from tests.standins.replicate_jobs import OUTCOMES, Job
from tests.standins.server import Fault, StandIn, seconds_for

KEY = "r8_stand-in-key"
ROUTES = (
    ("create", "POST", r"/v1/predictions"),
    ("create", "POST", r"/v1/models/(?P<model>[\w.-]+/[\w.-]+)/predictions"),
    ("model", "GET", r"/v1/models/(?P<model>[\w.-]+/[\w.-]+)"),
    ("model", "GET", r"/v1/models/(?P<model>[\w.-]+/[\w.-]+)/versions/(?P<version>[0-9a-f]{64})"),
    ("list", "GET", r"/v1/predictions"),
    ("get", "GET", r"/v1/predictions/(?P<id>[\w-]+)"),
    ("cancel", "POST", r"/v1/predictions/(?P<id>[\w-]+)/cancel"),
    ("upload", "POST", r"/v1/files"),
    ("files", "GET", r"/v1/files"),
    ("download", "GET", r"/pbxt/(?P<token>[\w-]+)/output\.\w+"),
)
SUBMIT_WORDS = {
    "429", "low", "503", "402", "404", "422", "500", "502", "504", "version", "lost", "reset", "hang", "unreadable",
}  # fmt: skip
ONCE = {"429", "low", "503"}


class ReplicateStandIn(StandIn):
    """Replicate on loopback. `key` is the one it accepts; seconds are how long work takes."""

    routes = ROUTES

    def __init__(
        self, port: int = 0, *, key: str = KEY, image_seconds: float = 0.0, video_seconds: float = 0.0
    ) -> None:
        self.key = key
        self.image_seconds = image_seconds
        self.video_seconds = video_seconds
        self.page = 100
        """How many a page of a list holds."""
        super().__init__(port)

    def reset(self) -> None:
        """As `StandIn.reset`, and no prediction or file is known any more."""
        super().reset()
        self.jobs: dict[str, Job] = {}
        self.files: dict[str, dict[str, Any]] = {}
        self.contents: dict[str, bytes] = {}
        self.calls: list[int | None] = []
        self.models = set(wire.INPUTS)
        """Those that are there."""

    def an_hour_later(self) -> None:
        """Delete what Replicate deletes an hour after its end."""
        with self._lock:
            for job in self.jobs.values():
                job.removed = job.removed or OUTCOMES[job.state()] not in {"starting", "processing"}

    def endpoint(self, request: Request) -> str | None:
        """By method and path."""
        return self.route(request)[0]

    def handle(self, request: Request) -> Answer:
        """As `StandIn.handle`, with one control more."""
        if request.path == "/_control/hour":
            self.an_hour_later()
            return Answer(body={"ok": True})
        return super().handle(request)

    def checked(self, request: Request, endpoint: str) -> Answer | None:
        """The key first, then the fields, then the model and its input. Results ask for no key, and shall see none."""
        given = request.headers.get("authorization")
        if endpoint == "download":
            if given is not None:
                self.violation("download: the key was sent along")
            return None
        if given != f"Bearer {self.key}":
            return wire.refusal(401)
        if endpoint == "upload":
            return self._checked_upload(request)
        return self._checked_create(request) if endpoint == "create" else None

    def own_fault(self, request: Request, endpoint: str) -> Fault | None:
        """What the words in the prompt ask for."""
        if endpoint == "create":
            prompt = request.json["input"]["prompt"]
            for word in re.findall(r"\[\[([\w-]+)\]\]", prompt):
                if word in SUBMIT_WORDS and not (word in ONCE and self.submits[prompt]):
                    return Fault(word)
                if word == "html503":
                    return Fault("html", {"status": 503})
            return None
        job = self._job(request)
        return job.next_fault(endpoint) if job else None

    def answer(self, request: Request, endpoint: str, fault: Fault | None) -> Answer:
        """Do the work, or what the fault says."""
        word, options = (fault.word, fault.options) if fault else ("", {})
        if endpoint == "create":
            with self._lock:
                self.submits[request.json["input"]["prompt"]] += 1
        refusal = self._scripted_refusal(word, options)
        if refusal is None or options.get("accept"):
            done = getattr(self, f"_{endpoint}")(request, word)
            assert isinstance(done, Answer)
            return refusal or done
        return refusal

    def _checked_upload(self, request: Request) -> Answer | None:
        parts = wire.parts_of(request)
        wrong = [f"unknown field {name!r}" for name in parts.keys() - {"content", "filename", "type", "metadata"}]
        if "content" not in parts or not parts["content"].get_filename():
            wrong.append("no file with a name under 'content'")
        for text in wrong:
            self.violation(f"upload: {text}")
        return wire.refusal(400, wrong[0]) if wrong else None

    def _checked_create(self, request: Request) -> Answer | None:
        named = self.route(request)[1].get("model")
        wrong = list(wire.wrong_in_create(request, versioned=named is None))
        for text in wrong:
            self.violation(f"create: {text}")
        if wrong:
            return wire.refusal(400, wrong[0])
        model = named or self._model_of_version(request)
        if model not in wire.INPUTS or (named and model == wire.ZEROSCOPE):
            return wire.refusal(404) if named else wire.invalid_version()
        for field, text in wire.wrong_in_input(model, request.json["input"]):
            self.violation(f"create: {text}")
            return wire.invalid(field, text)
        for name in ("first_frame_image", "last_frame_image"):
            address = str(request.json["input"].get(name, "data:"))
            if address.startswith(self.url) and address not in self.contents:
                self.violation(f"create: {name} was not uploaded")
        return None

    def _scripted_refusal(self, word: str, options: Any) -> Answer | None:
        seconds = options.get("seconds", 7)
        if word in {"429", "low"}:
            return wire.throttled(seconds, low=word == "low")
        if word == "version":
            return wire.invalid_version()
        if word == "422":
            return wire.invalid(options.get("field", "input.prompt"), options.get("message", "prompt is too long"))
        return wire.refusal(int(word), options.get("message", "")) if word.isdecimal() else None

    def _create(self, request: Request, word: str) -> Answer:
        model = self.route(request)[1].get("model") or self._model_of_version(request)
        prompt = request.json["input"]["prompt"]
        seconds = seconds_for(prompt, self.image_seconds if model == wire.FLUX else self.video_seconds)
        frame = self.contents.get(str(request.json["input"].get("first_frame_image")), b"")
        job = Job(self.url, model, request.json, seconds, frame)
        with self._lock:
            self.accepted[prompt] += 1
            self.jobs[job.id] = job
        if job.webhook:
            self._call_at_the_end(job)
        return Answer(201, job.as_prediction("starting"))

    def _call_at_the_end(self, job: Job) -> None:
        def call() -> None:
            self.calls.append(job.call())

        later = threading.Timer(job.seconds + 0.05, call)
        later.daemon = True
        later.start()

    def _get(self, request: Request, word: str) -> Answer:
        job = self._job(request)
        if job is None:
            return wire.refusal(404)
        return Answer(body=job.as_prediction(word if word in OUTCOMES else job.state()))

    def _model(self, request: Request, word: str) -> Answer:
        named = self.route(request)[1]
        there = named["model"] in self.models and named.get("version") in {None, wire.ZEROSCOPE_VERSION}
        owner, _, name = named["model"].partition("/")
        return Answer(body={"owner": owner, "name": name}) if there else wire.refusal(404)

    def _cancel(self, request: Request, word: str) -> Answer:
        job = self._job(request)
        if job is None:
            return wire.refusal(404)
        job.cancel()
        return Answer(body=job.as_prediction(job.state()))

    def _list(self, request: Request, word: str) -> Answer:
        with self._lock:
            jobs = [job.as_prediction(job.state()) for job in self.jobs.values()]
        return self._paged(request, jobs[::-1])

    def _files(self, request: Request, word: str) -> Answer:
        with self._lock:
            return self._paged(request, list(self.files.values())[::-1])

    def _paged(self, request: Request, rows: list[dict[str, Any]]) -> Answer:
        begin = int(request.query.get("cursor", "0"))
        end = begin + self.page
        following = f"{self.url}{request.path}?cursor={end}" if end < len(rows) else None
        return Answer(body={"previous": None, "next": following, "results": rows[begin:end]})

    def _upload(self, request: Request, word: str) -> Answer:
        parts = wire.parts_of(request)
        content = parts["content"].get_payload(decode=True)
        assert isinstance(content, bytes)
        metadata = parts["metadata"].get_payload(decode=True) if "metadata" in parts else b"{}"
        assert isinstance(metadata, bytes)
        name = secrets.token_hex(13)
        file = {"id": name, "name": parts["content"].get_filename(), "size": len(content), "etag": name,
                "content_type": parts["content"].get_content_type(), "checksums": {},
                "metadata": json.loads(metadata), "created_at": "2026-11-20T08:00:00.000Z",
                "expires_at": "2026-11-21T08:00:00.000Z", "urls": {"get": f"{self.url}/v1/files/{name}"}}  # fmt: skip
        with self._lock:
            self.files[name] = file
            self.contents[file["urls"]["get"]] = content
        return Answer(201, file)

    def _download(self, request: Request, word: str) -> Answer:
        job = self._job(request)
        if job is None or job.removed or word == "expired":
            return Answer(404, b"Not Found", "text/plain")
        return job.as_download(request.headers.get("range", ""))

    def _job(self, request: Request) -> Job | None:
        named = self.route(request)[1]
        with self._lock:
            token = named.get("token")
            return next((one for one in self.jobs.values() if one.token == token), self.jobs.get(named.get("id", "")))

    def _model_of_version(self, request: Request) -> str:
        version = str((request.json or {}).get("version", ""))
        return (
            wire.ZEROSCOPE if version in {wire.ZEROSCOPE_VERSION, f"{wire.ZEROSCOPE}:{wire.ZEROSCOPE_VERSION}"} else ""
        )


def main(argv: Sequence[str] | None = None) -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A stand-in for Replicate")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default=KEY)
    parser.add_argument("--image-seconds", type=float, default=0.0)
    parser.add_argument("--video-seconds", type=float, default=0.0)
    standin = ReplicateStandIn(**vars(parser.parse_args(argv)))
    print(standin.url, flush=True)  # noqa: T201 - whoever starts it reads the address
    standin.serve()


if __name__ == "__main__":
    main()
