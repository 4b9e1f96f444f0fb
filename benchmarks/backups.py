"""How long a backup, the next one, a restore and an audit of 10,000 creations take, beside a plain copy of the bytes.

    python -m benchmarks.backups [--creations N] [--database postgresql] [--rows-only]

Each creation has a file of 100 kB and two posters, a price, its debit and, one in ten, a failure with its refund.
`--rows-only` measures the audit over many rows, all of them failures with three entries each, so without files.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, insert, text, update

from app.accounts.models import User
from app.config import load
from app.creations.models import Creation
from app.credits.models import LedgerEntry
from app.extensions import now, uuid7

PEOPLE = 200
PRICE = 5
CHUNK = 10_000
SIZES = {"images": 100_000, "posters": 12_000, "small": 4_000}


def main() -> None:
    """Fill a house, then measure each command from its start to its end."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--creations", type=int, default=10_000)
    ask.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    ask.add_argument("--rows-only", action="store_true")
    args = ask.parse_args()
    with tempfile.TemporaryDirectory(prefix="kinora-backups-") as name, _databases(args.database) as fresh:
        folder = Path(name)
        house = _environ(folder / "house", fresh())
        _fill(house, folder / "house", args.creations, files=not args.rows_only)
        if args.rows_only:
            _say("audit", *_kinora(house, "audit"))
            return
        _say("plain copy of the bytes (floor)", _copied(folder), 0)
        _say("backup", *_kinora(house, "backup", str(folder / "backups")))
        time.sleep(1)
        _say("the next backup, nothing new", *_kinora(house, "backup", str(folder / "backups")))
        newest = max(path for path in (folder / "backups").iterdir() if path.is_dir())
        _say("restore, with its audit", *_kinora(_environ(folder / "other", fresh()), "restore", str(newest)))
        _say("audit", *_kinora(house, "audit"))


def _say(what: str, seconds: float, megabytes: float) -> None:
    memory = f"   {megabytes:5.0f} MB at most" if megabytes else ""
    print(f"{what:34} {seconds:7.1f} s{memory}", flush=True)


@contextmanager
def _databases(kind: str) -> Iterator[Any]:
    if kind == "sqlite":
        yield lambda: ""
        return
    from tests.servers.postgres import running_postgres

    with running_postgres(durable=True) as server:
        yield server.fresh_database


def _environ(data: Path, database_url: str) -> dict[str, str]:
    data.mkdir()
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return plain | {"KINORA_DATA": str(data), "DATABASE_URL": database_url}


def _kinora(environ: dict[str, str], *command: str) -> tuple[float, float]:
    """Seconds and the most memory of one command; it must end well."""
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "app.cli", *command], env=environ, capture_output=True, check=False)
    seconds = time.monotonic() - began
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _copied(folder: Path) -> float:
    os.sync()
    began = time.monotonic()
    shutil.copytree(folder / "house", folder / "floor")
    os.sync()
    seconds = time.monotonic() - began
    shutil.rmtree(folder / "floor")
    return seconds


def _fill(environ: dict[str, str], data: Path, count: int, *, files: bool) -> None:
    _kinora(environ, "db", "upgrade")
    engine = create_engine(load(environ).database_url)
    rng = random.Random(7)
    people = [uuid7() for _ in range(PEOPLE)]
    with engine.begin() as connection:
        connection.execute(insert(User), [{"id": i, "username": f"person_{n}"} for n, i in enumerate(people)])
    for start in range(0, count, CHUNK):
        numbers = range(start, min(start + CHUNK, count))
        rows = [_row(n, people[rng.randrange(PEOPLE)], failed=not files or n % 10 == 0) for n in numbers]
        with engine.begin() as connection:
            connection.execute(insert(Creation), rows)
            connection.execute(insert(LedgerEntry), list(_entries(rows)))
        if files:
            _store(data / "media", rows, rng)
    _balance(engine)
    engine.dispose()


def _row(n: int, owner: Any, *, failed: bool) -> dict[str, Any]:
    made = not failed
    state = "failed" if failed else ("published", "draft")[n % 2]
    name = f"{n:022d}"
    return {
        "id": uuid7(),
        "user_id": owner,
        "kind": "image",
        "state": state,
        "step": None,
        "prompt": f"Layered ridges at dusk, take {n}",
        "aspect_ratio": "1:1",
        "provider": "local",
        "model": "kinora-local-image-1",
        "credit_cost": PRICE,
        "media_key": f"images/{name}.png" if made else None,
        "media_type": "image/png" if made else None,
        "file_size_bytes": SIZES["images"] if made else None,
        "poster_key": f"posters/{name}.webp" if made else None,
        "poster_small_key": f"posters/s{name}.webp" if made else None,
        "published_at": now() if state == "published" else None,
    }


def _entries(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        about = {"user_id": row["user_id"], "balance_after": 0, "id": uuid7()}
        yield about | {"type": "admin_grant", "amount": PRICE, "key": f"admin:{row['id']}", "creation_id": None}
        about = {"user_id": row["user_id"], "balance_after": 0, "creation_id": row["id"]}
        yield about | {"id": uuid7(), "type": "image_generation", "amount": -PRICE, "key": f"debit:{row['id']}"}
        if row["state"] == "failed":
            yield about | {"id": uuid7(), "type": "image_refund", "amount": PRICE, "key": f"refund:{row['id']}"}


def _store(media: Path, rows: list[dict[str, Any]], rng: random.Random) -> None:
    for kind in ("images", "posters"):
        (media / kind).mkdir(parents=True, exist_ok=True)
    for row in rows:
        for column, size in zip(("media_key", "poster_key", "poster_small_key"), SIZES.values(), strict=True):
            if row[column]:
                (media / row[column]).write_bytes(rng.randbytes(size))


def _balance(engine: Engine) -> None:
    sums = text("(SELECT COALESCE(SUM(amount), 0) FROM ledger_entries l WHERE l.user_id = users.id)")
    with engine.begin() as connection:
        connection.execute(update(User).values(balance=sums))


if __name__ == "__main__":
    main()
