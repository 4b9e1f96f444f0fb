"""Supervisors in processes of their own, with made-up children that leave notes in a folder."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

HOUSEHOLD = Path(__file__).with_name("household.py")
WITHOUT_MAKE = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}


def eventually(seen: Callable[[], object], seconds: float = 20) -> None:
    """Wait until `seen` gives something true."""
    until = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < until, "it never came to pass"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    """Whether a process is there and not merely waiting to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Home:
    """A folder for notes, and the supervisors that a test has started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, *children: dict, grace: float = 10, around: str = "", **spec: object) -> subprocess.Popen[bytes]:
        """Start a supervisor; with `around`, below make, from a makefile."""
        number = len(self.started)
        spec_file = self.folder / f"spec{number}.json"
        spec_file.write_text(json.dumps({"children": children, "grace": grace, **spec}))
        command = [sys.executable, str(HOUSEHOLD), str(spec_file)]
        if around:
            (self.folder / "Makefile").write_text(f"run:\n\t@exec {' '.join(command)}\n")
            command = [around, "-f", str(self.folder / "Makefile"), "run"]
        with self.output(number).open("wb") as out:
            process = subprocess.Popen(
                command, stdout=out, stderr=subprocess.STDOUT, env=WITHOUT_MAKE, cwd=self.folder, start_new_session=True
            )
        self.started.append(process)
        return process

    def output(self, number: int = -1) -> Path:
        """The file that takes what a supervisor says."""
        return self.folder / f"output{number if number >= 0 else len(self.started) - 1}.txt"

    def says(self, text: str, number: int = -1) -> None:
        """Wait until the latest supervisor (or that one) has said `text`."""
        eventually(lambda: text in self.output(number).read_text())

    def note(self, name: str) -> str:
        """Wait for a child's note, and read it."""
        eventually(lambda: self.has(name))
        return (self.folder / name).read_text()

    def has(self, name: str) -> bool:
        """Whether a child has left this note."""
        path = self.folder / name
        return path.exists() and path.read_text().endswith("\n")

    def pid(self, name: str) -> int:
        """The process id that a child has noted."""
        return int(self.note(f"{name}.pid").split()[-1])

    def child(self, name: str, then: str = "exec sleep 1000", **fields: object) -> dict:
        """A child that notes its process id and then does `then`, in shell."""
        return {"name": name, "argv": ["sh", "-c", f"echo $$ >> {name}.pid; {then}"], **fields}
