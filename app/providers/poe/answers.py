"""What Poe's answers mean in our words: the only place that decides it.

Sources: creator.poe.com, "OpenAI Compatible API", "Create chat completion" and "Error Handling" (read 2026-11-20). A
lost answer is lost for good: there is no id, nothing to look up, and the points are spent.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from app.providers.base import Finished, Kind, Remote
from app.providers.errors import (
    Blocked,
    InvalidRequest,
    Misconfigured,
    NoOutput,
    OutOfFunds,
    ProviderError,
    RateLimited,
    Retired,
)
from app.providers.http import Answer, Line, Stage
from app.providers.poe import links
from app.providers.rules import rule_in
from app.providers.said import cleaned
from app.providers.wishes import trim

_POLICY = re.compile(
    r"polic(?:y|ies)|guideline|safety|moderat|inappropriate|prohibited|not allowed|not permitted|sensitive|flagged|"
    r"terms of (?:service|use)|violat|harmful",
    re.IGNORECASE,
)
_DECLINES = re.compile(
    r"\b(?:i['’]?m|i am|we['’]?re) (?:not able|unable|sorry)|\bi (?:can['’]?t|cannot|won['’]?t|must decline)\b|"
    r"\bi['’]d rather not\b|\b(?:can['’]?t|cannot|unable to) (?:help|assist|fulfil|comply)",
    re.IGNORECASE,
)
_OPENS_WITH_NO = re.compile(rf"(?:sorry|unfortunately)[,.]|{_DECLINES.pattern}", re.IGNORECASE)
_MODERATION = re.compile(r"moderat|safety|(?:content|usage) polic|inappropriate|flagged|harmful", re.IGNORECASE)
"""Narrower than what a bot says: an error of the API may be about permissions and limits as well."""
_OUTAGE = re.compile(
    r"try again|later|timed? ?out|overloaded|high demand|capacity|temporar|went wrong|internal error", re.IGNORECASE
)
_FIELDS = {"prompt": "prompt", "messages": "prompt", "image": "references", "duration": "duration",
           "aspect": "aspect_ratio", "resolution": "resolution"}  # fmt: skip


def media(answer: Answer, line: Line, kind: Kind, hosts: Collection[str]) -> Finished:
    """The result that a bot's answer links to.

    Raises Ambiguous for an answer that cannot be read, Blocked or NoOutput for one without a result, with the bot's
    words in `said`; for everything but a success what `refusal` says.
    """
    words = _words(answer, line, Stage.SUBMIT)
    url = links.result(words, kind, hosts)
    if url is not None:
        return Finished(Remote({"url": url}))
    others = links.strangers(words, hosts)
    # A link that may not be followed is the operator's matter, and no refusal whatever the words around it.
    text = line.tidy(f"no result on an allowed host, but links to {', '.join(others)}: {words}" if others else words)
    if not others and _declines(words):
        raise Blocked(text, stage="output", rule=rule_in(words), said=cleaned(words))
    raise NoOutput(text or "an empty answer", said=cleaned(words))


def written(answer: Answer, line: Line, longest: int) -> str:
    """The text that a bot wrote, without the quotation marks that some put around it. Errors: as for `media`, but
    Retryable where that has Ambiguous: words may be asked for again."""
    words = _words(answer, line, Stage.LOOK_UP)
    text = trim(words.strip().strip('"“”').strip(), longest)
    if not text:
        raise NoOutput("an empty answer")
    if _OPENS_WITH_NO.match(text):
        raise Blocked(line.tidy(words), stage="output", rule=rule_in(words), said=cleaned(words))
    return text


def bots(answer: Answer, line: Line) -> frozenset[str]:
    """The ids in a list of models. Raises what `refusal` says, and Retryable for what is no list."""
    if not answer.ok:
        problem = refusal(answer, line, Stage.LOOK_UP)
        raise Misconfigured(str(problem)) if isinstance(problem, Retired) else problem
    rows = answer.body.get("data")
    if not isinstance(rows, list):
        raise line.unknown(Stage.LOOK_UP, "no list of models")
    return frozenset(str(row["id"]) for row in rows if isinstance(row, dict) and row.get("id"))


def refusal(answer: Answer, line: Line, stage: Stage) -> ProviderError:
    """The meaning of an answer that is no success. Its body is {"error": {"message", "type", "code"}}."""
    given = answer.body.get("error")
    error: Mapping[str, Any] = given if isinstance(given, dict) else {}
    message, code = str(error.get("message") or ""), str(error.get("code") or "")
    status = answer.status
    text = line.tidy(f"{status} {code or error.get('type') or ''} {message or 'without words of Poe'}")
    if status == 429 or (status == 503 and error):
        # The limit is the key's, whatever bot is asked.
        return RateLimited(text, retry_after=answer.retry_after, whole_account=status == 429)
    # 408 and 409 do not say how far the request came, no more than what is not a refusal.
    if status >= 500 or status < 400 or status in {408, 409}:
        return line.unknown(stage, text)
    if status == 402:
        return OutOfFunds(text)
    if status == 413:
        return InvalidRequest(text, field="references")
    if status == 401 or not error:
        return Misconfigured(text)
    if code == "model_not_found" or status == 404:
        return Retired(text)
    if _MODERATION.search(f"{code} {message}"):
        return Blocked(text, stage="prompt", rule=rule_in(message), reason=code, said=cleaned(message))
    return Misconfigured(text) if status == 403 else InvalidRequest(text, field=_field(error), said=cleaned(message))


def _words(answer: Answer, line: Line, stage: Stage) -> str:
    """What the bot said; empty where it said nothing."""
    if not answer.ok:
        raise refusal(answer, line, stage)
    choices = answer.body.get("choices")
    if not isinstance(choices, list):
        raise line.unknown(stage, "an answer that is no chat completion")
    choice = choices[0] if choices and isinstance(choices[0], dict) else {}
    message = choice.get("message")
    said = message if isinstance(message, dict) else {}
    words = str(said.get("content") or said.get("refusal") or "")
    if choice.get("finish_reason") == "content_filter" or (said.get("refusal") and not said.get("content")):
        raise Blocked(line.tidy(words), stage="output", rule=rule_in(words), said=cleaned(words))
    return words


def _declines(words: str) -> bool:
    if _OUTAGE.search(words):
        return False
    return bool(_POLICY.search(words) or _DECLINES.search(words))


def _field(error: Mapping[str, Any]) -> str:
    named = f"{error.get('param') or ''} {error.get('message') or ''}".lower()
    return next((field for sign, field in _FIELDS.items() if sign in named), "")
