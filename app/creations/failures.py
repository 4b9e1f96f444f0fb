"""What users are told when a creation was not made: plain sentences by code and rule (ERR-01, ERR-03).

What happened to the credits stands beside it, from the ledger. A provider's raw words never do; those that it meant for
whoever asked ("said") are quoted, and labelled as its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.providers.errors import Rule

_SENTENCES = {
    "misconfigured": "This model is not available right now.",
    "retired": "This model is not offered any more. Choose another one.",
    "unavailable": "This model is not available right now.",
    "busy": "The model was too busy. Try again in a few minutes.",
    "provider_unreachable": "The model could not be reached. Try again in a few minutes.",
    "provider_error": "The model ran into an error of its own. Trying again often helps.",
    "unconfirmed": "We could not confirm that it was being made, so we stopped waiting.",
    "timed_out": "It took too long, so we stopped waiting.",
    "lost": "The model lost track of it.",
    "result_unavailable": "It was made, but its file could not be fetched whole.",
    "storage": "It was made, but could not be stored. Try again in a few minutes.",
    "not_queued": "It could not be queued. Try again in a minute.",
    "cancelled": "You cancelled it.",
    "switched_off": "Generation was switched off before it was made.",
}
_BLOCKED: Mapping[str, tuple[str, str]] = {
    Rule.SEXUAL: ("It looked sexual, or showed too much skin.", "Dress everyone, and lead the eye to something else."),
    Rule.VIOLENCE: ("It looked violent.", "Tell it without blood, wounds or attacks."),
    Rule.HATE: ("It looked hateful to somebody.", "Leave out insults, and signs that are turned against people."),
    Rule.DANGEROUS: (
        "It looked dangerous, as weapons, drugs or self-harm do.",
        "Leave those out, or show a calmer moment of the same story.",
    ),
    Rule.MINORS: ("It looked like it shows children in an unfit way.", "Show adults, or nobody at all."),
    Rule.PEOPLE: (
        "It looked like it shows real people.",
        "Describe somebody invented by age, face and clothes, without a name or a photo.",
    ),
    Rule.COPYRIGHT: (
        "It looked too close to a known work, character or brand.",
        "Describe the look in your own words, without names of works, characters, artists or brands.",
    ),
    Rule.PERSONAL_DATA: (
        "It looked like it holds personal data.",
        "Leave out full names, addresses, numbers and documents.",
    ),
    Rule.WORDING: ("A word in it is on a list that the model does not take.", "Say the same in other words."),
    Rule.POLICY: (
        "The safety filter declined it.",
        "Describe it in other words, without real people, violence or nudity.",
    ),
}
_NOTHING = (
    "The model finished without making anything.",
    "Say plainly what there is to see, in other words.",
)
_UNFIT = ("The model did not take these choices together.", "Change one and try again.")
_UNFIT_FIELDS = {
    "prompt": ("The model did not take the prompt as it is.", "Shorten it, or say it in other words."),
    "aspect_ratio": ("The model did not take the aspect.", "Choose another one."),
    "duration": ("The model did not take the duration.", "Choose another one."),
    "resolution": ("The model did not take the resolution.", "Choose another one."),
    "seed": ("The model did not take the seed.", "Change it or leave it out."),
    "references": ("The model could not use the reference picture.", "Try another one, or go without."),
}
CODES = frozenset({*_SENTENCES, "blocked", "no_output", "rejected"})


@dataclass(frozen=True)
class Refusal:
    """Why a provider declined a creation, for its owner."""

    rule: str
    """What it was declined for, as one sentence."""
    advice: str
    """What to change, as one sentence."""
    said: str = ""
    """The provider's own words, where it meant them for whoever asked: anybody's text, to be escaped and labelled."""
    rewordable: bool = True
    """Whether other words may help."""


def refusal(code: str | None, known: Mapping[str, Any] | None) -> Refusal | None:
    """The refusal in an error code and what is kept of it (`creations.refusal`); None for any other failure."""
    known = known or {}
    said = str(known.get("said") or "")
    if code == "blocked":
        return Refusal(*_BLOCKED.get(str(known.get("rule")), _BLOCKED[Rule.POLICY]), said)
    if code == "no_output":
        return Refusal(*_NOTHING, said)
    if code == "rejected":
        field = str(known.get("field") or "")
        return Refusal(*_UNFIT_FIELDS.get(field, _UNFIT), said, rewordable=field == "prompt")
    return None


def sentence(code: str | None, known: Mapping[str, Any] | None = None) -> str:
    """What happened and what to do, for an error code and what is kept of a refusal."""
    declined = refusal(code, known)
    if declined is not None:
        return f"{declined.rule} {declined.advice}"
    return _SENTENCES.get(code or "", "Something went wrong on our side.")


def label(code: str) -> str:
    """A few words for a table of reasons."""
    words = {
        "blocked": "Declined by the safety filter",
        "no_output": "Finished without a result",
        "rejected": "Options not accepted",
        "misconfigured": "Provider misconfigured",
        "retired": "Model retired",
        "unavailable": "Provider out of funds",
        "busy": "Provider too busy",
        "provider_unreachable": "Provider unreachable",
        "provider_error": "Provider error",
        "unconfirmed": "Submit unconfirmed",
        "timed_out": "Took too long",
        "lost": "Lost by the provider",
        "result_unavailable": "Result could not be fetched",
        "storage": "Storage failed",
        "not_queued": "Queue unavailable",
        "cancelled": "Cancelled by its owner",
        "switched_off": "Switched off",
    }
    return words.get(code, code)
