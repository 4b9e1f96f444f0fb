"""How a provider fails, in words of ours: an adapter turns every error of its vendor into one of these at its door.

What the engine has to know of each: is it certain that nothing was started, and can it help to ask again?
"""

from __future__ import annotations

from enum import StrEnum


class Rule(StrEnum):
    """Why something is refused for safety, as far as the provider tells."""

    SEXUAL = "sexual"
    VIOLENCE = "violence"
    HATE = "hate"
    DANGEROUS = "dangerous"
    MINORS = "minors"
    PEOPLE = "people"
    """Real people, above all well-known ones."""
    COPYRIGHT = "copyright"
    """Too close to a known work or mark."""
    PERSONAL_DATA = "personal_data"
    WORDING = "wording"
    """A word on a list of the provider's."""
    POLICY = "policy"
    """Refused for safety, and no more is known."""


class ProviderError(Exception):
    """What went wrong at a provider. `str(error)` is the provider's text: for logs and admins, never for users.

    `code` is ours and stable; it is what `creations.error_code` stores. `said` is the exception: words that the
    provider meant for whoever asked, without ids, addresses or names of keys; empty where there are none.
    """

    code = "provider_error"

    def __init__(self, message: str = "", *, code: str | None = None, said: str = "") -> None:
        super().__init__(message)
        self.said = said
        if code:
            self.code = code


class Retryable(ProviderError):
    """At submit: proven not accepted. At look-up: this read failed, ask again."""

    code = "provider_unreachable"


class RateLimited(ProviderError):
    """Refused for now, nothing accepted. `retry_after` in seconds, None where not told."""

    code = "busy"

    def __init__(self, message: str = "", *, retry_after: float | None = None, whole_account: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.whole_account = whole_account
        """The limit is the account's: the provider's other models have to wait as well."""


class Ambiguous(ProviderError):
    """A submit whose outcome nobody knows: time-out, reset, 5xx, unreadable answer. Never sent again by a machine."""

    code = "unconfirmed"


class Blocked(ProviderError):
    """Refused for safety: final."""

    code = "blocked"

    def __init__(
        self, message: str = "", *, stage: str = "prompt", rule: Rule = Rule.POLICY, reason: str = "", said: str = ""
    ) -> None:
        super().__init__(message, said=said)
        self.stage = stage
        """"prompt", or "output" where the result was made and withheld."""
        self.rule = rule
        self.reason = reason
        """The provider's own name for the rule: for admins."""


class InvalidRequest(ProviderError):
    """The provider will not take these options. `field` is the brief's, where the provider names it."""

    code = "rejected"

    def __init__(self, message: str = "", *, code: str | None = None, field: str = "", said: str = "") -> None:
        super().__init__(message, code=code, said=said)
        self.field = field


class Misconfigured(ProviderError):
    """Key, permission or billing set-up: an operator must act, and until then no model of the provider works."""

    code = "misconfigured"


class Retired(ProviderError):
    """This one model is not there (any more), nothing accepted. Its fallback takes over, if it has one."""

    code = "retired"


class OutOfFunds(ProviderError):
    """The operator's account at the provider is empty."""

    code = "unavailable"


class NoOutput(ProviderError):
    """Finished without media: final (JOB-10)."""

    code = "no_output"


class Expired(ProviderError):
    """The operation or its file is not there (any more)."""

    code = "lost"


class Failed(ProviderError):
    """The provider says that the run failed."""

    code = "provider_error"


class Forged(ProviderError):
    """A call that claims to be a provider's and cannot be shown to be."""

    code = "forged"
