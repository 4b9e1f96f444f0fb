"""What happens while many pages are open, until its frames are there: to one person, to everybody, by a commit."""

from __future__ import annotations

import json
import random
import re
import sqlite3
import subprocess
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from redis import Redis

from app.creations import transitions
from app.extensions import transaction
from app.realtime import bus
from benchmarks import floor_sockets, members
from benchmarks.measuring import Crowd, Spread, delays, kept_off_seconds, processor_seconds, spread
from benchmarks.members import Member
from benchmarks.serving import CLIENT_CORE, pinned

EVENTS_A_SECOND = 200
COMMITS_A_SECOND = 20
BROADCASTS = 8
BROADCAST_SECONDS = 2.0
"""Likes come at most once a second, and each must be through in half of this."""
Ring = Callable[[int, Member], float]
"""Lets something happen to a person, who has a number; gives the moment at which it was told."""


@dataclass(frozen=True)
class Place:
    """Where one number of sockets is measured."""

    folder: Path
    redis: Redis
    redis_url: str
    app: Flask
    people: list[Member]
    seconds: float


def targeted(place: Place, pages: Crowd, ring: Ring, rate: float = EVENTS_A_SECOND) -> Spread:
    """Let something happen to random people at an even rate; from each event to its frames."""
    pages.frames()
    dice, rung = random.Random(7), []
    began = time.monotonic()
    for number in range(int(place.seconds * rate)):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        # The last one is published, and so has no progress.
        who = dice.randrange(len(place.people) - 1)
        at = ring(who, place.people[who])
        rung.append((at, who, place.people[who].version))
    time.sleep(1)
    return delays(rung, pages.frames())


def kinora_ring(place: Place, database: sqlite3.Connection) -> Ring:
    """A tick of progress and its doorbell."""

    def ring(_: int, member: Member) -> float:
        members.change(database, member)
        at = time.monotonic()
        place.redis.publish(bus.CHANNEL, json.dumps({"user": str(member.id)}))
        return at

    return ring


def commit(_: int, member: Member) -> float:
    """As a worker does it: the transaction, durable on the disk, then the doorbell. From when it is committed."""
    with transaction():
        member.version = transitions.show(member.creation_id, member.id)
    at = time.monotonic()
    bus.publish(member.id)
    return at


def publish_one(database: sqlite3.Connection, member: Member) -> uuid.UUID:
    """Make a person's creation one whose likes everybody is shown."""
    database.execute(
        "UPDATE creations SET state = 'published', step = NULL, media_key = 'videos/1.mp4' WHERE id = ?",
        (member.creation_id.hex,),
    )
    return member.creation_id


@dataclass(frozen=True)
class Broadcast:
    """A frame to everybody: until it is there, and what it costs."""

    delay: Spread
    microseconds: float
    """Of processor time, a socket and frame."""
    kept_off: tuple[float, float]
    """Seconds in which server and client waited for their cores; where they are many, the delay is not the server's."""


def broadcast(pages: Crowd, worker: int, send: Callable[[], object]) -> Broadcast:
    """Send some frames to everybody; from the half of the time in which each goes out the quiet half is taken."""
    pages.frames()
    rung, spent = [], 0.0
    before = kept_off_seconds(worker), kept_off_seconds(pages.pid)
    for _ in range(BROADCASTS):
        marks = [processor_seconds(worker)]
        rung.append(time.monotonic())
        send()
        for _ in range(2):
            time.sleep(BROADCAST_SECONDS / 2)
            marks.append(processor_seconds(worker))
        spent += marks[1] - marks[0] - (marks[2] - marks[1])
    heard = [at for at, _, version in pages.frames() if version == -1]
    kept_off = kept_off_seconds(worker) - before[0], kept_off_seconds(pages.pid) - before[1]
    took = [at - max(began for began in rung if began <= at) for at in heard]
    return Broadcast(spread(took, BROADCASTS * pages.open - len(heard)), 1e6 * spent / len(heard), kept_off)


def floor_ring(place: Place, size: int) -> Ring:
    """The floor is told what to send: a frame of this size."""

    def ring(number: int, member: Member) -> float:
        member.version += 1
        words = json.dumps({"user": str(number), "text": text(size, version=member.version)})
        at = time.monotonic()
        place.redis.publish(floor_sockets.CHANNEL, words)
        return at

    return ring


def text(size: int, **values: int) -> str:
    """A message of about this many bytes."""
    empty = json.dumps({**values, "content": ""})
    return json.dumps({**values, "content": "x" * max(0, size - len(empty))})


class Busy:
    """wrk, asking for a page as fast as it is answered, while the block that follows runs."""

    def __init__(self, base: str, cookie: str, seconds: float) -> None:
        argv = ["wrk", "-t1", "-c16", f"-d{round(seconds) + 2}s", "-H", f"Cookie: {cookie}", f"{base}/drafts"]
        self._process = subprocess.Popen(pinned(CLIENT_CORE, argv), stdout=subprocess.PIPE, text=True)
        time.sleep(1)

    def rate(self) -> float:
        """Pages a second. Every answer must be a 2xx."""
        text = self._process.communicate(timeout=60)[0]
        rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
        if "Non-2xx" in text or rate is None:
            raise RuntimeError(text)
        return float(rate[1])
