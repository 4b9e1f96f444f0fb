"""Leashes, in the kernel and, as elsewhere than on Linux, by a process that looks."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.supervising.home import Home, eventually, is_alive

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 2**22 + 1  # more than Linux ever gives out


def test_a_process_on_a_leash_ends_with_its_parent(home: Home) -> None:
    child = _python(
        "import pathlib, time; from app.supervising.leash import *; die_with_parent();"
        "pathlib.Path('on').write_text('x\\n'); time.sleep(99)"
    )
    parent = subprocess.Popen(["sh", "-c", f"{child} & echo $! > child.pid; wait"], cwd=home.folder)
    home.started.append(parent)
    home.note("on")
    assert is_alive(home.pid("child"))
    parent.kill()
    parent.wait()
    eventually(lambda: not is_alive(home.pid("child")))


def test_a_parent_that_ended_before_the_leash_was_on_is_noticed() -> None:
    code = f"import time; from app.supervising.leash import *; die_with_parent(parent={NOBODY}); time.sleep(99)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=20, check=False).returncode == -signal.SIGKILL


def test_a_program_that_is_not_ours_ends_when_the_parent_is_gone(home: Home) -> None:
    keeper = _module("$$", "sh", "-c", "'echo $$ > child.pid; exec sleep 99'")
    parent = subprocess.Popen(["sh", "-c", f"{keeper} & wait"], cwd=home.folder)
    home.started.append(parent)
    child = home.pid("child")
    parent.kill()
    parent.wait()
    eventually(lambda: not is_alive(child))


def test_a_program_that_is_not_ours_gets_signals_and_gives_its_exit_code(home: Home) -> None:
    script = "trap 'exit 7' TERM; echo $$ > child.pid; while :; do sleep 0.05; done"
    command = [sys.executable, "-m", "app.supervising.leash", str(os.getpid()), "sh", "-c", script]
    keeper = subprocess.Popen(command, cwd=home.folder, env={**os.environ, "PYTHONPATH": str(ROOT)})
    home.started.append(keeper)
    home.pid("child")
    keeper.terminate()
    assert keeper.wait(10) == 7


def _python(code: str) -> str:
    return f'PYTHONPATH="{ROOT}" exec "{sys.executable}" -c "{code}"'


def _module(*arguments: str) -> str:
    return f'PYTHONPATH="{ROOT}" "{sys.executable}" -m app.supervising.leash {" ".join(arguments)}'
