"""What an operator can do about a provider's error: a sentence or two a code (PRV-06, PRV-07, ADM-05)."""

from __future__ import annotations

from collections.abc import Sequence

_CURES = {
    "misconfigured": "Check {keys} and the account's permissions at {provider}, then start Kinora anew.",
    "unavailable": "Top up the account at {provider}, then wait a minute: it is tried again by itself.",
    "retired": "Choose another model, or give this one a fallback.",
    "busy": "Nothing to do, it is asked again by itself. If it stays so, ask {provider} for a higher limit.",
    "provider_unreachable": "Look whether this machine reaches {provider}, and at {provider}'s status page.",
    "provider_error": "Look at {provider}'s status page. If it lasts, make another model the preset one.",
    "unconfirmed": "Look at {provider}'s status page. What nobody can confirm is refunded.",
    "rejected": "The model's entry offers what {provider} refuses: take that off.",
    "result_unavailable": "Look whether the host of {provider}'s files is allowed, and reached from here.",
}


def cure(code: str, provider: str, keys: Sequence[str] = ()) -> str:
    """What to do about an error code of a provider's; empty where nothing can be done.

    `provider` is its name as people write it, `keys` are the environment variables that it is set up with
    (`Registry.needs`).
    """
    return _CURES.get(code, "").format(provider=provider, keys=" and ".join(keys) or "its keys")
