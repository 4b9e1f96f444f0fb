"""Errors that a person may be told: each has an HTTP status, a code for programs and one plain sentence.

Anything that is not a KinoraError is our own fault, and is allowed to be loud in the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class KinoraError(Exception):
    """What went wrong, in words for the person who asked.

    `retry_after` is in seconds; None when waiting does not help.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    sentence: ClassVar[str] = "That did not work."

    def __init__(self, words: str = "", *, retry_after: int | None = None) -> None:
        super().__init__(words or self.sentence)
        self.words = words or self.sentence
        self.retry_after = retry_after


class NotLoggedIn(KinoraError):
    """The page or answer is for people who are logged in."""

    status = 401
    code = "not_logged_in"
    sentence = "Log in to go on."


class NotEnoughCredits(KinoraError):
    """The balance does not cover the price; nothing was charged."""

    status = 402
    code = "not_enough_credits"

    def __init__(self, *, have: int, need: int) -> None:
        super().__init__(f"You have {have} credits, this needs {need}. Nothing was charged.")
        self.have = have
        self.need = need


class Forbidden(KinoraError):
    """The person is known and may not do this."""

    status = 403
    code = "forbidden"
    sentence = "You may not do that."


class NotFound(KinoraError):
    """There is no such thing, or it is not this person's to see; nobody is told which (ACC-05)."""

    status = 404
    code = "not_found"
    sentence = "There is nothing here."


class Conflict(KinoraError):
    """The thing has changed meanwhile, or was already done."""

    status = 409
    code = "conflict"
    sentence = "That has changed meanwhile. Load the page again."


class LimitReached(KinoraError):
    """As many as allowed are being made already."""

    status = 409
    code = "limit_reached"
    sentence = "As many as allowed are being made. Wait for one to finish."


class TooLarge(KinoraError):
    """More bytes than we take."""

    status = 413
    code = "too_large"
    sentence = "That is too large."


class WrongType(KinoraError):
    """Bytes of a kind that we do not take."""

    status = 415
    code = "wrong_type"
    sentence = "That kind of file is not accepted here."


class Invalid(KinoraError):
    """What was sent breaks a rule. `errors` maps a field's name to one sentence; "" holds the form's own."""

    status = 422
    code = "invalid"

    def __init__(self, errors: Mapping[str, str], words: str = "") -> None:
        super().__init__(words or next(iter(errors.values()), "Something in the form is not right."))
        self.errors = dict(errors)


class TooMany(KinoraError):
    """More requests than a rate limit allows."""

    status = 429
    code = "too_many_requests"
    sentence = "That was a bit much. Wait a moment and try again."


class Busy(KinoraError):
    """Something we depend on is down or fully used for the moment."""

    status = 503
    code = "busy"
    sentence = "Kinora is busy. Try again in a few seconds."

    def __init__(self, words: str = "", *, retry_after: int | None = 5) -> None:
        super().__init__(words, retry_after=retry_after)


class SwitchedOff(KinoraError):
    """An admin has switched this off for now."""

    status = 503
    code = "switched_off"
    sentence = "Making new works is switched off for now. Nothing was charged."
