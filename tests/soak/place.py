"""Where a soak takes place: a folder, a house in it, the provider beside it, and a look into the database."""

from __future__ import annotations

import http.client
import json
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from redis import RedisError
from sqlalchemy import func, select

from app import create_app
from app.accounts.queries import id_of
from app.admin import people
from app.config import load
from app.creations.models import Creation
from app.extensions import db
from app.settings import store
from app.supervising.redis_server import free_port
from tests.journeys.house import ROOT, House
from tests.servers.postgres import running_postgres
from tests.servers.process import ServerProcess
from tests.standins.google import KEY

SETTINGS = {
    "lease_seconds": "5",
    "unconfirmed_seconds": "5",
    "image_timeout_seconds": "60",
    "video_timeout_seconds": "120",
    "video_concurrent_limit": "1000",
    "generate_rate_per_minute": "10000",
}
"""Shorter than in life where it only means less waiting."""
GRANT = 100_000


@dataclass(frozen=True)
class Wish:
    """What one run is to be."""

    generations: int
    kills: int
    faults: float
    seed: int
    database: str = "sqlite"
    minutes: float = 60.0

    @property
    def short(self) -> bool:
        """Too short for the faults that take minutes to end."""
        return self.generations < 2_000


class Place:
    """The house, its provider and its books. Processes are started from the thread that made it: their leash."""

    def __init__(self, folder: Path, wish: Wish, database_url: str) -> None:
        self.wish = wish
        self.folder = folder
        self.port = free_port()
        environ = {
            "GOOGLE_AI_API_KEY": KEY,
            "GOOGLE_GEMINI_BASE_URL": f"http://127.0.0.1:{self.port}",
            "PROVIDER_ALLOWED_HOSTS": f"127.0.0.1:{self.port}",
            "IMAGE_PROVIDER": "google",
            "VIDEO_PROVIDER": "google",
            **({"DATABASE_URL": database_url} if database_url else {}),
        }
        template = _migrated(folder / "template", database_url)
        self.house = House(folder, template, **environ)
        self.app: Flask = create_app(load({**self.house.environ, "REDIS_URL": self.house.redis_url}))
        self.provider = ServerProcess(_provider(self.port, wish), folder / "provider.log", cwd=ROOT)

    def open(self) -> None:
        """Start the provider and the house."""
        with self.app.app_context():
            store.change(SETTINGS, actor_id=None)
        # Its films are made before it listens.
        self.provider.start(lambda: bool(self.ask_provider("/_control/soak")), 60)
        self.house.start()

    def close(self) -> None:
        """End everything, whatever state it is in."""
        self.house.end()
        self.provider.kill()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def ask_provider(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Control the provider; empty when it does not answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST" if body is not None else "GET", path, json.dumps(body) if body else None)
            found: dict[str, Any] = json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException):
            return {}
        finally:
            connection.close()
        return found

    def grant(self, name: str) -> uuid.UUID:
        """Credits for a whole run; the person's id."""
        with self.app.app_context():
            user_id = id_of(name)
            people.grant(None, user_id, GRANT, "a soak", key=uuid.uuid4().hex)
            db.session.remove()
        return user_id

    def choose(self, provider: str) -> None:
        """Who makes images from now on."""
        with self.app.app_context():
            store.change({"image_provider": provider}, actor_id=None)
            db.session.remove()

    def close_breakers(self) -> int:
        """Close every breaker as a lost Redis would; how many models rested. One in five calls fails here for hours."""
        with suppress(RedisError), self.house.redis() as redis:
            keys = [bytes(key) for key in redis.scan_iter("kinora:breaker:*")]
            if keys:
                redis.delete(*keys)
            return sum(b":open:" in key for key in keys)
        return 0

    def counts(self) -> dict[str, int]:
        """How many creations there are, by step; those that are settled under their state."""
        rows = self.rows(Creation.step, Creation.state, func.count(), group=(Creation.step, Creation.state))
        return {str(step or state): number for step, state, number in rows}

    def rows(self, *columns: Any, where: tuple[Any, ...] = (), group: tuple[Any, ...] = ()) -> list[Any]:
        """Read the database from beside the house, from any thread."""
        with self.app.app_context():
            try:
                return list(db.session.execute(select(*columns).where(*where).group_by(*group)).all())
            finally:
                db.session.remove()


@contextmanager
def opened(folder: Path, wish: Wish) -> Iterator[Place]:
    """A place that is open, and closed again whatever happens."""
    with ExitStack() as stack:
        url = ""
        if wish.database == "postgresql":
            url = stack.enter_context(running_postgres(durable=True)).fresh_database()
        place = Place(folder, wish, url)
        stack.callback(place.close)
        place.open()
        yield place


def _migrated(folder: Path, database_url: str) -> Path:
    """An empty SQLite database for the house's folder; a PostgreSQL one is brought up to date where it is."""
    folder.mkdir(parents=True)
    environ = {"KINORA_DATA": str(folder), **({"DATABASE_URL": database_url} if database_url else {})}
    app = create_app(load(environ))
    with app.app_context():
        from flask_migrate import upgrade

        upgrade()
        db.session.remove()
        db.engine.dispose()
    if database_url:
        (folder / "kinora.db").touch()
    return folder / "kinora.db"


def _provider(port: int, wish: Wish) -> list[str]:
    short = ["--short"] if wish.short else []
    return [sys.executable, "-m", "tests.soak.provider", f"--port={port}", f"--seed={wish.seed}",
            f"--faults={wish.faults}", *short]  # fmt: skip
