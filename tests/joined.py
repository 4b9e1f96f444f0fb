"""People who joined before the tests began, and what else is made once for all of them."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import select

from app import create_app
from app.accounts.models import User
from app.accounts.queries import id_of
from app.config import load
from app.extensions import db
from app.web import cookies
from tests.people import Person

PEOPLE = ("first", "ada_l", "bob_d")


class CompiledTemplates(BytecodeCache):
    """Compiles each template once for all applications of this process; what is rendered stays the same."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template's code, unless its text has changed."""
        if code := self._code.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template's code."""
        self._code[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


class Joined:
    """Databases in which people have joined by the forms, to be copied, and the cookies that their browsers got."""

    def __init__(self, empty: Path, redis_url: str, secret: str, folder: Path) -> None:
        """`empty` is a database at the newest migration."""
        self._folder = folder
        self._cookies: dict[str, dict[str, str]] = {}
        path = shutil.copy(empty, folder / "kinora.db")
        environ = {"KINORA_DATA": str(folder), "SECRET_KEY": secret, "REDIS_URL": redis_url, "RATE_LIMITS": "off"}
        app = create_app(load({**environ, "DATABASE_URL": f"sqlite:///{path}"}))
        for name in PEOPLE:
            self._cookies[name] = _cookies_of(Person(app).sign_up(name))
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
            # What SQLite still keeps beside the file is not copied with it.
            with sqlite3.connect(path) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            shutil.copy(path, folder / f"{name}.db")

    def template(self, last: str) -> Path:
        """A database in which everybody up to this person has joined."""
        return self._folder / f"{last}.db"

    def person(self, app: Flask, name: str) -> Person:
        """One of them, before a browser that is logged in; in a database of another make they join by the forms."""
        person = Person(app)
        with app.app_context():
            there = set(db.session.scalars(select(User.username)))
            db.session.remove()
        if name not in there:
            for one in PEOPLE[: PEOPLE.index(name) + 1]:
                if one not in there:
                    person = Person(app).sign_up(one)
            return person
        with app.app_context():
            person.name, person.id = name, id_of(name)
            db.session.remove()
        for cookie, value in self._cookies[name].items():
            person.browser.set_cookie(cookie, value, domain="127.0.0.1")
        return person


def _cookies_of(person: Person) -> dict[str, str]:
    found = {name: person.browser.get_cookie(name, domain="127.0.0.1") for name in (cookies.SESSION, cookies.FORM)}
    return {name: cookie.value for name, cookie in found.items() if cookie}
