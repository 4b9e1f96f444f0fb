"""Every route, every kind of person, every method: who is answered what."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.access.roles import lasting_words, log_in
from tests.access.table import ROLES, ROUTES, TO_LOGIN, Route, filled_in
from tests.people import Person
from tests.studio.test_reading import fingerprint

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
LAST = "accounts.logout"
SIGNED = {"hooks.hear"}
"""Whoever calls these has no session and no token: the signature is looked at instead."""


def routes_of(app: Flask) -> dict[str, set[str]]:
    """Endpoints and their methods."""
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        found.setdefault(rule.endpoint, set()).update((rule.methods or set()) - {"HEAD", "OPTIONS"})
    return found


def ask(
    person: Person, method: str, path: str, fields: dict[str, str], *, json: bool = False, **headers: str
) -> TestResponse:
    """Send a request with everything that makes it legitimate."""
    wire = {"Host": "127.0.0.1:8000"} | {name.replace("_", "-").title(): value for name, value in headers.items()}
    if method == "GET":
        return person.browser.get(path, headers=wire)
    token = person.token("/create" if person.name else "/login")
    if json:
        return person.browser.open(path, method=method, json=fields, headers={**wire, "X-CSRFToken": token})
    return person.browser.open(path, method=method, data={"csrf_token": token, **fields}, headers=wire)


def got(answer: TestResponse) -> int | str:
    """The status, or that the person is sent to log in."""
    if answer.status_code == 303 and answer.location.startswith("/login"):
        return TO_LOGIN
    return answer.status_code


@pytest.fixture
def people(ada: Person, bob: Person, nobody: Person, admin: Person) -> dict[str, Person]:
    """One of each."""
    return dict(zip(ROLES, (nobody, bob, ada, admin), strict=True))


def test_every_route_is_in_the_table(app) -> None:
    found = routes_of(app)
    assert found.keys() == ROUTES.keys(), "say in tests/access/table.py who may do what"
    assert {name: {route.method} for name, route in ROUTES.items()} == found


def test_everybody_is_answered_as_the_table_says(app, people) -> None:
    wrong = []
    for name, route in sorted(ROUTES.items(), key=lambda item: item[0] == LAST):
        for role, expected in zip(ROLES, route.answers, strict=True):
            path, fields = filled_in(route, people["owner"], people["other"].id)
            answer = ask(people[role], route.method, path, fields, json=route.json)
            if got(answer) != expected:
                wrong.append(f"{name} for {role}: {got(answer)}, not {expected}")
    assert not wrong


def test_no_other_method_does_anything(app, people) -> None:
    """405 with Allow; below /admin only an admin learns even that."""
    methods: dict[str, set[str]] = {}
    for route in ROUTES.values():
        methods.setdefault(route.path, set()).add(route.method)
    for path, allowed in methods.items():
        for role, person in people.items():
            address, _ = filled_in(Route(path, ROUTES["social.home"].answers), people["owner"], people["other"].id)
            for method in set(METHODS) - allowed:
                answer = ask(person, method, address, {})
                if path.startswith("/admin") and role != "admin":
                    assert answer.status_code == 404, (role, method, path)
                elif path not in {"/live", "/static/icons/none.svg"}:
                    assert answer.status_code == 405, (role, method, path)
                    assert allowed <= set(answer.headers["Allow"].split(", "))


def test_the_dashboard_looks_like_nothing_at_all(people) -> None:
    """ADM-01: the same words as at an address that there is none of."""
    for role in ("stranger", "other", "owner"):
        never = people[role].get("/nowhere")
        for path in ("/admin", "/admin/", "/admin/people", "/admin/settings", "/admin/switch", "/admin/none"):
            answer = people[role].get(path)
            assert answer.status_code == never.status_code == 404
            assert lasting_words(answer) == lasting_words(never)


def test_nothing_changes_without_a_token_or_from_another_site(app, people) -> None:
    """SEC-03: refused for those who could do it, token, cookie and all."""
    sending = {name: route for name, route in ROUTES.items() if route.method == "POST" and name not in SIGNED}
    ready = {name: filled_in(route, people["owner"], people["other"].id) for name, route in sending.items()}
    before = fingerprint(app)
    for name, (path, fields) in ready.items():
        person = people["admin" if name.startswith("admin.") else "owner"]
        bare = person.browser.post(path, data=fields, headers={"Host": "127.0.0.1:8000"})
        assert (name, bare.status_code) == (name, 400)
        assert "Nothing was changed." in bare.text
        forged = person.browser.post(path, data=fields | {"csrf_token": "x"}, headers={"Host": "127.0.0.1:8000"})
        assert (name, forged.status_code) == (name, 400)
        for headers in (
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"origin": "http://127.0.0.1:8000.evil.example"},
            {"sec_fetch_site": "cross-site"},
            {"sec_fetch_site": "same-site"},
        ):
            answer = ask(person, "POST", path, fields, json=sending[name].json, **headers)
            assert (name, answer.status_code) == (name, 403)
    assert fingerprint(app) == before


def test_a_token_is_its_sessions_alone(app, people) -> None:
    stolen = people["other"].token()
    answer = people["owner"].browser.post(
        "/create", data={"csrf_token": stolen, "kind": "image", "prompt": "x"}, headers={"Host": "127.0.0.1:8000"}
    )
    assert answer.status_code == 400
    again = log_in(app, "ada_l")
    old = again.token()
    again.post("/logout")
    assert (
        again.browser.post("/logout", data={"csrf_token": old}, headers={"Host": "127.0.0.1:8000"}).status_code == 400
    )
