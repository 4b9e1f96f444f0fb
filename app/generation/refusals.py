"""What is kept of why a provider declined a creation, for its owner: `creations.refusal` (ERR-01)."""

from __future__ import annotations

from app.providers.errors import Blocked, InvalidRequest, NoOutput


def refusal_of(error: Exception) -> dict[str, str] | None:
    """The refusal in an error of a provider, as far as it tells; None for an error that is none.

    Keys, each only where known: "stage", "rule" (`providers.errors.Rule`), "field" of the brief, and "said", the
    provider's words for whoever asked.
    """
    if isinstance(error, Blocked):
        known = {"stage": error.stage, "rule": error.rule.value, "said": error.said}
    elif isinstance(error, NoOutput):
        known = {"stage": "output", "said": error.said}
    elif isinstance(error, InvalidRequest):
        known = {"stage": "prompt", "field": error.field, "said": error.said}
    else:
        return None
    return {name: value for name, value in known.items() if value}
