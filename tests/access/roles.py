"""Who there is: strangers, members, owners and admins."""

from __future__ import annotations

import re

from flask import Flask
from werkzeug.test import TestResponse

from tests.people import PASSWORD, Person


def log_in(app: Flask, name: str) -> Person:
    """Somebody who joined before, with a browser of their own."""
    person = Person(app)
    answer = person.post("/login", {"username": name, "password": PASSWORD}, page="/login")
    assert answer.status_code == 303, answer.text
    person.name = name
    return person


def lasting_words(answer: TestResponse) -> str:
    """A page without what is new in every answer: the request's number, and tokens, which are signed with the time."""
    text = answer.text.replace(answer.headers["X-Request-Id"], "")
    return re.sub(r'(X-CSRFToken": |csrf_token" value=)"[^"]+"', "", text)
