"""The stand-in for Google in a process of its own: quick, small, and faulty in as many calls as it is told to be.

python -m tests.soak.provider --seed 7 --faults 0.2

GET  /_control/soak               what it was asked, what it did and what it broke, as JSON
POST /_control/away {"seconds": 2}  refuses connections for a while
"""

from __future__ import annotations

import argparse
import io
import threading
import time
import zlib
from collections import Counter, defaultdict
from functools import cache
from typing import Any

from PIL import Image

from tests.soak.faults import Dice, as_fault
from tests.standins import google_wire as wire
from tests.standins import media
from tests.standins.google import GoogleStandIn
from tests.standins.listener import Answer, Listener, Request
from tests.standins.server import Fault

SUBMITS = {"image", "create"}
SIDES = {"1:1": (64, 64), "16:9": (128, 72), "9:16": (72, 128)}
VIDEO_SECONDS = 0.5


class FaultyGoogle(GoogleStandIn):
    """Google's stand-in, whose mishaps are drawn by dice and counted."""

    def __init__(self, dice: Dice, port: int = 0) -> None:
        self.dice = dice
        self.calls: Counter[str] = Counter()
        self.mishaps: Counter[str] = Counter()
        self.told: dict[str, list[str]] = defaultdict(list)
        """What each submit of a prompt was answered: a word of the faults, or "ok"."""
        self.ends: Counter[str] = Counter()
        """How often each video was said to be done."""
        self._asked: Counter[tuple[str, str]] = Counter()
        self._gone: set[str] = set()
        self._open = threading.Event()
        super().__init__(port, video_seconds=VIDEO_SECONDS)
        self._open.set()

    def own_fault(self, request: Request, endpoint: str) -> Fault | None:
        """What the dice say, noted before anything is answered."""
        job = None if endpoint in SUBMITS | {"text"} else self._job(request)
        about = wire.prompt_of(request.json, endpoint) if endpoint in SUBMITS else job.prompt if job else ""
        with self._lock:
            self._asked[endpoint, about] += 1
            self.calls[endpoint] += 1
            word = "gone" if about in self._gone else self.dice.fault(endpoint, about, self._asked[endpoint, about])
            if word:
                self.mishaps[f"{endpoint} {word}"] += 1
            if word == "gone":
                self._gone.add(about)
            if endpoint in SUBMITS:
                self.told[about].append(word or "ok")
        if not word:
            return None
        if word == "redirect":
            # Loopback under a name that nobody allowed; if it is followed, it is a violation.
            return Fault(word, {"to": f"http://localhost:{self.port}/inside"})
        return Fault("404") if word == "gone" else as_fault(endpoint, word)

    def handle(self, request: Request) -> Answer:
        """As before; what was asked is counted, not kept: there will be tens of thousands of requests."""
        if request.path == "/_control/soak":
            return Answer(body=self.report())
        if request.path == "/_control/away":
            threading.Thread(target=self._away, args=(float(request.json["seconds"]),)).start()
            return Answer(body={"ok": True})
        answer = super().handle(request)
        with self._lock:
            self.requests.clear()
        return answer

    def report(self) -> dict[str, Any]:
        """All that the verdict needs."""
        with self._lock:
            return {"calls": dict(self.calls), "mishaps": dict(self.mishaps), "told": dict(self.told),
                    "accepted": dict(self.accepted), "violations": list(self.violations),
                    "done_again": sum(times - 1 for times in self.ends.values() if times > 1)}  # fmt: skip

    def serve(self) -> None:
        """Serve for ever, with the pauses of `away`."""
        while self._open.wait():
            self._server.serve_forever(poll_interval=0.02)

    def _away(self, seconds: float) -> None:
        self._open.clear()
        self._server.shutdown()
        self._server.server_close()
        time.sleep(seconds)
        self._server = Listener(self.port, self.handle, self.violation)
        self._open.set()

    def _get(self, request: Request, word: str) -> Answer:
        answer = super()._get(request, word)
        if isinstance(answer.body, dict) and answer.body.get("status") == "completed":
            with self._lock:
                self.ends[str(answer.body["id"])] += 1
        return answer

    def _image(self, request: Request, word: str) -> Answer:
        """A small picture; "wrong-file" is one that ends in the middle."""
        if word in wire.WITHHELD:
            return wire.withheld(word)
        prompt = wire.prompt_of(request.json, "image")
        self._take(prompt)
        data = _picture(request.json["generationConfig"]["imageConfig"]["aspectRatio"], zlib.crc32(prompt.encode()))
        data = data[: len(data) // 2] if word == "wrong-file" else data
        return Answer(body=wire.generated([wire.inline(data, "image/jpeg")]))

    def _download(self, request: Request, word: str) -> Answer:
        if word == "wrong-file":
            return Answer(body=media.mp4(6, "360p", "16:9"), media_type="video/mp4")
        return super()._download(request, word)


@cache
def _noise(ratio: str) -> Image.Image:
    return Image.radial_gradient("L").resize(SIDES[ratio])


def _picture(ratio: str, number: int) -> bytes:
    """A picture of its own for each prompt, under 2 kB."""
    colours = [
        Image.eval(_noise(ratio), lambda value, shift=number >> step: (value + shift) % 256) for step in (0, 8, 16)
    ]
    out = io.BytesIO()
    Image.merge("RGB", colours).save(out, "JPEG", quality=70)
    return out.getvalue()


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--faults", type=float, default=0.2)
    parser.add_argument("--short", action="store_true", help="without the faults that take minutes to end")
    args = parser.parse_args()
    for ratio in ("16:9", "9:16"):
        media.mp4(4, "720p", ratio)
    media.mp4(6, "360p", "16:9")
    standin = FaultyGoogle(Dice(args.seed, args.faults, short=args.short), args.port)
    print(standin.url, flush=True)  # noqa: T201 - whoever starts it reads the address
    standin.serve()


if __name__ == "__main__":
    main()
