"""The headers on every answer."""

from __future__ import annotations

import pytest

from app.web.headers import content_policy, dress_file
from tests.web.small_app import Person, make_app, settings

PATHS = ["/explore", "/nothing-here", "/healthz", "/me/settings", "/theme", "/explore%00"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(nobody, path):
    headers = nobody.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    for feature in ("camera", "microphone", "geolocation", "payment", "usb"):
        assert f"{feature}=()" in headers["Permissions-Policy"]
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert len(headers["X-Request-Id"]) >= 8
    assert "Strict-Transport-Security" not in headers


def test_media_may_come_from_the_bucket_and_nothing_else_may():
    policy = dict(part.split(" ", 1) for part in content_policy(("https://m.example", "https://m.example")).split("; "))
    assert policy["img-src"] == "'self' data: blob: https://m.example"
    assert policy["media-src"] == "'self' blob: https://m.example"
    assert policy["connect-src"] == "'self'"
    assert policy["script-src"] == "'self'"


def test_over_https_cookies_are_the_hosts_own_and_browsers_stay_on_tls(tmp_path):
    app = make_app(settings(tmp_path, PUBLIC_URL="https://kinora.example"))
    person = Person(app)
    person._headers["Host"] = "kinora.example"
    answer = person.get("/login")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-kinora_form=")
    for flag in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert flag in cookie
    assert "Domain" not in cookie


def test_a_sane_request_id_is_kept_and_any_other_replaced(nobody):
    assert nobody.get("/explore", X_Request_Id="abc-12345").headers["X-Request-Id"] == "abc-12345"
    for bad in ("short", "x" * 65, "abc 12345678", "<script>alert"):
        assert nobody.get("/explore", X_Request_Id=bad).headers["X-Request-Id"] != bad


def test_pages_of_somebody_are_kept_by_no_cache(ada, nobody):
    assert ada.get("/explore").headers["Cache-Control"] == "private, no-store"
    assert nobody.get("/explore").headers["Cache-Control"] == "no-cache"
    assert nobody.get("/login").headers["Cache-Control"] == "private, no-store"
    assert nobody.get("/signup").headers["Cache-Control"] == "private, no-store", "the token is in it, cookie or not"
    assert nobody.get("/nothing-here").headers["Cache-Control"] == "no-store"


def test_fragments_are_kept_apart_from_pages(nobody):
    answer = nobody.get("/explore", HX_Request="true", HX_Request_Type="partial")
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"HX-Request", "HX-Request-Type"} <= {part.strip() for part in answer.headers["Vary"].split(",")}


def test_static_files_carry_them_too():
    from wsgiref.headers import Headers

    headers = Headers([])
    dress_file(headers, "/x/app.css", "/static/app.css", https=True)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Strict-Transport-Security"]
