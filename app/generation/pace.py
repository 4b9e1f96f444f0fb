"""When an operation is looked up: late enough not to ask in vain, often enough that nobody waits for us.

JOB-06 rules the pauses between two look-ups: 1 s, doubling to at most 5 s, to at most 10 s for a video after its first
minute. It says nothing of the first one. That comes when the first creations with the same options were done lately, as
far as that is known; around the median, where most are done, the pauses stay at 5 s.
"""

from __future__ import annotations

import random

from app.generation.durations import Durations
from app.providers.base import Provider

IN_HOUSE_PATIENCE = 10.0
"""Seconds after which an in-house job that nobody took is rung for again."""
LONGEST_FIRST = 45.0
"""Seconds. A provider that refuses what it had accepted does so early, and a refund should be there within a minute."""
SHORTEST_FIRST = 0.5
FIRST_MINUTE = 60.0


def first_look(
    provider: Provider, next_after: float, known: Durations, *, running: float = 0.0, left: float | None = None
) -> float:
    """Seconds until the first look-up of an operation that has just been accepted.

    `next_after` is the provider's word, for what is not known yet; `running` is how long ago it was submitted, `left`
    how long it has until its deadline. Spread over the last fifth of the time, so that a burst does not stay in step.
    Earlier, never later: what is seen here becomes the next figure, and figures that could only be late would creep up.
    """
    if provider.in_house:
        return IN_HOUSE_PATIENCE
    spread = random.uniform(0.8, 1.0)  # noqa: S311
    if known.early is None:
        wait = next_after * spread
    else:
        wait = max(SHORTEST_FIRST, min(known.early, LONGEST_FIRST) * spread - running)
    # However long such creations take: half of what is left is for looking more than once.
    return wait if left is None else min(wait, max(SHORTEST_FIRST, left / 2))


def pause(kind: str, lookups: int, running: float, known: Durations) -> float:
    """Seconds until the next look-up of what has been running for `running` seconds and was looked up so often before.

    Up to a tenth shorter than JOB-06 allows, by chance.
    """
    around_the_median = known.middle is not None and known.middle[0] <= running <= known.middle[1]
    longest = 10.0 if kind == "video" and running > FIRST_MINUTE and not around_the_median else 5.0
    too_early = known.early is not None and running < known.early
    doubled = longest if too_early else min(longest, 2.0 ** min(lookups, 4))
    return doubled * random.uniform(0.9, 1.0)  # noqa: S311
