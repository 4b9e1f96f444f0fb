"""Break Kinora at random, under load, and count what is lost: `make soak`.

    python -m tests.soak --generations 10000 --kills 200 --faults 0.2 [--seed N] [--database postgresql]

A real house (web, worker, Redis under their supervisor) serves people over HTTP; the provider beside it fails in the
given share of calls, in every way that is known; processes are killed with -9, frozen and robbed of Redis. At the end
everything that was promised is held against rows, files and the provider's own log. Exit code 0: all held; 1: a
violation; 2: the time was over. `--generations 300 --kills 12` takes about a minute.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from tests.soak.place import Wish
from tests.soak.run import OK, soak


def main() -> int:
    """Run as the command line says."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--generations", type=int, default=10_000)
    ask.add_argument("--kills", type=int, default=200)
    ask.add_argument("--faults", type=float, default=0.2, help="the share of provider calls that go wrong")
    ask.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    ask.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    ask.add_argument("--minutes", type=float, default=60.0)
    wish = Wish(**vars(ask.parse_args()))
    # Ended from outside, it still ends what it began.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="kinora-soak-"))
    code = 1
    try:
        code = soak(folder, wish, _say)
    finally:
        if code == OK:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            _say(f"the house's folder and log are left in {folder}")
    return code


def _say(words: str) -> None:
    print(words, flush=True)  # noqa: T201 - it is a program


if __name__ == "__main__":
    sys.exit(main())
