"""An answer of `generate_content`, as its JSON: what was withheld and why, what it says in words.

Not as google-genai's objects: version 3.3.0 leaves out `finishMessage` with an API key (`models.py`,
`_Candidate_from_mldev`), which is what Google says to whoever asked. Reasons and ratings: its `types.py`,
BlockedReason, FinishReason, HarmCategory, SafetyRating (read 2026-11-20).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.providers.errors import Blocked, NoOutput, Rule
from app.providers.rules import rule_in
from app.providers.said import cleaned

if TYPE_CHECKING:
    from google.genai import types

WITHHELD = frozenset({
    "SAFETY", "IMAGE_SAFETY", "PROHIBITED_CONTENT", "IMAGE_PROHIBITED_CONTENT", "RECITATION", "IMAGE_RECITATION",
    "BLOCKLIST", "SPII", "MODEL_ARMOR",
})  # fmt: skip
"""`finishReason` of an answer that was withheld."""
_RULES = {
    "RECITATION": Rule.COPYRIGHT,
    "IMAGE_RECITATION": Rule.COPYRIGHT,
    "BLOCKLIST": Rule.WORDING,
    "SPII": Rule.PERSONAL_DATA,
}
"""Reasons that name their rule."""
_CATEGORIES = {
    "SEXUALLY_EXPLICIT": Rule.SEXUAL,
    "HATE": Rule.HATE,
    "HATE_SPEECH": Rule.HATE,
    "HARASSMENT": Rule.HATE,
    "DANGEROUS_CONTENT": Rule.DANGEROUS,
}
_LIKELY = ("HIGH", "MEDIUM")


def candidate_of(response: types.GenerateContentResponse) -> Mapping[str, Any]:
    """The first candidate of an answer that was asked for with `should_return_http_response`.

    Raises Blocked when the prompt was refused or the result withheld, NoOutput when there is no candidate, ValueError
    when the answer is no JSON object.
    """
    http = response.sdk_http_response
    answer = json.loads((http.body if http else None) or "null")
    if not isinstance(answer, dict):
        raise ValueError(f"no object: {type(answer).__name__}")
    feedback = answer.get("promptFeedback") or {}
    if reason := str(feedback.get("blockReason") or ""):
        raise _blocked("prompt", reason, feedback, str(feedback.get("blockReasonMessage") or ""))
    candidates = objects(answer.get("candidates"))
    if not candidates:
        raise NoOutput("no candidates")
    candidate = candidates[0]
    if reason_of(candidate) in WITHHELD:
        words = str(candidate.get("finishMessage") or "") or words_of(candidate)
        raise _blocked("output", reason_of(candidate), candidate, words)
    return candidate


def reason_of(candidate: Mapping[str, Any]) -> str:
    """`finishReason` as Google spells it, "" when absent."""
    return str(candidate.get("finishReason") or "")


def words_of(candidate: Mapping[str, Any]) -> str:
    """What the model says in words."""
    return " ".join(str(part["text"]) for part in parts_of(candidate) if part.get("text"))


def parts_of(candidate: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The parts of the answer, without what the model only thinks."""
    content = candidate.get("content")
    parts = objects(content.get("parts")) if isinstance(content, Mapping) else []
    return [part for part in parts if not part.get("thought")]


def objects(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; nobody has checked what an answer holds."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _blocked(stage: str, reason: str, rated: Mapping[str, Any], words: str) -> Blocked:
    rule = _RULES.get(reason) or _rule_of(objects(rated.get("safetyRatings"))) or rule_in(words)
    return Blocked(f"{reason} {words}".strip()[:500], stage=stage, rule=rule, reason=reason, said=cleaned(words))


def _rule_of(ratings: list[Mapping[str, Any]]) -> Rule | None:
    """The rule of the rating that blocked; of the most probable one where none says so; None without any."""
    blocking = [one for one in ratings if one.get("blocked")]
    likely = [one for level in _LIKELY for one in ratings if one.get("probability") == level]
    for one in blocking or likely:
        bare = str(one.get("category")).removeprefix("HARM_CATEGORY_").removeprefix("IMAGE_")
        if bare in _CATEGORIES:
            return _CATEGORIES[bare]
    return None
