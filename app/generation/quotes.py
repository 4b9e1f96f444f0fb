"""The price shown is a quote: signed, so that showing it writes nothing, and good for ten minutes.

What was shown is what is charged, even if an admin changes prices meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer

from app.extensions import config

GOOD_FOR_SECONDS = 600


@dataclass(frozen=True)
class Options:
    """What a price depends on."""

    kind: str
    provider: str
    model: str
    duration: int | None
    resolution: str | None


def sign(options: Options, credits: int) -> str:
    """The price of these options, signed."""
    return _signer().dumps([*_facts(options), credits])


def read(quote: str, options: Options) -> int | None:
    """The credits that were shown for exactly these options; None when the quote is old, forged or for others."""
    try:
        *facts, credits = _signer().loads(quote, max_age=GOOD_FOR_SECONDS)
    except (BadData, ValueError, TypeError):
        return None
    return int(credits) if facts == _facts(options) else None


def shown(quote: str) -> int | None:
    """The credits that a quote showed, whatever the options; None when it is old or forged."""
    try:
        return int(_signer().loads(quote, max_age=GOOD_FOR_SECONDS)[-1])
    except (BadData, ValueError, TypeError, IndexError):
        return None


def model_shown(quote: str) -> str:
    """The model whose price a quote showed, as "provider/id"; empty when it is old or forged."""
    try:
        _kind, provider, model, *_ = _signer().loads(quote, max_age=GOOD_FOR_SECONDS)
    except (BadData, ValueError, TypeError):
        return ""
    return f"{provider}/{model}"


def _facts(options: Options) -> list[str | int | None]:
    return [options.kind, options.provider, options.model, options.duration, options.resolution]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(config().secret_key, salt="quote")
