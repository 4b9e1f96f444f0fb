"""Somebody who uses Kinora for hours over HTTP, insists on an answer, and keeps a paper of what was promised."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from app.creations.models import Creation
from tests.journeys.caller import Caller
from tests.soak.place import GRANT, Place

PATIENCE = 240.0
"""Seconds for which a request is repeated while the house is down or says that it is busy."""
PRICES = {"image": 5, "video": 40}
VIDEOS = 0.15
"""The share of videos."""
QUOTE_KEPT = 300.0


@dataclass
class Asked:
    """A creation that was promised: 303 with its key."""

    prompt: str
    kind: str
    id: uuid.UUID | None = None
    """Where the answer named it."""


@dataclass
class Paper:
    """What one person was told, and what must therefore be true at the end."""

    asked: list[Asked] = field(default_factory=list)
    published: dict[uuid.UUID, bool] = field(default_factory=dict)
    """The last word about each: shown to everyone or taken back."""
    taken_back: set[uuid.UUID] = field(default_factory=set)
    deleted: set[uuid.UUID] = field(default_factory=set)
    cancelled: set[uuid.UUID] = field(default_factory=set)
    liked: set[uuid.UUID] = field(default_factory=set)
    credits: int = 100 + GRANT
    """Before anything was asked for."""


class Unanswered(Exception):
    """No answer came for minutes: the run is over for this person."""


class Member:
    """One person, one thread."""

    def __init__(self, place: Place, name: str, numbers: Callable[[], int | None], clear: threading.Event) -> None:
        self.place = place
        self.caller = Caller(place.house.url, name)
        self.name = name
        self.paper = Paper()
        self.statuses: Counter[int] = Counter()
        self.wrong: list[str] = []
        self.resent = 0
        self.user_id = uuid.UUID(int=0)
        self._dice = random.Random(f"{place.wish.seed}/{name}")
        self._numbers = numbers
        self._clear = clear
        """Set while the house has not too much to do."""
        self._quotes: dict[str, tuple[float, str]] = {}

    def join(self) -> None:
        """Sign up, and be given credits for the whole run."""
        self.caller.sign_up()
        self.user_id = self.place.grant(self.name)

    def live(self) -> None:
        """Ask and act until all that was planned is asked for."""
        try:
            while (number := self._numbers()) is not None:
                self._clear.wait()
                self._ask(number)
                self._act()
        except Exception as error:
            self.wrong.append(f"{self.name} stopped: {type(error).__name__}: {error}")

    def _ask(self, number: int) -> None:
        kind = "video" if self._dice.random() < VIDEOS else "image"
        asked = Asked(f"soak {number} by {self.name}", kind)
        ratio = self._dice.choice(["9:16", "16:9"] if kind == "video" else ["1:1", "16:9", "9:16"])
        wish = {"kind": kind, "prompt": asked.prompt, "aspect_ratio": ratio, "quote": self._quote(kind),
                "idempotency_key": uuid.UUID(int=self._dice.getrandbits(128)).hex}  # fmt: skip
        if kind == "video":
            wish |= {"duration": "4", "resolution": "720p"}
        where = self._send("/create", wish, {303})
        if not where:
            return
        asked.id = _id_in(where)
        self.paper.asked.append(asked)
        if self._dice.random() < 0.05 and self._send("/create", wish, {303}) != where:
            self.wrong.append(f"{asked.prompt}: sent again with its key, it became another one")
        if asked.id and self._dice.random() < 0.05:
            self._cancel(asked.id)

    def _quote(self, kind: str) -> str:
        """The signed price, as the form carries it; good for ten minutes."""
        read_at, quote = self._quotes.get(kind, (float("-inf"), ""))
        if time.monotonic() - read_at > QUOTE_KEPT:
            page = self._insist(lambda: self.caller.get(f"/create?kind={kind}&duration=4&resolution=720p"))[1]
            found = re.search(r'name="quote" value="([^"]+)"', page)
            quote = unescape(found[1]) if found else ""
            self._quotes[kind] = time.monotonic(), quote
        return quote

    def _cancel(self, id: uuid.UUID) -> None:
        where = self._send(f"/creations/{id}/cancel", {}, {303, 409})
        if where:
            self.paper.cancelled.add(id)

    def _act(self) -> None:
        """Now and then do something with what is ready."""
        act = self._dice.choices([self._publish, self._take_back, self._delete, self._like, None], [8, 3, 3, 6, 80])[0]
        if act is not None:
            act()

    def _publish(self) -> None:
        if draft := self._one(Creation.user_id == self.user_id, Creation.state == "draft"):
            self._send(f"/creations/{draft}/publish", {"caption": "A soak", "alt_text": "Colours"}, {303})
            self.paper.published[draft] = True

    def _take_back(self) -> None:
        if shown := self._one(Creation.user_id == self.user_id, Creation.state == "published"):
            self._send(f"/creations/{shown}/unpublish", {}, {303})
            self.paper.published[shown] = False
            self.paper.taken_back.add(shown)

    def _delete(self) -> None:
        if mine := self._one(Creation.user_id == self.user_id, Creation.state.in_(["draft", "failed", "published"])):
            # Sent again after a lost answer, it is not there any more.
            self._send(f"/creations/{mine}/delete", {}, {303, 404})
            self.paper.deleted.add(mine)

    def _like(self) -> None:
        shown = self._one(Creation.state == "published")
        # Its owner may take it back at any moment.
        if shown and self._send(f"/p/{shown}/like", {"liked": "1"}, {303, 404}):
            self.paper.liked.add(shown)

    def _one(self, *where: Any) -> uuid.UUID | None:
        found = self.place.rows(Creation.id, where=(*where, Creation.deleted_at.is_(None)))
        return self._dice.choice(found).id if found else None

    def _send(self, path: str, fields: dict[str, Any], wanted: set[int]) -> str:
        """Send a form until it is answered; where a redirect leads, "" for other answers."""
        status, where, text = self._insist(lambda: self.caller.post(path, fields))
        if status not in wanted:
            self.wrong.append(f"{self.name}: {path} was answered with {status}: {_words(text)}")
        return where

    def _insist(self, request: Callable[[], tuple[Any, ...]]) -> tuple[Any, ...]:
        """Repeat a request until somebody answers it; 503 is no answer, any other 5xx is wrong."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                answer = request()
            except (OSError, http.client.HTTPException, AssertionError):
                # The last is a page without its form, because it was an error page.
                self.resent += 1
                time.sleep(self._dice.uniform(0.1, 0.5))
                continue
            self.statuses[answer[0]] += 1
            if answer[0] < 500:
                return answer
            if answer[0] != 503:
                self.wrong.append(f"{self.name}: {answer[0]}: {_words(answer[-1])}")
            time.sleep(self._dice.uniform(0.3, 1.0))
        raise Unanswered


def _id_in(where: str) -> uuid.UUID | None:
    found = re.search(r"/creations/([0-9a-f-]{36})", where)
    return uuid.UUID(found[1]) if found else None


def _words(page: str) -> str:
    """The words of a page, without its marks."""
    return " ".join(re.sub(r"<(script|style|head)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL).split())[:300]
