"""What Replicate's refusals and failures mean in our words: the only place that decides it.

Bodies are `{"title", "detail", "status"}`, sometimes with `invalid_fields` or `retry_after`, sometimes `detail` alone.
Sources: Replicate's pages "HTTP API", "Rate limits" and "Error codes" (read 2026-11-20); what its models say of refused
works is not documented and was collected from reports.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from app.providers.errors import (
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
from app.providers.http import Answer, Line, Stage
from app.providers.replicate.recipe import field_of
from app.providers.rules import rule_in
from app.providers.said import cleaned

_SAFETY = re.compile(
    r"nsfw|flagged as sensitive|\bE005\b|content[ _]moderation|safety (?:system|filter|check)|content policy"
    r"|inappropriate content|sensitive content",
    re.IGNORECASE,
)
_CODES = re.compile(r"\((?:code: )?\w+\)|\b(?:ModelError|Prediction failed):")
"""What stands around a model's sentence: "(E005) (uIJ6l3ruRD)"."""
LOW_BALANCE = "the balance at Replicate is low, so little is let in at a time: add credit"


def at_submit(line: Line, answer: Answer, template: Any) -> ProviderError:
    """The meaning of an answer to a create that is not a prediction."""
    text = _text(line, answer)
    status, own = answer.status, isinstance(answer.body.get("detail"), str)
    if status == 503 and own:
        return RateLimited(text, retry_after=_wait(answer))
    # 408, 409 and 499 do not say how far the request came; nor does anything that is not a refusal (2xx, 3xx).
    if status < 400 or status >= 500 or status in {408, 409, 499}:
        return line.unknown(Stage.SUBMIT, text)
    return _refusal(line, answer, template)


def at_upload(line: Line, answer: Answer) -> ProviderError:
    """The same for a picture's upload: nothing was begun, so not knowing is no harm, and no model was named."""
    text = _text(line, answer)
    if answer.status in {401, 402, 403, 429}:
        return _refusal(line, answer, {})
    if answer.status in {400, 413, 415, 422}:
        return InvalidRequest(text, field="references")
    return Retryable(text)


def at_look_up(line: Line, answer: Answer) -> ProviderError:
    """Only "it is not there" ends a look-up: the work was paid for, and a key or an account can be mended meanwhile."""
    text = _text(line, answer)
    if answer.status in {404, 410}:
        return Expired(text)
    if answer.status == 429:
        return _limited(answer, text)
    codes = {401: Misconfigured.code, 402: OutOfFunds.code, 403: Misconfigured.code}
    return Retryable(text, code=codes.get(answer.status))


def refused_for_safety(text: str, stage: str) -> Blocked | None:
    """The refusal that a failure's text tells of; None when it failed for another reason."""
    found = _SAFETY.search(text)
    if found is None:
        return None
    said = cleaned(_CODES.sub(" ", text))
    return Blocked(text[:500], stage=stage, rule=rule_in(text), reason=found[0], said=said)


def _refusal(line: Line, answer: Answer, template: Any) -> ProviderError:
    text = _text(line, answer)
    match answer.status:
        case 401 | 403:
            return Misconfigured(text)
        case 402:
            return OutOfFunds(text)
        case 404:
            return Retired(text)
        case 429:
            return _limited(answer, text)
    if answer.status == 422 and "invalid version" in text.lower():
        # Of this model only: gone, or closed to us. The key does for the others.
        return Retired(text)
    detail = line.tidy(str(answer.body.get("detail") or ""))
    return refused_for_safety(detail, "prompt") or InvalidRequest(
        text, field=_field(answer.body, template), said=cleaned(detail)
    )


def _limited(answer: Answer, text: str) -> RateLimited:
    # "...is reduced to 6 requests per minute with a burst of 1 requests while you have less than $5.0 in credit."
    low = f"{LOW_BALANCE}. {text}" if "in credit" in text else text
    return RateLimited(low, retry_after=_wait(answer), whole_account=True)


def _wait(answer: Answer) -> float | None:
    """Seconds, by the body or else by the header."""
    told = answer.body.get("retry_after")
    return float(told) if isinstance(told, int | float) and 0 <= told < 1e6 else answer.retry_after


def _field(body: Mapping[str, Any], template: Any) -> str:
    """The brief's field that the first complaint is about: `{"field": "input.seed"}`, or told in `- input.seed: ...`.

    A missing one is `{"field": "input", "description": "prompt is required"}`.
    """
    fields = body.get("invalid_fields")
    first = fields[0] if isinstance(fields, list) and fields else {}
    told = first if isinstance(first, Mapping) else {"field": first}
    words = f"{told.get('field') or ''} {told.get('description') or ''} {body.get('detail') or ''}"
    names = re.findall(r"\w+", words)
    return next((field for name in names if (field := field_of(template, name))), "")


def _text(line: Line, answer: Answer) -> str:
    parts = (answer.status, answer.body.get("title"), answer.body.get("detail"))
    return line.tidy(" ".join(str(part) for part in parts if part))
