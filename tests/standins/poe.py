"""A stand-in for Poe: chat completions of image, video and text bots, its list of bots, and the files they make.

    python -m tests.standins poe --port 8098 --video-seconds 4

Endpoints to script (see `server`): `image`, `video`, `text`, `models`, `file`. Faults of its own: a status of
`poe_wire.ERRORS` such as `429`, `503`, `500` (accept: true takes the work first; message, code and param as given);
`moderated` (403 for what was asked), `filtered`, and the words of `poe_wire.WITHHELD`; for `file` `gone`.

Words in a prompt ask for the same without a script: a status ([[429]] and [[503]] once for a prompt), [[lost]],
[[reset]], [[hang]], [[unreadable]], [[moderated]], [[filtered]], the words of WITHHELD, [[seconds:9]] for a video of
another length, [[slow]] or [[slow:20]] for the seconds that it takes, [[cut]] and [[gone]] for the file.
"""

from __future__ import annotations

import argparse
import re
import zlib
from collections.abc import Sequence
from typing import Any

from tests.standins import media
from tests.standins import poe_wire as wire
from tests.standins.listener import Answer, Request
from tests.standins.server import Fault, StandIn, seconds_for
from tests.standins.shapes import problems

KEY = "stand-in-key"
CHAT = {"image", "video", "text"}
SUBMIT_WORDS = {"lost", "reset", "hang", "unreadable", "moderated", "filtered", *wire.WITHHELD, *map(str, wire.ERRORS)}
FILE_WORDS = {"cut", "gone"}
ONCE = {"429", "503", "cut"}


class PoeStandIn(StandIn):
    """Poe's API and its file host on loopback. `key` is the one it accepts; seconds are how long work takes."""

    def __init__(
        self, port: int = 0, *, key: str = KEY, image_seconds: float = 0.0, video_seconds: float = 0.0
    ) -> None:
        self.key = key
        self.seconds = {"image": image_seconds, "video": video_seconds, "text": 0.0}
        super().__init__(port)

    def reset(self) -> None:
        """As `StandIn.reset`, and no file is known any more."""
        super().reset()
        self.files: dict[str, str] = {}
        """The words that a file was made from, by its path."""

    def endpoint(self, request: Request) -> str | None:
        """Chat is one address; the bot tells what it is for."""
        if (request.method, request.path) == ("POST", "/v1/chat/completions"):
            bot = (request.json or {}).get("model")
            return "video" if bot in wire.VIDEO_BOTS else "text" if bot in wire.TEXT_BOTS else "image"
        if (request.method, request.path) == ("GET", "/v1/models"):
            return "models"
        return "file" if request.method == "GET" and request.path.startswith("/base/") else None

    def checked(self, request: Request, endpoint: str) -> Answer | None:
        """Poe looks at the key first, then at the fields, then for the bot; files are anybody's."""
        given = request.headers.get("authorization")
        if endpoint == "file":
            if given is not None:
                self.violation("the key was sent to the file host")
            return None
        if given != f"Bearer {self.key}":
            return wire.error(401)
        if endpoint == "models":
            return None
        wrong = list(problems(request.json, wire.CHAT))
        for text in wrong:
            self.violation(f"{endpoint}: {text}")
        if wrong:
            return wire.error(400, wrong[0])
        if request.json["model"] not in wire.BOTS:
            return wire.error(400, "The model does not exist.", "model_not_found")
        return None

    def own_fault(self, request: Request, endpoint: str) -> Fault | None:
        """What the words in the prompt ask for."""
        prompt = self.files.get(request.path, "") if endpoint == "file" else ""
        known = FILE_WORDS
        if endpoint in CHAT:
            prompt, known = wire.words_of(request.json), SUBMIT_WORDS
        for word in re.findall(r"\[\[([\w-]+)\]\]", prompt):
            before = self.submits[prompt] if endpoint in CHAT else len(self.requests_to("file"))
            if word in known and not (word in ONCE and before):
                return Fault(word)
        return None

    def answer(self, request: Request, endpoint: str, fault: Fault | None) -> Answer:
        """Do the work, or what the fault says."""
        if endpoint == "models":
            return (_refusal(fault) if fault else None) or Answer(body=wire.listing())
        if endpoint == "file":
            return self._file(request, fault.word if fault else "")
        prompt = wire.words_of(request.json)
        with self._lock:
            self.submits[prompt] += 1
        refusal = _refusal(fault) if fault else None
        if refusal is not None and not (fault and fault.options.get("accept")):
            return refusal
        with self._lock:
            self.accepted[prompt] += 1
        return refusal or self._done(request.json["model"], endpoint, prompt, fault.word if fault else "")

    def _done(self, bot: str, endpoint: str, prompt: str, word: str) -> Answer:
        delay = seconds_for(prompt, self.seconds[endpoint])
        if word == "filtered":
            return Answer(body=wire.completion(bot, None, "content_filter"))
        if word in wire.WITHHELD:
            return Answer(body=wire.completion(bot, wire.WITHHELD[word]), delay=delay)
        if endpoint == "text":
            more = " in soft evening light" * (100 if "[[long]]" in prompt else 1)
            return Answer(body=wire.completion(bot, f'"{prompt}{more}"'), delay=delay)
        path = f"/base/{endpoint}/{zlib.crc32(prompt.encode()):08x}"
        with self._lock:
            self.files[path] = prompt
        return Answer(body=wire.completion(bot, wire.phrased(f"{self.url}{path}?w=1344&h=768", endpoint)), delay=delay)

    def _file(self, request: Request, word: str) -> Answer:
        prompt = self.files.get(request.path)
        if prompt is None or word == "gone":
            return Answer(404, b"<html><title>404</title>Not found</html>", "text/html")
        ratio = _asked(r"aspect ratio (\d+:\d+)", prompt, "16:9")
        if "/image/" in request.path:
            return Answer(body=media.jpeg(ratio, zlib.crc32(prompt.encode()) % 256), media_type="image/jpeg")
        seconds = _asked(r"\[\[seconds:(\d+)\]\]", prompt) or _asked(r"(\d+) seconds long", prompt, "5")
        size = _asked(r"aspect ratio \d+:\d+, (\d+p)\.", prompt, "720p")
        return Answer(body=media.mp4(int(seconds), size, ratio), media_type="video/mp4")


def _refusal(fault: Fault) -> Answer | None:
    if fault.word == "moderated":
        return wire.error(403, "Your message was flagged by moderation for violence.", "content_moderation")
    if fault.word.isdecimal():
        given = {name: str(one) for name, one in fault.options.items() if name in {"message", "code", "param"}}
        return wire.error(int(fault.word), **given)
    return None


def _asked(pattern: str, prompt: str, otherwise: str = "") -> str:
    found = re.search(pattern, prompt)
    return found[1] if found else otherwise


def main(argv: Sequence[str] | None = None) -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A stand-in for Poe")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default=KEY)
    parser.add_argument("--image-seconds", type=float, default=0.0)
    parser.add_argument("--video-seconds", type=float, default=0.0)
    standin: Any = PoeStandIn(**vars(parser.parse_args(argv)))
    print(standin.url, flush=True)  # noqa: T201 - whoever starts it reads the address
    standin.serve()


if __name__ == "__main__":
    main()
