"""`kinora run`: the web, the worker, and on a laptop Redis, under one supervisor."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path

from app.config import ROOT, Config
from app.supervising import schema, web_address
from app.supervising.child import Child
from app.supervising.lock import AlreadyRunning, hold
from app.supervising.loop import GRACE, Supervisor
from app.supervising.redis_server import RedisMissing, RedisServer
from app.supervising.web_address import PortTaken

Household = Callable[[Config, RedisServer | None], list[Child]]


def run(config: Config, household: Household | None = None, *, grace: float = GRACE) -> int:
    """Run Kinora until it is told to stop, and return the exit code: 0 when asked, 1 when it could not run.

    `household` names the children; unless given, Kinora's own.
    """
    try:
        config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with hold(config.data, _address(config)) as lock:
            web_address.insist_on_free(config.host, config.port)
            redis = None if config.redis_url else RedisServer(config.data / "redis")
            supervisor = Supervisor(
                (household or kinora)(config, redis),
                grace=grace,
                # `make` killed with -9 cannot hand anything on; its children have to look for themselves.
                follow_parent="MAKELEVEL" in os.environ,
                inherited=(lock.family,),
                on_stopping=lock.stopping,
            )
            return supervisor.run()
    except PermissionError as problem:
        sys.stderr.write(f"Kinora may not write to its data folder (KINORA_DATA): {problem.filename}\n")
        return 1
    except (AlreadyRunning, PortTaken, RedisMissing) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except KeyboardInterrupt:
        return 0


def kinora(config: Config, redis: RedisServer | None) -> list[Child]:
    """Kinora's own children, in the order in which they are told to end."""
    env = {"KINORA_DATA": str(config.data)} | ({"REDIS_URL": redis.url} if redis else {})
    program = functools.partial(Child, env=env, cwd=ROOT)
    migrate, seed, embedded = [], [], []
    if redis:
        embedded.append(Child("redis", redis.argv, prepare=redis.prepare, ready=redis.ready, quiet=True))
    if not schema.is_current(config.database_url, ROOT / "migrations" / "versions"):
        migrate.append(program("migrate", _python("app.cli", "db", "upgrade"), one_shot=True))
    ground = tuple(child.name for child in (*migrate, *embedded))
    web = program(
        "web",
        _python("gunicorn", "-c", "python:app.serving", "wsgi:app"),
        after=ground,
        ready=lambda: web_address.answers(config.host, config.port),
        ready_words=f"Kinora is running at {_address(config)} (Ctrl-C ends it)",
    )
    worker = program("worker", _python("jobs.worker"), after=ground)
    if note := _samples_pending(config):
        done = functools.partial(note.unlink, missing_ok=True)
        after = ("web", "worker")
        seed.append(program("seed", _python("app.cli", "seed"), after=after, one_shot=True, nice=10, on_ready=done))
    return [*migrate, web, worker, *seed, *embedded]


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _address(config: Config) -> str:
    return config.public_url or web_address.address(config.host, config.port)


def _samples_pending(config: Config) -> Path | None:
    """The note that sample works are still to be made: left at the first start, gone once they are."""
    note = config.data / "samples-pending"
    if config.development and config.database_url == f"sqlite:///{config.data / 'kinora.db'}":
        if not (config.data / "kinora.db").exists():
            note.touch()
        return note if note.exists() else None
    return None
