"""A small soak: the same program as `make soak`, with the same verdict, in under a minute."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.soak.place import Wish
from tests.soak.run import OK, soak

pytestmark = [pytest.mark.slow, pytest.mark.timeout(280)]
SEED = 7


def test_under_random_kills_and_faults_everything_that_was_promised_holds(tmp_path: Path) -> None:
    """I1 to I5. SOAK_GENERATIONS, SOAK_KILLS and SOAK_SEED make it longer or another one."""
    generations = int(os.environ.get("SOAK_GENERATIONS", "40"))
    kills = int(os.environ.get("SOAK_KILLS", "6"))
    seed = int(os.environ.get("SOAK_SEED", str(SEED)))
    said: list[str] = []
    wish = Wish(generations, kills, 0.2, seed, minutes=4)
    code = soak(tmp_path, wish, said.append)
    print("\n".join(said))  # noqa: T201 - pytest shows it with -s, or when it fails
    assert code == OK
