"""A stand-in for Google's Gemini API: images, text, videos by interactions, and files.

    python -m tests.standins.google --port 8099 --video-seconds 4

Endpoints to script (see `server`): `image`, `text`, `create`, `get`, `cancel`, `file`, `download`, `models`. Faults of
its own: a status such as `429` (seconds), `503`, `500` (accept: true takes the work first) in the body shape of its
endpoint; `bad-key`; `quota` (the day's is used up); for `image` and `text` any of WITHHELD (`blocked`, `words`,
...); for `get` any of OUTCOMES; for `file` `processing`, `broken`; for `download` `expired`, `processing`.

Words in a prompt ask for the same without a script, for browsers and killed workers. At submit: [[429]] and [[503]]
(once for a prompt), [[400]], [[402]], [[404]], [[500]], [[502]], [[504]], [[html503]], [[lost]], [[reset]], [[hang]],
[[unreadable]], any of WITHHELD for an image; [[slow]] or [[slow:20]] for the seconds that it
takes. Later in a video's life: any of OUTCOMES, [[poll500]] (twice), [[poll404]], [[processing]] (twice), [[cut]]
(once), [[html]] (once), [[redirect]], [[expired]].
"""

from __future__ import annotations

import argparse
import json
import re
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from tests.standins import google_wire as wire
from tests.standins import media
from tests.standins.google_jobs import OUTCOMES, Job
from tests.standins.listener import Answer, Request
from tests.standins.server import Fault, StandIn, seconds_for
from tests.standins.shapes import problems

KEY = "stand-in-key"
ROUTES = (
    ("models", "GET", r"/v1(?:beta)?/models"),
    ("generate", "POST", r"/v1(?:beta)?/models/(?P<model>[\w.-]+):generateContent"),
    ("create", "POST", r"/v1(?:beta)?/interactions"),
    ("get", "GET", r"/v1(?:beta)?/interactions/(?P<id>[\w-]+)"),
    ("cancel", "POST", r"/v1(?:beta)?/interactions/(?P<id>[\w-]+)/cancel"),
    ("download", "GET", r"/v1(?:beta)?/files/(?P<id>[a-z0-9]+):download"),
    ("file", "GET", r"/v1(?:beta)?/files/(?P<id>[a-z0-9]+)"),
)
INTERACTIONS = {"create", "get", "cancel"}
SUBMIT_WORDS = {"429", "503", "400", "402", "404", "500", "502", "504", "lost", "reset", "hang", "unreadable"}
ONCE = {"429", "503"}


class GoogleStandIn(StandIn):
    """Google's Gemini API on loopback. `key` is the one it accepts; seconds are how long work takes."""

    routes = ROUTES

    def __init__(
        self,
        port: int = 0,
        *,
        key: str = KEY,
        image_seconds: float = 0.0,
        video_seconds: float = 0.0,
        retired: Iterable[str] = (),
    ) -> None:
        self.retired = frozenset(retired)
        self.key = key
        self.image_seconds = image_seconds
        self.video_seconds = video_seconds
        super().__init__(port)

    def reset(self) -> None:
        """As `StandIn.reset`, and no interaction or file is known any more."""
        super().reset()
        self.jobs: dict[str, Job] = {}
        self.files: dict[str, Job] = {}
        self.models = (wire.IMAGE_MODELS | wire.TEXT_MODELS | wire.VIDEO_MODELS) - self.retired
        self.page_limit = 1000
        """The most models on a page, whatever was asked for."""

    def endpoint(self, request: Request) -> str | None:
        """`image` and `text` are one address; the modalities tell them apart. `alt=media` makes a file a download."""
        name, _ = self.route(request)
        if name == "generate":
            config = (request.json or {}).get("generationConfig", {})
            return "image" if "responseModalities" in config else "text"
        return "download" if name == "file" and request.query.get("alt") == "media" else name

    def checked(self, request: Request, endpoint: str) -> Answer | None:
        """Google looks at the key first, then at the fields, then at the model."""
        given = request.headers.get("x-goog-api-key")
        if given is None:
            return wire.error(403, "Method doesn't allow unregistered callers.")
        if given != self.key:
            return wire.bad_key()
        shapes = {"image": wire.GENERATE_IMAGE, "text": wire.GENERATE_TEXT, "create": wire.CREATE}
        wrong = list(problems(request.json, shapes[endpoint])) if endpoint in shapes else []
        if endpoint == "create" and not wrong:
            wrong += wire.misplaced(request.json)
        if endpoint == "models":
            wrong += problems(dict(request.query), wire.LIST, "query")
        if endpoint == "download" and request.query.get("alt") != "media":
            wrong.append("a download without alt=media")
        for text in wrong:
            self.violation(f"{endpoint}: {text}")
        if wrong:
            return self._refusal(400, endpoint, wrong[0])
        return self._unknown_model(request, endpoint)

    def own_fault(self, request: Request, endpoint: str) -> Fault | None:
        """What the words in the prompt ask for."""
        if endpoint in {"image", "text", "create"}:
            return self._asked_at_submit(wire.prompt_of(request.json, endpoint), endpoint)
        job = self._job(request)
        return job.next_fault(endpoint, self.port) if job else None

    def answer(self, request: Request, endpoint: str, fault: Fault | None) -> Answer:
        """Do the work, or what the fault says."""
        word = fault.word if fault else ""
        options = fault.options if fault else {}
        if endpoint in {"image", "text", "create"}:
            self._count(request, endpoint)
        refusal = self._scripted_refusal(word, options, endpoint)
        if refusal is None or options.get("accept"):
            done = getattr(self, f"_{endpoint}")(request, word)
            assert isinstance(done, Answer)
            return refusal or done
        return refusal

    def _scripted_refusal(self, word: str, options: Any, endpoint: str) -> Answer | None:
        interactions = endpoint in INTERACTIONS
        if word == "bad-key":
            return wire.bad_key()
        if word == "quota":
            day = wire.interaction_error(429, "The daily quota is used up.", "quota_exceeded")
            return day if interactions else wire.too_many(3600, "GenerateRequestsPerDayPerProjectPerModel")
        if word == "429":
            seconds = options.get("seconds", 7)
            if not interactions:
                return wire.too_many(seconds, "GenerateRequestsPerMinutePerProjectPerModel")
            refusal = wire.interaction_error(429)
            return Answer(429, refusal.body, headers={"Retry-After": str(seconds)})
        if word == "html503":
            return Answer(503, b"<html><title>503</title>Service Unavailable</html>", "text/html")
        return self._refusal(int(word), endpoint, options.get("message", "")) if word.isdecimal() else None

    def _refusal(self, status: int, endpoint: str, message: str = "") -> Answer:
        shape = wire.interaction_error if endpoint in INTERACTIONS else wire.error
        return shape(status, message)

    def _unknown_model(self, request: Request, endpoint: str) -> Answer | None:
        known = {"image": wire.IMAGE_MODELS, "text": wire.TEXT_MODELS, "create": wire.VIDEO_MODELS}.get(endpoint)
        if known is None:
            return None
        model = request.json["model"] if endpoint == "create" else self.route(request)[1]["model"]
        if model in known & self.models:
            return None
        message = f"models/{model} is no longer available."
        if endpoint == "create":
            return wire.interaction_error(404, message, "model_not_found")
        return wire.error(404, message)

    def _asked_at_submit(self, prompt: str, endpoint: str) -> Fault | None:
        for word in re.findall(r"\[\[([\w-]+)\]\]", prompt):
            if word in SUBMIT_WORDS | {"html503"} and not (word in ONCE and self.submits[prompt]):
                return Fault(word)
            if word in wire.WITHHELD and endpoint == "image":
                return Fault(word)
        return None

    def _count(self, request: Request, endpoint: str) -> None:
        with self._lock:
            self.submits[wire.prompt_of(request.json, endpoint)] += 1
            if label := (request.json.get("labels") or {}).get("attempt"):
                self.attempts[label] += 1

    def _models(self, request: Request, word: str) -> Answer:
        size = min(self.page_limit, int(request.query.get("pageSize", "50")))
        names, first = sorted(self.models), int(request.query.get("pageToken", "0"))
        page = [{"name": f"models/{name}", "displayName": name} for name in names[first : first + size]]
        more = {"nextPageToken": str(first + size)} if first + size < len(names) else {}
        return Answer(body={"models": page, **more})

    def _image(self, request: Request, word: str) -> Answer:
        if word in wire.WITHHELD:
            return wire.withheld(word)
        prompt = wire.prompt_of(request.json, "image")
        self._take(prompt)
        ratio = request.json["generationConfig"]["imageConfig"]["aspectRatio"]
        picture = media.jpeg(ratio, zlib.crc32(prompt.encode()) % 256)
        parts = [{"text": "Here it is."}, wire.inline(picture, "image/jpeg")]
        return Answer(body=wire.generated(parts), delay=seconds_for(prompt, self.image_seconds))

    def _text(self, request: Request, word: str) -> Answer:
        if word in wire.WITHHELD:
            return wire.withheld(word)
        prompt = wire.prompt_of(request.json, "text")
        self._take(prompt)
        more = " in soft evening light," * 100 if "[[long]]" in prompt else " in soft evening light"
        if "was refused" in request.json["systemInstruction"]["parts"][0]["text"]:
            # A rewording leaves out what the picture was refused for.
            prompt = re.sub(r"\s*\[\[[\w-]+\]\]", "", prompt)
        return Answer(body=wire.generated([{"text": json.dumps({"text": prompt + more})}]))

    def _create(self, request: Request, word: str) -> Answer:
        prompt = wire.prompt_of(request.json, "create")
        job = Job(prompt, request.json, seconds_for(prompt, self.video_seconds))
        with self._lock:
            self.accepted[prompt] += 1
            self.jobs[job.id] = self.files[job.file] = job
        return Answer(body=job.as_interaction("in_progress"))

    def _get(self, request: Request, word: str) -> Answer:
        job = self._job(request)
        if job is None:
            return wire.interaction_error(404)
        return Answer(body=job.as_interaction(word if word in OUTCOMES else job.state()))

    def _cancel(self, request: Request, word: str) -> Answer:
        job = self._job(request)
        if job is None:
            return wire.interaction_error(404)
        if job.state() == "in_progress":
            job.outcome = "cancelled"
        return Answer(body=job.as_interaction(job.state()))

    def _file(self, request: Request, word: str) -> Answer:
        job = self._job(request)
        states = {"processing": "PROCESSING", "broken": "FAILED"}
        return wire.error(403) if job is None else Answer(body=job.as_file(states.get(word, "ACTIVE")))

    def _download(self, request: Request, word: str) -> Answer:
        job = self._job(request)
        if job is None or word == "expired":
            return wire.error(403, "You do not have permission to access the File or it may not exist.")
        if word == "processing":
            return Answer(400, {"error": {"code": 400, "status": "FAILED_PRECONDITION", "message": "Not ACTIVE."}})
        return job.as_download(request.headers.get("range", ""))

    def _take(self, prompt: str) -> None:
        with self._lock:
            self.accepted[prompt] += 1

    def _job(self, request: Request) -> Job | None:
        name = self.route(request)[1].get("id", "")
        return self.jobs.get(name) or self.files.get(name)


def main(argv: Sequence[str] | None = None) -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A stand-in for Google's Gemini API")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default=KEY)
    parser.add_argument("--image-seconds", type=float, default=0.0)
    parser.add_argument("--video-seconds", type=float, default=0.0)
    parser.add_argument("--retired", nargs="*", default=(), help="models that are not served any more")
    standin = GoogleStandIn(**vars(parser.parse_args(argv)))
    print(standin.url, flush=True)  # noqa: T201 - whoever starts it reads the address
    standin.serve()


if __name__ == "__main__":
    main()
