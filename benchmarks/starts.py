"""How long a start takes: the first in an empty clone, and the second.

    python -m benchmarks.starts [--second-only]

Clones this checkout's HEAD to an empty folder and runs `make run` there until /healthz answers, twice. The floor of
the first is `pip install` of the same packages alone, of the second a bare Flask under the same gunicorn arguments.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app.supervising.redis_server import free_port
from benchmarks.serving import ROOT, serve, wait_for


def main() -> None:
    """Measure and print both starts."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--second-only", action="store_true", help="in this checkout's environment, which is there")
    args = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if args.second_only:
            env = {"KINORA_DATA": str(Path(folder) / "data")}
            command = [sys.executable, "-m", "app.cli", "run"]
            _start(ROOT, env, command)
            second = _start(ROOT, env, command)
        else:
            clone = Path(folder) / "kinora"
            subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
            floor = _pip(Path(folder) / "floor", clone)
            first = _start(clone, {}, ["make", "run"], seconds=900)
            print(
                f"first start   {first:6.1f} s   pip install alone (floor) {floor:6.1f} s   ratio {first / floor:.2f}"
            )
            second = _start(clone, {}, ["make", "run"])
        hello = _hello(Path(folder) / "hello")
        print(f"second start  {second:6.2f} s   bare Flask (floor)        {hello:6.2f} s   ratio {second / hello:.2f}")


def _start(folder: Path, env: dict[str, str], command: list[str], seconds: float = 60) -> float:
    """Seconds until the page answers; ends it in order afterwards."""
    port = free_port()
    began = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={k: v for k, v in os.environ.items() if k not in ("MAKELEVEL", "MAKEFLAGS")} | env | {"PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", process, seconds)
        return time.monotonic() - began
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)


def _pip(venv: Path, clone: Path) -> float:
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    began = time.monotonic()
    install = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(clone / "requirements/app.txt")]
    subprocess.run([str(venv / "bin/python"), *install], check=True, capture_output=True)
    return time.monotonic() - began


def _hello(folder: Path) -> float:
    began = time.monotonic()
    with serve("benchmarks.hello:app", {"KINORA_DATA": str(folder)}):
        return time.monotonic() - began


if __name__ == "__main__":
    main()
