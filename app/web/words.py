"""Numbers and times in words, for templates."""

from __future__ import annotations

from datetime import datetime

from app.extensions import now

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def compact(count: int) -> str:
    """A count in few characters: 999, 1.2k, 3.4m."""
    for size, unit in ((1_000_000, "m"), (1_000, "k")):
        if count >= size:
            # Cut, not rounded: 999,999 is not yet a million.
            return f"{count * 10 // size / 10:.1f}".removesuffix(".0") + unit
    return str(count)


def when(at: datetime) -> str:
    """How long ago, within a month; the date before that. `at` is aware."""
    seconds = (now() - at).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds >= 30 * 86_400:
        return f"{at.day} {at:%B %Y}"
    size, name = next(unit for unit in _UNITS if seconds >= unit[0])
    count = int(seconds // size)
    return f"{count} {name}{'s' if count > 1 else ''} ago"
