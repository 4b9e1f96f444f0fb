"""The theme works without JavaScript, and the probe without anything."""

from __future__ import annotations

import pytest


def test_a_chosen_theme_is_remembered_and_leads_back(nobody):
    answer = nobody.post("/theme", {"theme": "dark", "next": "/explore?kind=video"})
    assert (answer.status_code, answer.location) == (303, "/explore?kind=video")
    assert nobody.get("/explore").text == "<html>Explore False dark</html>"


@pytest.mark.parametrize("next", ["//evil.test", "/\\evil.test", "https://evil.test", ""])
def test_a_theme_form_leads_nowhere_else(nobody, next):
    assert nobody.post("/theme", {"theme": "light", "next": next}).location == "/"


def test_an_unknown_theme_is_refused_and_a_forged_cookie_ignored(nobody):
    assert nobody.post("/theme", {"theme": "red"}).status_code == 422
    nobody.plant("</html>", "kinora_theme")
    assert nobody.get("/explore").text.endswith("auto</html>")


def test_the_probe_asks_nobody(nobody):
    answer = nobody.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
