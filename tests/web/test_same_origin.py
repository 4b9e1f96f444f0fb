"""Requests that other sites make are turned away before they can do anything (SEC-03)."""

from __future__ import annotations

import pytest

from tests.web.small_app import ORIGIN, make_app, settings

STRANGERS = [
    {"Origin": "https://evil.test"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://127.0.0.1:8001"},
    {"Origin": "https://127.0.0.1:8000"},
    {"Origin": "http://127.0.0.1:8000.evil.test"},
    {"Origin": "http://127.0.0.1:8000@evil.test"},
    {"Origin": "http://127.0.0.1:8000/"},
    {"Origin": "HTTP://127.0.0.1:8000"},
    {"Origin": f"{ORIGIN}, https://evil.test"},
    {"Origin": ORIGIN, "Sec_Fetch_Site": "cross-site"},
    {"Origin": ORIGIN, "Sec_Fetch_Site": "same-site"},
    {"Origin": ORIGIN, "Sec_Fetch_Site": "nonsense"},
    {"Sec_Fetch_Site": "cross-site"},
]


@pytest.mark.parametrize("headers", STRANGERS)
def test_a_change_from_elsewhere_is_refused_even_with_the_right_token(ada, headers):
    answer = ada.browser.post("/logout", data={"csrf_token": ada.token("/me/settings")}, headers=ada._with(headers))
    assert answer.status_code == 403
    assert ada.is_in()


@pytest.mark.parametrize(
    "headers", [{"Origin": ORIGIN}, {"Origin": ORIGIN, "Sec_Fetch_Site": "same-origin"}, {"Sec_Fetch_Site": "none"}, {}]
)
def test_a_change_from_our_own_page_is_made(ada, headers):
    answer = ada.browser.post("/logout", data={"csrf_token": ada.token("/me/settings")}, headers=ada._with(headers))
    assert answer.status_code == 303
    assert not ada.is_in()


def test_reading_from_elsewhere_is_allowed(nobody):
    assert nobody.get("/explore", Origin="https://evil.test", Sec_Fetch_Site="cross-site").status_code == 200


def test_a_host_that_is_not_ours_gets_nothing_but_the_probe(nobody):
    assert nobody.get("/explore", Host="evil.test").status_code == 400
    assert nobody.get("/explore", Host="127.0.0.1:8000.evil.test").status_code == 400
    assert nobody.get("/explore", Host="[::1").status_code == 400
    assert nobody.get("/healthz", Host="10.1.2.3").status_code == 200
    assert nobody.get("/explore", Host="localhost:8000").status_code == 200


@pytest.mark.parametrize("origin", [None, "null", "https://evil.test", "http://127.0.0.1:8001", f"{ORIGIN}/"])
def test_a_socket_from_elsewhere_is_refused_before_it_opens(ada, origin):
    headers = {"Upgrade": "websocket", "Connection": "Upgrade", **({"Origin": origin} if origin else {})}
    assert ada.get("/live?since=0", **headers).status_code == 403


def test_a_socket_from_our_own_page_passes(ada):
    answer = ada.get("/live", Upgrade="websocket", Connection="Upgrade", Origin=ORIGIN)
    assert answer.status_code == 404, "the small app has no socket behind the check"


def test_only_the_public_address_counts_when_there_is_one(tmp_path):
    from tests.web.small_app import Person

    app = make_app(settings(tmp_path, PUBLIC_URL="https://kinora.example"))
    person = Person(app)
    live = {"Host": "kinora.example", "Upgrade": "websocket"}
    assert person.get("/live", Origin="https://kinora.example", **live).status_code == 404
    assert person.get("/live", Origin=ORIGIN, **live).status_code == 403
