"""A stand-in for ComfyUI: graphs in, one at a time, real pictures and films out, steps by websocket.

    python -m tests.standins comfyui --port 8188 --video-seconds 20

Endpoints to script (see `server`): `upload`, `prompt`, `queue`, `delete`, `interrupt`, `history`, `view`, `ws`. Faults
of its own: `too-big`, `no-file`, `no-input`, `no-node` for `prompt`, in the words of ComfyUI's validation; for
`history` any of OUTCOMES, and `forgotten`; for `view` `expired`. ComfyUI knows no money and no limits: 401, 402, 403,
429 and 503 come from whatever stands before it, here as there (`status`).

Words in a prompt ask for the same without a script. At submit: [[429]] and [[503]] (once for a prompt), [[400]],
[[402]], [[403]], [[404]] (a file is missing), [[500]], [[html503]], [[lost]], [[reset]], [[hang]], [[unreadable]];
[[slow]] or [[slow:20]] for the seconds that it takes. Later: any of OUTCOMES, [[poll500]] (twice), [[poll404]],
[[cut]] (once), [[html]] (once), [[redirect]], [[expired]].
"""

from __future__ import annotations

import argparse
import base64
import email
import io
import re
import time
import uuid
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PIL import Image

from tests.standins import comfyui_graph as graphs
from tests.standins import comfyui_wire as wire
from tests.standins.comfyui_jobs import OUTCOMES, Job
from tests.standins.comfyui_socket import speak
from tests.standins.listener import Answer, Request
from tests.standins.server import PAGE, Fault, StandIn, seconds_for
from tests.standins.shapes import problems

ROUTES = {
    ("POST", "/prompt"): "prompt",
    ("POST", "/upload/image"): "upload",
    ("GET", "/queue"): "queue",
    ("POST", "/queue"): "delete",
    ("POST", "/interrupt"): "interrupt",
    ("GET", "/view"): "view",
    ("GET", "/ws"): "ws",
}
USER = "kinora"


class ComfyUIStandIn(StandIn):
    """ComfyUI on loopback. With a `password` a proxy before it asks for one; an `old` one names operations itself."""

    def __init__(
        self,
        port: int = 0,
        *,
        password: str = "",
        old: bool = False,
        image_seconds: float = 0.0,
        video_seconds: float = 0.0,
    ) -> None:
        self.password = password
        self.old = old
        self.seconds = {"image": image_seconds, "video": video_seconds}
        super().__init__(port)

    def reset(self) -> None:
        """As `StandIn.reset`; as after a restart, queue and history are empty."""
        super().reset()
        self.jobs: dict[str, Job] = {}
        self.uploads: dict[str, bytes] = {}
        self.files = set(graphs.FILES)

    def restart(self) -> None:
        """Forget the queue and the history, as a restart does."""
        with self._lock:
            self.jobs.clear()

    def endpoint(self, request: Request) -> str | None:
        """By method and path."""
        if request.method == "GET" and re.fullmatch(r"/history/[^/]+", request.path):
            return "history"
        return ROUTES.get((request.method, request.path))

    def checked(self, request: Request, endpoint: str) -> Answer | None:
        """The proxy's question first, then the fields, then the graph."""
        token = base64.b64encode(f"{USER}:{self.password}".encode()).decode()
        given = request.headers.get("authorization")
        if self.password and given != f"Basic {token}":
            return Answer(401, PAGE, "text/html", {"WWW-Authenticate": "Basic"})
        if given and not self.password:
            self.violation("a password for a server that asks for none")
        wrong = list(problems(request.json, wire.SHAPES[endpoint])) if endpoint in wire.SHAPES else []
        if endpoint in wire.QUERIES:
            wrong += sorted(request.query.keys() ^ wire.QUERIES[endpoint])
        for text in wrong:
            self.violation(f"{endpoint}: {text}")
        if wrong:
            return Answer(400, {"error": {"type": "bad_request", "message": wrong[0]}, "node_errors": {}})
        return self._invalid(request.json["prompt"]) if endpoint == "prompt" else None

    def own_fault(self, request: Request, endpoint: str) -> Fault | None:
        """What the words in the prompt ask for."""
        if endpoint == "prompt":
            prompt = graphs.prompt_of(request.json["prompt"])
            words = [word for word in re.findall(r"\[\[([\w-]+)\]\]", prompt) if word in wire.AT_SUBMIT]
            due = (word for word in words if not (word in wire.ONCE and self.submits[prompt]))
            return next((Fault.of(wire.AT_SUBMIT[word]) for word in due), None)
        job = self._job(request)
        return job.next_fault(endpoint, self.port) if job else None

    def answer(self, request: Request, endpoint: str, fault: Fault | None) -> Answer:
        """Do the work, or what the fault says."""
        done = getattr(self, f"_{endpoint}")(request, fault.word if fault else "")
        assert isinstance(done, Answer)
        return done

    def handle(self, request: Request) -> Answer:
        """As `StandIn.handle`; every submit is counted, whatever becomes of it."""
        graph = request.json.get("prompt") if isinstance(request.json, Mapping) else None
        if self.endpoint(request) == "prompt" and isinstance(graph, Mapping):
            answer = super().handle(request)
            with self._lock:
                self.submits[_prompt(graph)] += 1
                self.attempts[str(request.json.get("prompt_id"))] += 1
            return answer
        return super().handle(request)

    def _invalid(self, graph: Mapping[str, Any]) -> Answer | None:
        """A graph that ComfyUI refuses. That a file or a node is not there is the operator's; the rest a violation."""
        wrong = [text for id, node in graph.items() for text in problems(node, wire.NODE, id)]
        for text in wrong:
            self.violation(f"graph: {text}")
        if wrong:
            return Answer(400, {"error": {"type": "invalid_prompt", "message": wrong[0]}, "node_errors": {}})
        if missing := graphs.missing_node(graph):
            return wire.missing_node(missing)
        found = list(graphs.errors(graph, self.files, set(self.uploads)))
        for one in found:
            if one.type != "value_not_in_list":
                self.violation(f"graph: {one}")
        if len(graphs.saving(graph)) != 1:
            self.violation("graph: it saves not exactly one thing")
        return wire.refused(graph, *found) if found else None

    def _prompt(self, request: Request, word: str) -> Answer:
        graph = request.json["prompt"]
        match word:
            case "too-big":
                return wire.refused(graph, wire.WRONG_VALUE)
            case "no-file":
                return wire.refused(graph, wire.NO_FILE)
            case "no-input":
                return wire.refused(graph, wire.NO_INPUT)
            case "no-node":
                return wire.missing_node("FancyNode")
        prompt = graphs.prompt_of(graph)
        with self._lock:
            free = max([time.monotonic(), *(job.ready for job in self.jobs.values())])
            id = str(uuid.uuid4()) if self.old else request.json["prompt_id"]
            kind = next(iter(graphs.saving(graph).values()))
            job = Job(id, request.json, len(self.jobs), free, seconds_for(prompt, self.seconds[kind]))
            self.jobs[id] = job
            self.accepted[prompt] += 1
        return Answer(body={"prompt_id": id, "number": job.number, "node_errors": {}})

    def _upload(self, request: Request, word: str) -> Answer:
        head = b"Content-Type: " + request.headers.get("content-type", "").encode()
        parts = email.message_from_bytes(head + b"\r\n\r\n" + request.raw).get_payload()
        fields = {str(part.get_param("name", header="content-disposition")): part for part in parts}
        told = ("subfolder", "type", "overwrite")
        texts = {name: _payload(fields.pop(name)).decode() for name in told if name in fields}
        if fields.keys() != {"image"} or texts != {"subfolder": "kinora", "type": "input", "overwrite": "true"}:
            self.violation(f"upload: {sorted(fields)} {texts}")
            return Answer(400)
        name, data = str(fields["image"].get_filename()), _payload(fields["image"])
        if not re.fullmatch(r"[0-9a-f-]{36}-[12]\.(png|jpeg|webp)", name):
            self.violation(f"upload: a name that is not ours: {name}")
        Image.open(io.BytesIO(data)).load()
        self.uploads[f"kinora/{name}"] = data
        return Answer(body={"name": name, "subfolder": "kinora", "type": "input"})

    def _queue(self, request: Request, word: str) -> Answer:
        jobs = sorted(self.jobs.values(), key=lambda job: job.starts)
        return Answer(
            body={
                "queue_running": [job.as_item() for job in jobs if job.runs],
                "queue_pending": [job.as_item() for job in jobs if job.waits],
            }
        )

    def _delete(self, request: Request, word: str) -> Answer:
        with self._lock:
            for id in request.json["delete"]:
                if id in self.jobs and self.jobs[id].waits:
                    del self.jobs[id]
        return Answer()

    def _interrupt(self, request: Request, word: str) -> Answer:
        """An old one stops whatever runs."""
        for job in list(self.jobs.values()):
            if job.runs and (self.old or job.id == request.json["prompt_id"]):
                job.interrupt()
        return Answer()

    def _history(self, request: Request, word: str) -> Answer:
        job = self._job(request)
        if job is None or job.waits or job.runs or word == "forgotten":
            return Answer(body={})
        return Answer(body={job.id: job.as_entry(word if word in OUTCOMES else job.outcome)})

    def _view(self, request: Request, word: str) -> Answer:
        job = self._job(request)
        if job is None or word == "expired":
            return Answer(404)
        return Answer(body=job.bytes(), media_type="video/mp4" if job.kind == "video" else "image/png")

    def _ws(self, request: Request, word: str) -> Answer:
        client = request.query["clientId"]

        def running() -> Job | None:
            return next((job for job in list(self.jobs.values()) if job.runs and job.client == client), None)

        target = f"/ws?clientId={client}"
        return Answer(101, speaks=partial(speak, headers=request.headers, target=target, job=running, old=self.old))

    def _job(self, request: Request) -> Job | None:
        if request.path == "/view":
            wanted = (request.query.get("subfolder", ""), request.query.get("filename"))
            return next((job for job in list(self.jobs.values()) if job.file() == wanted), None)
        return self.jobs.get(request.path.rpartition("/")[2])


def _prompt(graph: Mapping[str, Any]) -> str:
    try:
        return graphs.prompt_of(graph)
    except (KeyError, StopIteration, TypeError):
        return ""


def _payload(part: Any) -> bytes:
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data


def main(argv: Sequence[str] | None = None) -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A stand-in for ComfyUI")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--password", default="")
    parser.add_argument("--old", action="store_true")
    parser.add_argument("--image-seconds", type=float, default=0.0)
    parser.add_argument("--video-seconds", type=float, default=0.0)
    standin = ComfyUIStandIn(**vars(parser.parse_args(argv)))
    print(standin.url, flush=True)  # noqa: T201 - whoever starts it reads the address
    standin.serve()


if __name__ == "__main__":
    main()
