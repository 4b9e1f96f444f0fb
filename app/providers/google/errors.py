"""What Google's refusals and failures mean in our words: the only place that decides it.

google-genai 3.3.0 has two exception families without a common base, and lets raw httpx2 errors through. Both families
keep the HTTP response, so that is what is read. Sources: google-genai's `errors.py` and `_gaos/lib/compat_errors.py`;
Google's pages "Troubleshooting guide" and "API errors" (read 2026-11-20).
"""

from __future__ import annotations

from enum import StrEnum

from app.providers.errors import (
    Ambiguous,
    Blocked,
    Expired,
    InvalidRequest,
    Misconfigured,
    OutOfFunds,
    ProviderError,
    RateLimited,
    Retired,
    Retryable,
)
from app.providers.google.refusal import Refusal, field_of, read
from app.providers.rules import rule_in
from app.providers.said import cleaned

LONGEST_MESSAGE = 500
GONE = "is no longer available"
"""How Google says that a model is retired."""
SAFETY_WORDS = ("safety", "blocked", "policy", "prohibited")


class Stage(StrEnum):
    """What was being done, which decides what not knowing means."""

    SUBMIT = "submit"
    """Starts work that is paid for."""
    LOOK_UP = "look-up"
    FILE = "file"
    """A look-up of a finished file."""
    TEXT = "text"
    """Answered at once and almost free, so asking again is no harm."""


def translate(error: Exception, stage: Stage, *, sent: bool, secret: str) -> ProviderError:
    """Turn any exception of a call into ours.

    `sent` tells whether a request was handed to the network at all; `secret` is cut out of the text.
    """
    response = getattr(error, "response", None)
    if response is not None:
        refusal = read(response)
        return answered(refusal, stage, _tidy(str(refusal), secret))
    text = _tidy(f"{type(error).__name__}: {error}", secret)
    if not sent or _caused_by(error, "UnsupportedProtocol", "InvalidURL"):
        # google-genai raises plain ValueError for what it will not send; so would a missing package or certificate.
        return Misconfigured(text)
    if _caused_by(error, "ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"):
        return Retryable(text)
    return _unknown(stage, text)


def answered(refusal: Refusal, stage: Stage, text: str) -> ProviderError:
    """The meaning of an HTTP answer that was not a usable result."""
    if stage in {Stage.SUBMIT, Stage.TEXT}:
        return _at_submit(refusal, stage, text)
    return _at_look_up(refusal, stage, text)


def mentions_safety(text: str) -> bool:
    """Whether a failure is a refusal for safety.

    By words: no code for it is documented for interactions (read 2026-11-20).
    """
    return any(word in text.lower() for word in SAFETY_WORDS)


def _at_submit(refusal: Refusal, stage: Stage, text: str) -> ProviderError:
    http = refusal.http
    if http == 503 and refusal.googles_own:
        return RateLimited(text, retry_after=refusal.retry_after)
    # 408, 409 and 499 do not say how far the request came; nor does anything that is not a refusal (2xx, 3xx).
    if http >= 500 or http < 400 or http in {408, 409, 499}:
        return _unknown(stage, text)
    if http == 402 or refusal.word in {"payment_required", "quota_exceeded"} or refusal.for_today:
        return OutOfFunds(text)
    if http == 429:
        return RateLimited(text, retry_after=refusal.retry_after)
    if _is_about_the_model(refusal):
        return Retired(text)
    if http in {401, 403, 404} or refusal.about_the_key or refusal.word == "failed_precondition":
        return Misconfigured(text)
    if mentions_safety(refusal.message):
        said = cleaned(refusal.message)
        return Blocked(text, stage="prompt", rule=rule_in(refusal.message), reason=refusal.word, said=said)
    return InvalidRequest(text, field=field_of(refusal))


def _is_about_the_model(refusal: Refusal) -> bool:
    """Whether this one model is not there. A 404 that is not Google's own comes from a wrong address instead."""
    gone = refusal.http == 404 and refusal.googles_own
    return gone or refusal.word == "model_not_found" or GONE in refusal.message.lower()


def _at_look_up(refusal: Refusal, stage: Stage, text: str) -> ProviderError:
    """Only "it is not there" ends a look-up: the work was paid for, and a key or an account can be mended meanwhile."""
    http = refusal.http
    if http in {404, 410} or (stage is Stage.FILE and http == 403):
        return Expired(text)
    if http == 429:
        return RateLimited(text, retry_after=refusal.retry_after)
    if http == 402:
        return Retryable(text, code=OutOfFunds.code)
    if http in {401, 403} or refusal.about_the_key:
        return Retryable(text, code=Misconfigured.code)
    return Retryable(text)


def _unknown(stage: Stage, text: str) -> ProviderError:
    return Ambiguous(text) if stage is Stage.SUBMIT else Retryable(text)


def _caused_by(error: Exception, *names: str) -> bool:
    """Whether it is one of these errors of httpx2, or the interactions family's wrapping of one."""
    import httpx2

    classes = tuple(getattr(httpx2, name) for name in names)
    return isinstance(error, classes) or isinstance(error.__cause__, classes)


def _tidy(text: str, secret: str) -> str:
    return (text.replace(secret, "[key]") if secret else text)[:LONGEST_MESSAGE]
