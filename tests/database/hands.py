"""Other processes, each with an application of its own: what a race needs, and threads cannot show.

`Hands(4)` starts programs that wait. `run` gives each a verb with its arguments, lets all begin at the same moment and
returns what they answered. As a program it is one of those hands: a line of JSON in, a line of JSON out.
"""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Verb = Callable[..., str]


class Hands:
    """Some processes that do what they are told, all at once. They end when their input does."""

    def __init__(self, count: int) -> None:
        argv = [sys.executable, "-m", "tests.database.hands"]
        self._programs = [
            subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(count)
        ]

    def run(self, environ: Mapping[str, str], verb: str, *each: Any, times: int, threads: int = 1) -> Counter[str]:
        """Have the processes carry out a verb `times` in all, each in `threads`; count the answers."""
        shares = [len(range(first, times, len(self._programs))) for first in range(len(self._programs))]
        task = {"environ": dict(environ), "verb": verb, "arguments": [str(one) for one in each], "threads": threads}
        for program, share in zip(self._programs, shares, strict=True):
            self._say(program, {**task, "times": share})
        ready = [self._hear(program) for program in self._programs]
        assert ready == ["ready"] * len(ready), ready
        for program in self._programs:
            self._say(program, "go")
        return sum((Counter(self._hear(program)) for program in self._programs), Counter())

    def _say(self, program: subprocess.Popen[str], words: Any) -> None:
        assert program.stdin is not None
        program.stdin.write(json.dumps(words) + "\n")
        program.stdin.flush()

    def _hear(self, program: subprocess.Popen[str]) -> Any:
        assert program.stdout is not None
        return json.loads(program.stdout.readline())


@functools.cache
def four_hands() -> Hands:
    """Four processes for the whole session: starting them is what takes long."""
    return Hands(4)


def main() -> None:
    """Do what is asked until the input ends."""
    from app import create_app
    from app.config import load
    from app.extensions import db
    from app.settings import store
    from tests.database import verbs

    for line in sys.stdin:
        task = json.loads(line)
        app = create_app(load(task["environ"]))
        with app.app_context():
            store.forget()
            store.current()
            db.session.remove()
        _answer("ready")
        sys.stdin.readline()
        _answer(_work(app, getattr(verbs, task["verb"]), task))
        with app.app_context():
            db.engine.dispose()


def _work(app: Any, verb: Verb, task: Mapping[str, Any]) -> dict[str, int]:
    from app.extensions import db

    def once(_number: int) -> str:
        with app.app_context():
            try:
                return verb(*_arguments(task["arguments"]))
            except Exception as error:
                return type(error).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(task["threads"]) as pool:
        return dict(Counter(pool.map(once, range(task["times"]))))


def _arguments(given: Sequence[Any]) -> list[Any]:
    return [uuid.UUID(one) if isinstance(one, str) and len(one) == 36 else one for one in given]


def _answer(words: Any) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
