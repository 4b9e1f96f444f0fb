"""What users are told when a creation was not made: one plain sentence a code (ERR-01, ERR-03).

What happened to the credits stands beside it, from the ledger; provider's own words never do.
"""

from __future__ import annotations

_SENTENCES = {
    "blocked": "The safety filter declined this. Describe it in other words, without real people, violence or nudity.",
    "no_output": "The model finished without making anything. Try other words.",
    "rejected": "The model does not take these choices together. Change one and try again.",
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
CODES = frozenset(_SENTENCES)


def sentence(code: str | None) -> str:
    """The sentence for an error code."""
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
