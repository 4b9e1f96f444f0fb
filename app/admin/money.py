"""Amounts of money in words: US dollars, as precise as small prices need."""

from __future__ import annotations

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

_FINEST = Decimal("0.0001")


def dollars(amount: Decimal) -> str:
    """An amount such as $1,234.50, −$0.45 or $0.067: cents from a dollar on, up to four places below."""
    size = abs(amount)
    if size >= 1:
        text = f"{size.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"
    else:
        fine = size.quantize(_FINEST, ROUND_HALF_UP)
        if size and not fine:
            return f"{'−' if amount < 0 else ''}under ${_FINEST}"
        whole, _, part = f"{fine}".partition(".")
        text = f"{whole}.{part.rstrip('0').ljust(2, '0')}"
    return f"−${text}" if amount < 0 and size else f"${text}"


def percent(share: Decimal) -> str:
    """A share such as 62.5% or −12%. Rounded down, so that what is under a half never reads as a half."""
    rounded = (share * 100).quantize(Decimal("0.1"), ROUND_FLOOR)
    text = f"{abs(rounded):,}".removesuffix(".0")
    return f"−{text}%" if rounded < 0 else f"{text}%"
