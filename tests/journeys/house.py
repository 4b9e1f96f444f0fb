"""The whole of Kinora as people run it: `kinora run` in a folder of its own, and what can be seen from outside."""

from __future__ import annotations

import functools
import http.client
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from redis import Redis

from app.supervising.leash import die_with_parent
from app.supervising.redis_server import free_port
from tests.journeys import processes
from tests.standins.google import GoogleStandIn

ROOT = Path(__file__).resolve().parents[2]
PLAIN = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")
"""What a house is told of the machine's environment: a key or an address that lies around here is not meant for it."""


def eventually(seen: Callable[[], Any], seconds: float = 20.0, *, what: str = "it", pause: float = 0.05) -> Any:
    """Wait until `seen` gives something true, and return that."""
    until = time.monotonic() + seconds
    while not (found := seen()):
        assert time.monotonic() < until, f"{what} never came to pass within {seconds:.0f} s"
        time.sleep(pause)
    return found


def with_google(standin: GoogleStandIn) -> dict[str, str]:
    """The environment of a house whose images and videos come from the stand-in for Google."""
    return {
        "GOOGLE_AI_API_KEY": standin.key,
        "GOOGLE_GEMINI_BASE_URL": standin.url,
        "PROVIDER_ALLOWED_HOSTS": "127.0.0.1",
        "IMAGE_PROVIDER": "google",
        "VIDEO_PROVIDER": "google",
    }


class House:
    """One Kinora, started and stopped as often as wanted, in the same folder and at the same address."""

    def __init__(self, folder: Path, template: Path, **environ: str) -> None:
        """`template` is an empty database at the newest migration: a house that has one makes no sample works."""
        self.data = folder / "data"
        self.data.mkdir(parents=True)
        shutil.copy(template, self.data / "kinora.db")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "house.log"
        self.environ = {name: os.environ[name] for name in PLAIN if name in os.environ} | {
            "KINORA_DATA": str(self.data),
            "PORT": str(self.port),
            "RATE_LIMITS": "off",
            **environ,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> House:
        """Start it and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "run"],
                cwd=ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # Whoever kills the tests with -9 ends the house too. Started in the main thread: there the leash hangs.
                preexec_fn=functools.partial(die_with_parent, signal.SIGKILL, parent=os.getpid()),
            )
        eventually(self.answers, 60, what="the house's answer")
        return self

    def __enter__(self) -> House:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.end()

    def answers(self) -> bool:
        """Whether the web is up."""
        assert self.pid, self.words()
        assert self.process is None or self.process.poll() is None, self.words()
        return self.get("/healthz") == 200

    def get(self, path: str) -> int:
        """The status of an answer, 0 when there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with closing(connection), suppress(OSError, http.client.HTTPException):
            connection.request("GET", path)
            return connection.getresponse().status
        return 0

    def words(self) -> str:
        """The end of what the house has said."""
        return self.log.read_text(errors="replace")[-4000:]

    @property
    def pid(self) -> int:
        """The supervisor's."""
        return self.process.pid if self.process else 0

    def stop(self, sig: signal.Signals = signal.SIGINT) -> float:
        """End it in order, as Ctrl-C does; the seconds that took. Nothing of it may be left."""
        assert self.process is not None
        family = processes.below(self.pid)
        begin = time.monotonic()
        self.process.send_signal(sig)
        code = self.process.wait(20)
        took = time.monotonic() - begin
        self.process = None
        assert code == 0, self.words()
        assert not [pid for pid in family if processes.is_alive(pid)], "something outlived Ctrl-C"
        return took

    def kill(self) -> list[int]:
        """Kill the supervisor with -9; the processes that it had then."""
        assert self.process is not None
        family = processes.below(self.pid)
        self.process.kill()
        self.process.wait()
        self.process = None
        return family

    def end(self) -> None:
        """Leave nothing behind, whatever state it is in."""
        if self.process is not None:
            family = [self.pid, *processes.below(self.pid)]
            for pid in family:
                processes.kill(pid)
            self.process.wait()
            self.process = None

    def child(self, name: str) -> int:
        """The process id of one of the supervisor's children: `web`, `worker` or `redis`."""
        words = {"web": "gunicorn", "worker": "jobs.worker", "redis": "redis"}[name]
        found = [pid for pid in processes.children(self.pid) if words in processes.command(pid)]
        return found[0] if found else 0

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of the operator's commands beside it."""
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *arguments],
            cwd=ROOT,
            env={**self.environ, "REDIS_URL": self.redis_url},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def give(self, name: str, credits: int) -> None:
        """Credits from the team."""
        done = self.command("grant", name, str(credits), "--why", "a test")
        assert done.returncode == 0, done.stderr

    def clean(self) -> None:
        """The books must be right: `kinora audit` finds nothing."""
        done = self.command("audit")
        assert done.returncode == 0, done.stdout + done.stderr

    @property
    def redis_url(self) -> str:
        """Its Redis, as its processes know it."""
        return f"unix://{self.data}/redis/redis.sock?db=0"

    def redis(self) -> Redis:
        """A connection to its Redis."""
        return Redis.from_url(self.redis_url)

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """Read its database, from beside it."""
        with closing(sqlite3.connect(f"file:{self.data}/kinora.db?mode=ro", uri=True, timeout=10)) as db:
            db.row_factory = sqlite3.Row
            return db.execute(query, values).fetchall()

    def row(self, creation_id: str) -> sqlite3.Row:
        """One creation as the database has it."""
        return self.rows("SELECT * FROM creations WHERE id = ?", uuid.UUID(creation_id).hex)[0]

    def configure(self, **settings: float) -> None:
        """Set run-time settings as an admin's page would write them; every process knows within two seconds."""
        with closing(sqlite3.connect(self.data / "kinora.db", timeout=10)) as db, db:
            for key, value in settings.items():
                db.execute(
                    "INSERT OR REPLACE INTO system_configs (key, value, type, description, updated_at)"
                    " VALUES (?, ?, 'number', '', ?)",
                    (key, str(value), datetime.now(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")),
                )
