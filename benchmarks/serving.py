"""Starting the web as it is served, and a bare Flask beside it under the same gunicorn arguments."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.supervising.redis_server import free_port

ROOT = Path(__file__).resolve().parent.parent
SERVER_CORE = "0"
CLIENT_CORE = "1"
ALL_CORES = f"0-{(os.cpu_count() or 1) - 1}"


def pinned(core: str, argv: list[str]) -> list[str]:
    """Keep a program on one core, where the machine can; server and client then do not share one."""
    return ["taskset", "-c", core, *argv] if (os.cpu_count() or 1) > 1 and sys.platform == "linux" else argv


@contextmanager
def serve(target: str, env: dict[str, str], *, cores: str = SERVER_CORE) -> Iterator[str]:
    """Serve a WSGI application with Kinora's own gunicorn settings; yields its address."""
    with started(["-m", "gunicorn", "-c", "python:app.serving", target], free_port(), env, cores=cores) as (base, _):
        yield base


@contextmanager
def started(
    arguments: list[str], port: int, env: dict[str, str], *, cores: str = SERVER_CORE
) -> Iterator[tuple[str, int]]:
    """Run a server in Python on these cores until the block ends; yields its address and its process id."""
    process = subprocess.Popen(
        pinned(cores, [sys.executable, *arguments]),
        cwd=ROOT,
        env=os.environ | env | {"PORT": str(port), "RATE_LIMITS": "off"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        wait_for(base + "/healthz", process)
        yield base, process.pid
    finally:
        process.terminate()
        process.wait(15)


def wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 30) -> float:
    """Wait until an address answers; return the seconds it took."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return time.monotonic() - began
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{url} did not answer in {seconds} s")
