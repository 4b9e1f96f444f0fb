"""What goes wrong at the provider, and how often: every row of the provider matrix, drawn by seed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from tests.standins.server import Fault

Table = Mapping[str, tuple[float, Mapping[str, Any]]]
"""For each word its weight and the fault's options."""

_LATE = {"seconds": 2.0}
_BUSY = {"seconds": 1}
# No 404: it takes the model off until an admin offers it again, and then there is nothing left to ask for.
_SUBMIT: Table = {
    "429": (2, _BUSY),
    "503": (2, {}),
    "500": (0.5, {}),
    "500-taken": (0.5, {"accept": True}),
    "502": (0.5, {}),
    "504": (0.5, {"accept": True}),
    "html503": (0.5, {}),
    "lost": (1, {}),
    "reset": (1, {}),
    "unreadable": (0.5, {}),
    "late": (1, _LATE),
    "400": (0.5, {}),
    "402": (0.3, {}),
    "quota": (0.2, {}),
}
TABLES: Mapping[str, Table] = {
    "image": _SUBMIT | {
        "bad-key": (0.2, {}), "blocked": (0.6, {}), "blocked-output": (0.4, {}), "empty": (0.4, {}),
        "words": (0.3, {}), "truncated": (0.3, {}), "wrong-file": (0.2, {}),
    },
    "create": _SUBMIT | {"401": (0.2, {})},
    "get": {
        "429": (1, _BUSY), "500": (1, {}), "503": (1, {}), "html503": (1, {}), "lost": (1, {}), "reset": (1, {}),
        "unreadable": (1, {}), "late": (1, _LATE), "404": (1, {}), "401": (0.5, {}), "402": (0.5, {}),
        "in_progress": (1, {}), "queued": (1, {}), "inline": (1, {}), "elsewhere": (1, {}), "blocked": (0.3, {}),
        "blocked-step": (0.2, {}), "empty": (0.3, {}), "failed": (0.3, {}), "cancelled": (0.2, {}),
        "incomplete": (0.2, {}), "budget_exceeded": (0.2, {}), "thinking_hard": (0.2, {}), "gone": (0.3, {}),
    },
    "file": {
        "processing": (2, {}), "broken": (0.3, {}), "500": (1, {}), "404": (1, {}), "403": (1, {}), "reset": (1, {}),
    },
    "download": {
        "cut": (2, {}), "html": (1, {}), "wrong-file": (1, {}), "500": (1, {}), "reset": (1, {}), "lost": (1, {}),
        "processing": (1, {}), "expired": (1, {}), "404": (1, {}), "late": (1, _LATE),
        "redirect": (1, {}),
    },
}  # fmt: skip
"""By endpoint of the stand-in."""
SLOW = {"wrong-file", "gone"}
"""What takes minutes until its end: nine tries, or three look-ups 20 s apart. Left out of short runs, for images."""
WORDS = {"late": "hang", "500-taken": "500"}
"""Words of this file that the stand-in calls otherwise."""
NOT_TAKEN = {"429", "503"}
"""After these it is certain that nothing was started, so that a machine may ask again."""


class Dice:
    """Says what goes wrong at each call: the same for the same seed, however the calls interleave."""

    def __init__(self, seed: int, share: float, *, short: bool) -> None:
        self.seed = seed
        self.share = share
        self.short = short

    def fault(self, endpoint: str, about: str, number: int) -> str:
        """The word for the `number`th call to an endpoint about one creation; "" when all goes well."""
        dice = random.Random(f"{self.seed}/{endpoint}/{about}/{number}")
        table = TABLES.get(endpoint, {})
        if dice.random() >= self.share or not table:
            return ""
        words = [word for word in table if not (self.short and self._is_slow(endpoint, word))]
        return dice.choices(words, [table[word][0] for word in words])[0]

    @staticmethod
    def _is_slow(endpoint: str, word: str) -> bool:
        return word in SLOW and endpoint != "download"


def as_fault(endpoint: str, word: str) -> Fault:
    """What the stand-in is to do."""
    return Fault(WORDS.get(word, word), TABLES[endpoint][word][1])
