"""What a crash leaves and who mends it, row by row: each a real kill -9 at exactly that moment."""

from __future__ import annotations

import http.client
import signal
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from app import queue
from tests.crashes import workplace
from tests.crashes.deadly_google import DeadlyGoogle
from tests.journeys import processes
from tests.journeys.caller import Caller
from tests.journeys.house import House, eventually, with_google
from tests.realtime.people import Page

pytestmark = pytest.mark.slow
SLOW_REFUND = """CREATE TRIGGER slow_refund AFTER INSERT ON ledger_entries WHEN new.key LIKE 'refund:%' BEGIN
    SELECT sum(length(randomblob(50000000 + value))) FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18]');
END"""
"""Some seconds of work inside the transaction of a refund."""


@dataclass(frozen=True)
class End:
    """How a creation must end, and how often the provider has taken it on by then."""

    state: str
    accepted: int
    code: str | None = None


class Scene:
    """One house, one person, and one creation at a time."""

    def __init__(self, house: House, google: DeadlyGoogle, ada: Caller) -> None:
        self.house = house
        self.google = google
        self.ada = ada
        self.prompt = f"A picture {uuid.uuid4().hex[:8]}"
        self.key = uuid.uuid4().hex

    def ask(self, kind: str = "image") -> int:
        """Ask for it; 0 when nobody answered."""
        with suppress(OSError, http.client.HTTPException):
            return self.ada.ask(self.prompt, kind, idempotency_key=self.key)
        return 0

    def ask_in_vain(self) -> threading.Thread:
        """Ask while something stands in the way."""
        thread = threading.Thread(target=self.ask)
        thread.start()
        return thread

    def found(self) -> list[sqlite3.Row]:
        """What the database has of it; not what was answered with 503 and refunded because Redis was away."""
        return self.house.rows(
            "SELECT * FROM creations WHERE prompt = ? AND coalesce(error_code, '') <> 'not_queued'", self.prompt
        )

    def at(self, step: str) -> sqlite3.Row:
        """Wait until it is at a step, and return it."""
        return eventually(lambda: [row for row in self.found() if row["step"] == step], 30, what=f"step {step}")[0]

    def horse(self, name: str) -> int:
        """The fork that works on it."""
        id = str(uuid.UUID(self.found()[0]["id"]))
        return next((role.horse for role in workplace.roles(self.house, name) if role.creation_id == id), 0)

    def ends(self, end: End) -> None:
        """It ends like this, once, with the right credits, and was sent to the provider once at most."""
        self.ended()
        (row,) = self.found()
        assert (row["state"], row["error_code"]) == (end.state, end.code)
        assert self.google.submits[self.prompt] <= 1
        assert self.google.accepted[self.prompt] == end.accepted
        assert len(self.moves()) == (1 if end.state == "draft" else 2)
        assert sum(self.moves()) == (-row["credit_cost"] if end.state == "draft" else 0)
        assert self.is_whole(row) is (end.state == "draft")

    def ended(self) -> None:
        """Wait for its end."""
        eventually(lambda: [row for row in self.found() if row["step"] is None], 60, what="its end")

    def moves(self) -> list[int]:
        """What the ledger has of it."""
        id = self.found()[0]["id"]
        return [row["amount"] for row in self.house.rows("SELECT amount FROM ledger_entries WHERE creation_id = ?", id)]

    def is_whole(self, row: sqlite3.Row) -> bool:
        """Whether its owner can fetch it."""
        return bool(row["media_key"]) and self.ada.get(f"/media/{row['media_key']}")[0] == 200


@contextmanager
def locked(house: House) -> Iterator[None]:
    """Nobody else can write to the database."""
    with closing(sqlite3.connect(house.data / "kinora.db", timeout=10, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        yield
        db.execute("ROLLBACK")


@contextmanager
def slow_refunds(house: House) -> Iterator[None]:
    """A refund takes seconds, inside its transaction."""
    with closing(sqlite3.connect(house.data / "kinora.db", timeout=30)) as db:
        db.execute(SLOW_REFUND)
        try:
            yield
        finally:
            db.execute("DROP TRIGGER slow_refund")


@contextmanager
def deaf_redis(house: House) -> Iterator[None]:
    """Redis takes connections and says nothing."""
    pid = house.child("redis")
    processes.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        processes.kill(pid, signal.SIGCONT)


def web_workers(house: House) -> list[int]:
    """The processes that serve requests."""
    return processes.children(house.child("web"))


def kill_all(pids: list[int]) -> None:
    """Kill -9 of each; there must be one."""
    assert pids
    for pid in pids:
        assert processes.kill(pid)


def before_t0_commits(scene: Scene) -> None:
    """Nothing is left; the same form sent again makes one."""
    with locked(scene.house):
        asking = scene.ask_in_vain()
        time.sleep(0.5)
        kill_all(web_workers(scene.house))
    asking.join()
    assert scene.found() == []
    eventually(lambda: scene.ask() == 303, 20, what="an answer")
    assert scene.ask() == 303


def after_t0_before_the_message(scene: Scene) -> None:
    """A pending row without a message: the sweeper queues it."""
    with deaf_redis(scene.house):
        asking = scene.ask_in_vain()
        scene.at("queued")
        kill_all(web_workers(scene.house))
    asking.join()


def before_t1(scene: Scene) -> None:
    """Its message was taken and is gone: the sweeper queues it again."""
    idle = eventually(lambda: [role.pid for role in workplace.roles(scene.house, queue.SUBMIT_QUEUE)], what="a role")
    for pid in idle:
        processes.kill(pid, signal.SIGSTOP)
    assert scene.ask() == 303
    with locked(scene.house):
        for pid in idle:
            processes.kill(pid, signal.SIGCONT)
        kill_all([eventually(lambda: scene.horse(queue.SUBMIT_QUEUE), what="a fork with the message", pause=0.01)])
    assert scene.at("queued")["attempt"] == 0


def before_the_provider_has_it(scene: Scene) -> None:
    """Submitting, with a lease: nobody knows, so it is refunded and never sent again."""
    scene.google.before["image"] = processes.kill
    assert scene.ask() == 303


def after_acceptance_before_t2(scene: Scene) -> None:
    """The same, with an orphan at the provider, which is the house's cost."""
    scene.google.after["create"] = processes.kill
    assert scene.ask("video") == 303


def in_waiting(scene: Scene) -> None:
    """Looked up again by the next watch role."""
    scene.google.video_seconds = 3.0
    assert scene.ask("video") == 303
    scene.at("waiting")
    kill_all([workplace.watcher(scene.house)])
    scene.ended()


def in_a_look_up(scene: Scene) -> None:
    """The same, when its lease has run out."""
    scene.google.after["get"] = processes.kill
    assert scene.ask("video") == 303
    scene.ended()
    assert not scene.google.after


def in_the_download(scene: Scene) -> None:
    """A part under a temporary name; fetched again from the start."""
    scene.google.script("download", {"fault": "drip", "seconds": 0.001})
    assert scene.ask("video") == 303
    folder = scene.house.data / "work" / str(uuid.UUID(scene.at("fetching")["id"]))
    eventually(lambda: list(folder.glob(".part-*")), what="a part")
    kill_all([scene.horse(queue.MEDIA_QUEUE)])
    scene.ended()


def after_the_file_is_stored(scene: Scene) -> None:
    """An object that no row names: stored again under the same key."""
    scene.google.slow["download"] = 1.0
    assert scene.ask("video") == 303
    id = str(uuid.UUID(scene.at("fetching")["id"]))
    eventually(lambda: scene.found()[0]["lease_token"], what="its claim")
    with locked(scene.house):
        eventually(lambda: workplace.stored(scene.house, id), what="its file", pause=0.01)
        kill_all([scene.horse(queue.MEDIA_QUEUE)])
    assert scene.found()[0]["step"] == "fetching"
    scene.ended()


def after_t7_before_the_push(scene: Scene) -> None:
    """A draft of which nobody was told: open pages show it all the same."""
    scene.google.slow["download"] = 1.0
    assert scene.ask("video") == 303
    id = str(uuid.UUID(scene.at("fetching")["id"]))
    eventually(lambda: scene.found()[0]["lease_token"], what="its claim")
    horse = scene.horse(queue.MEDIA_QUEUE)
    page = Page(scene.ada, scene.found()[0]["version"])
    with deaf_redis(scene.house):
        eventually(lambda: scene.found()[0]["state"] == "draft", what="its row", pause=0.01)
        kill_all([horse])
    begin = time.monotonic()
    while page.cards.get(id, ("", 0))[0] != "draft":
        page.hear(0.5)
        assert time.monotonic() - begin < 15, "the page was never told"
    page.close()


def in_the_refund_s_transaction(scene: Scene) -> None:
    """Nothing of it is there, so it is done again."""
    with slow_refunds(scene.house):
        scene.google.script("image", "500")
        assert scene.ask() == 303
        scene.at("unknown")
        eventually(lambda: _is_written_to(scene.house), what="the refund", pause=0.01)
        kill_all([workplace.watcher(scene.house)])
        assert scene.found()[0]["step"] == "unknown"
        assert scene.house.rows("SELECT id FROM ledger_entries WHERE key LIKE 'refund:%'") == []


def redis_wiped_and_killed(scene: Scene) -> None:
    """Every message is lost; rows are enough."""
    scene.google.slow["image"] = 1.0
    assert scene.ask() == 303
    with scene.house.redis() as redis:
        redis.flushall()
    kill_all([scene.house.child("redis")])


def the_web_process(scene: Scene) -> None:
    """The supervisor starts another; whoever was logged in still is."""
    eventually(lambda: scene.ask() == 303, 20, what="Redis")
    kill_all([scene.house.child("web")])
    eventually(lambda: scene.ask() == 303, 20, what="another web process")


def _is_written_to(house: House) -> bool:
    """Whether somebody has been in a transaction that writes for a good while."""
    with closing(sqlite3.connect(house.data / "kinora.db", timeout=0.3, isolation_level=None)) as db:
        try:
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        db.execute("ROLLBACK")
        return False


DRAFT = End("draft", accepted=1)
ROWS: dict[str, tuple[Callable[[Scene], None], End]] = {
    "before T0 commits": (before_t0_commits, DRAFT),
    "after T0, before the queue message": (after_t0_before_the_message, DRAFT),
    "after T0, with the message taken": (before_t1, DRAFT),
    "after T1, before or in the provider call": (before_the_provider_has_it, End("failed", 0, "unconfirmed")),
    "after acceptance, before T2 commits": (after_acceptance_before_t2, End("failed", 1, "unconfirmed")),
    "in waiting": (in_waiting, DRAFT),
    "in waiting, in a look-up": (in_a_look_up, DRAFT),
    "in the download": (in_the_download, DRAFT),
    "after the file is stored, before T7": (after_the_file_is_stored, DRAFT),
    "after T7, before the push": (after_t7_before_the_push, DRAFT),
    "in the refund's transaction": (in_the_refund_s_transaction, End("failed", 0, "unconfirmed")),
    "Redis wiped or down": (redis_wiped_and_killed, DRAFT),
    "web process": (the_web_process, DRAFT),
}
FIRST = (
    "after T1, before or in the provider call",
    "after acceptance, before T2 commits",
    "in the refund's transaction",
)
"""These wait for the sweeper afterwards, and may do so together."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, google: DeadlyGoogle) -> Iterator[House]:
    """One house for all rows."""
    house = House(tmp_path_factory.mktemp("rows"), sqlite_template, **with_google(google))
    house.configure(lease_seconds=2, sweep_seconds=2, unconfirmed_seconds=1, video_concurrent_limit=1000)
    with house:
        yield house
        house.clean()
        house.stop()


@pytest.fixture(scope="module")
def struck(home: House, google: DeadlyGoogle) -> dict[str, tuple[Scene, Exception | None]]:
    """Every row's creation, killed at its moment; what went wrong in getting there is that row's test's to say."""
    google.reset()
    ada = Caller(home.url, "ada_l").sign_up()
    home.give("ada_l", 2_000)
    found: dict[str, tuple[Scene, Exception | None]] = {}
    for row in sorted(ROWS, key=lambda row: row not in FIRST):
        eventually(lambda: home.answers() and len(processes.children(home.child("worker"))) == 5, 30, what="a house")
        scene, problem = Scene(home, google, ada), None
        google.slow, google.video_seconds = {}, 0.0
        try:
            ROWS[row][0](scene)
        except Exception as error:
            problem = error
        found[row] = scene, problem
    return found


@pytest.mark.parametrize("row", ROWS)
def test_a_crash_at_this_moment_is_mended(
    struck: dict[str, tuple[Scene, Exception | None]], google: DeadlyGoogle, row: str
) -> None:
    """I2 to I5"""
    scene, problem = struck[row]
    if problem is not None:
        raise problem
    eventually(scene.house.answers, what="the web, which died last")
    scene.ends(ROWS[row][1])
    assert not google.violations
