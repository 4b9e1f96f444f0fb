"""Who there is: strangers, members, owners and admins."""

from __future__ import annotations

from flask import Flask

from tests.people import PASSWORD, Person


def log_in(app: Flask, name: str) -> Person:
    """Somebody who joined before, with a browser of their own."""
    person = Person(app)
    answer = person.post("/login", {"username": name, "password": PASSWORD}, page="/login")
    assert answer.status_code == 303, answer.text
    person.name = name
    return person
