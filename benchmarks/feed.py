"""Explore as a share of a bare Flask hello under the same gunicorn arguments.

    python -m benchmarks.feed [--rows 1000 1000000] [--databases sqlite postgresql] [--seconds 4]

For each database and number of creations: requests a second of the first page signed in, of a page deep in the feed,
and of the first page signed out, each divided by hello's in the same round; and what the last number of creations has
of the first's share. Needs wrk, and PostgreSQL for its part.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select

from app import create_app
from app.accounts import service
from app.config import load
from app.creations.models import IS_PUBLISHED, Creation
from app.extensions import db
from app.web.paging import encode_cursor
from benchmarks import million
from benchmarks.serving import CLIENT_CORE, pinned, serve
from tests.servers.postgres import running_postgres
from tests.servers.redis import running_redis

SECRET = "benchmarks-only-0123456789-abcdefghijkl"
ROUNDS = 3
CONNECTIONS = 16


def main() -> None:
    """Measure and print the table."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rows", type=int, nargs="+", default=[1_000, 1_000_000])
    ask.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    ask.add_argument("--seconds", type=float, default=4.0)
    args = ask.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("This benchmark needs wrk: install it (on Debian: apt-get install wrk)")
    print(f"{'database':11} {'creations':>10} {'page':22} {'req/s':>7} {'hello':>7} {'share':>6}")
    for kind in args.databases:
        shares = []
        for rows in args.rows:
            with house(kind) as environ:
                shares.append(_measure(kind, rows, environ, args.seconds))
        if len(shares) > 1:
            for name, share in shares[-1].items():
                print(f"{kind:11} {name:22} {args.rows[-1]:,} against {args.rows[0]:,}: {share / shares[0][name]:.2f}")


@contextmanager
def house(kind: str) -> Iterator[dict[str, str]]:
    """The environment of a web process with a database of its own."""
    with tempfile.TemporaryDirectory() as folder, running_redis() as redis:
        environ = {"KINORA_DATA": folder, "SECRET_KEY": SECRET, "REDIS_URL": redis.url}
        if kind == "sqlite":
            yield environ
            return
        with running_postgres(durable=True) as postgres:
            yield environ | {"DATABASE_URL": postgres.fresh_database()}


def _measure(kind: str, rows: int, environ: dict[str, str], seconds: float) -> dict[str, float]:
    """Print a line a page; return each page's share of hello."""
    shares: dict[str, float] = {}
    cookie, deep = _prepare(environ, rows)
    pages = {
        "first page, signed in": ("/explore", cookie),
        "deep page, signed in": (f"/explore?after={deep}", cookie),
        "first page, signed out": ("/explore", ""),
    }
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in pages}
    with serve("benchmarks.hello:app", environ) as hello, serve("wsgi:app", environ) as kinora:
        for _ in range(ROUNDS):
            for name, (path, sent) in pages.items():
                floor = _rate(hello + "/", "", seconds)
                found[name].append((_rate(kinora + path, sent, seconds), floor))
    for name, pairs in found.items():
        rate, floor = (statistics.median(column) for column in zip(*pairs, strict=True))
        shares[name] = share = statistics.median(r / f for r, f in pairs)
        print(f"{kind:11} {rows:>10,} {name:22} {rate:>7.0f} {floor:>7.0f} {share:>6.3f}", flush=True)
    return shares


def _prepare(environ: dict[str, str], rows: int) -> tuple[str, str]:
    """Fill the database; return a person's cookie and the cursor of a page in the middle."""
    app = create_app(load(environ))
    with app.app_context():
        from flask_migrate import upgrade

        upgrade()
        person = million.fill(db.engine, rows)
        token = service.open_session(person)
        published: Any = select(Creation.published_at, Creation.id).where(IS_PUBLISHED)
        middle = db.session.execute(published.order_by(Creation.published_at).offset(int(rows * 0.4)).limit(1)).one()
        db.session.remove()
        db.engine.dispose()
    return f"kinora_session={token}", encode_cursor(*middle)


def _rate(url: str, cookie: str, seconds: float) -> float:
    """Requests a second that wrk gets through. Every answer must be a 2xx."""
    argv = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{max(1, round(seconds))}s",
        *(["-H", f"Cookie: {cookie}"] if cookie else []),
        url,
    ]
    text = subprocess.run(pinned(CLIENT_CORE, argv), check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in text:
        raise RuntimeError(f"{url} did not always answer 200:\n{text}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    if rate is None:
        raise RuntimeError(text)
    return float(rate[1])


if __name__ == "__main__":
    main()
