"""Reading an HTTP answer that was not a result, in either of the two shapes that Google's error bodies have.

Most calls: `{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "...", "details": [...]}}`.
Interactions: `{"error": {"code": "rate_limit_exceeded", "message": "..."}}`. Proxies on the way: anything.
Source: Google's pages "Troubleshooting guide" and "API errors" (read 2026-11-20).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.providers.http import seconds_to_wait


@dataclass(frozen=True)
class Refusal:
    """An HTTP answer, read as far as it can be."""

    http: int
    googles_own: bool = False
    """True when the body has one of Google's two shapes, so that no proxy made it up."""
    word: str = ""
    """Google's code word in lower case: "resource_exhausted", "rate_limit_exceeded"."""
    message: str = ""
    reasons: frozenset[str] = field(default_factory=frozenset)
    """`details[].reason`, such as "API_KEY_INVALID"."""
    quotas: tuple[str, ...] = ()
    """`details[].violations[].quotaId`."""
    fields: tuple[str, ...] = ()
    """`details[].fieldViolations[].field`, such as "generation_config.image_config.aspect_ratio"."""
    retry_after: float | None = None
    """Seconds, from the body's RetryInfo or else the header."""

    def __str__(self) -> str:
        return " ".join(part for part in (str(self.http), self.word, self.message) if part)

    @property
    def about_the_key(self) -> bool:
        """A bad key is answered with 400, not 401."""
        return any(reason.startswith("API_KEY_") for reason in self.reasons)

    @property
    def for_today(self) -> bool:
        """The quota of the whole day is used up, so waiting seconds is no use."""
        return any("perday" in quota.lower() for quota in self.quotas)


def read(response: Any) -> Refusal:
    """Read an httpx2 response whose body has arrived. Never raises: an unreadable body is one without words."""
    body = _body(response)
    error = body.get("error")
    if not isinstance(error, Mapping):
        return Refusal(http=response.status_code, retry_after=seconds_to_wait(response.headers.get("retry-after", "")))
    details = [detail for detail in _list(error.get("details")) if isinstance(detail, Mapping)]
    word = error.get("status") or error.get("code") or ""
    return Refusal(
        http=response.status_code,
        googles_own=isinstance(error.get("status") or error.get("code"), str),
        word=str(word).lower(),
        message=str(error.get("message") or ""),
        reasons=frozenset(str(detail["reason"]) for detail in details if detail.get("reason")),
        quotas=_each(details, "violations", "quotaId"),
        fields=_each(details, "fieldViolations", "field"),
        retry_after=_body_wait(details) or seconds_to_wait(response.headers.get("retry-after", "")),
    )


_FIELDS = (
    ("aspect_ratio", r"aspect_?ratio"),
    ("duration", r"duration(_?seconds)?"),
    ("resolution", r"resolution"),
    ("seed", r"seed"),
    ("references", r"inline_?data|mime_?type|input_image|images?"),
    ("prompt", r"prompt|text"),
)


def field_of(refusal: Refusal) -> str:
    """The field of a brief that a refusal names, by its details or else by its message; empty where it names none."""
    for text in (*refusal.fields, refusal.message):
        for field_name, pattern in _FIELDS:
            if re.search(rf"(?<![a-z])({pattern})(?![a-z])", text, re.IGNORECASE):
                return field_name
    return ""


def _each(details: list[Mapping[str, Any]], among: str, name: str) -> tuple[str, ...]:
    return tuple(
        str(violation.get(name, ""))
        for detail in details
        for violation in _list(detail.get(among))
        if isinstance(violation, Mapping)
    )


def _body(response: Any) -> Mapping[str, Any]:
    try:
        body = json.loads(response.content)
    except Exception:
        # Not only broken JSON: a body that was cut or never read raises errors of its own.
        return {}
    if isinstance(body, list) and len(body) == 1:
        body = body[0]
    return body if isinstance(body, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _body_wait(details: list[Mapping[str, Any]]) -> float | None:
    """RetryInfo's `retryDelay`, a protobuf duration in JSON: "7s", "0.5s"."""
    for detail in details:
        delay = detail.get("retryDelay")
        if isinstance(delay, str):
            return seconds_to_wait(delay.removesuffix("s"))
    return None
