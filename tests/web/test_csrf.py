"""Every change needs a token that belongs to the session of whoever makes it (SEC-03)."""

from __future__ import annotations

from tests.web.small_app import ORIGIN, Person


def _log_out(person: Person, token: str | None, **headers: str):
    data = {} if token is None else {"csrf_token": token}
    return person.browser.post("/logout", data=data, headers=person._with({"Origin": ORIGIN, **headers}))


def test_a_change_without_a_token_is_refused_in_helpful_words(ada):
    answer = _log_out(ada, None)
    assert answer.status_code == 400
    assert "open for too long" in answer.text
    assert ada.is_in()


def test_the_token_works_in_the_form_and_in_the_header(app, ada):
    assert _log_out(ada, None, X_CSRFToken=ada.token("/me/settings")).status_code == 303
    assert not ada.is_in()
    ada.log_in("ada_l")
    assert _log_out(ada, ada.token("/me/settings")).status_code == 303


def test_somebody_elses_token_is_refused(app, ada):
    bob = Person(app)
    bob.sign_up("bob_b")
    assert _log_out(ada, bob.token("/me/settings")).status_code == 400
    assert _log_out(ada, Person(app).token("/login")).status_code == 400
    assert _log_out(ada, ada.token("/me/settings") + "x").status_code == 400


def test_a_token_ends_with_its_session(ada):
    old = ada.token("/me/settings")
    _log_out(ada, old)
    ada.log_in("ada_l")
    assert _log_out(ada, old).status_code == 400


def test_a_page_that_was_open_for_days_still_works(ada):
    from unittest import mock

    token = ada.token("/me/settings")
    with mock.patch("itsdangerous.timed.time.time", return_value=4_000_000_000):
        assert _log_out(ada, token).status_code == 303


def test_logging_in_from_a_page_opened_by_somebody_else_is_refused(app, nobody):
    foreign = Person(app).token("/login")
    answer = nobody.browser.post("/login", data={"csrf_token": foreign}, headers=nobody._with({"Origin": ORIGIN}))
    assert answer.status_code == 400


def test_feed_pages_set_no_cookie_and_do_not_vary_by_it(nobody):
    answer = nobody.get("/explore")
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_only_signed_out_pages_with_a_form_set_the_form_cookie(nobody, ada):
    cookie = nobody.get("/login").headers["Set-Cookie"]
    assert cookie.startswith("kinora_form=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Set-Cookie" not in nobody.get("/signup").headers, "one token serves all forms"
    ada.get("/create")  # the notice of the first account is in that cookie until it was read
    assert "Set-Cookie" not in ada.get("/me/settings").headers


def test_an_error_page_does_not_depend_on_later_hooks(ada):
    answer = _log_out(ada, None, HX_Request="true", HX_Request_Type="partial")
    assert answer.status_code == 400
    assert answer.headers["X-Request-Id"] in answer.text
