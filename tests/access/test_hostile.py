"""Hostile text and hostile addresses: shown as text, answered in words, and dressed like everything else."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import update

from app.accounts.models import User
from app.extensions import transaction
from app.studio import pushes
from tests.access.table import ROUTES, filled_in
from tests.people import Person
from tests.studio.page import read
from tests.studio.works import configure, inside, newest, put

EVIL = "'\"></textarea></title></p><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}<!--"
SHOWN = "&lt;script&gt;alert(1)&lt;/script&gt;"
QUERIES = (
    "kind=%00",
    "kind[]=image&kind=image",
    "after=%FF%FE",
    "after=" + "A" * 32,
    "after=____________________________________________",
    "page=-1&after=",
    "page=99999999999999999999",
    "page=٣",
    "q=%",
    "q=%ED%A0%80",
    "q=" + "%F0%9F%92%A9" * 300,
    "q='; DROP TABLE users; --",
    "q=%5C%5C%25_&kind=image",
    "duration=1e9&resolution=&aspect_ratio=%0A",
    "duration=" + "9" * 5000,
    "reference_id=x&reference_id=00000000-0000-0000-0000-000000000000",
    "parent_id=00000000-0000-0000-0000-000000000000&relation=animate",
    "next=//evil.example&next=/%5Cevil",
    "download=%0D%0ASet-Cookie:%20a=b",
    "state=unfinished&kind=all&sort=nothing",
    "a=b&" * 400,
    "=&&==",
    "prompt=" + "x" * 6000,
    "idempotency_key=" + "x" * 300 + "&quote=x.y.z",
)
EVERYWHERE = ("X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Permissions-Policy")


def dressed(answer) -> None:
    """The headers that no answer may go without."""
    for name in EVERYWHERE:
        assert name in answer.headers, name
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    if answer.mimetype == "text/html":
        assert {"script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy.split("; "))
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert not {"gunicorn", "werkzeug"} & set(answer.headers.get("Server", "").lower().split("/"))


def harmless(answer) -> None:
    """No tag and no attribute came of what somebody typed."""
    page = read(answer)
    assert "<script>alert" not in answer.text
    assert not [tag for tag, found in page.tags if tag == "script" and not found.get("src", "").startswith("/static/")]
    assert not [found for _, found in page.tags if any(name.startswith("on") for name in found)]
    assert ">49<" not in answer.text.replace("{{7*7}}", "")


@pytest.fixture
def littered(app, ada: Person, admin: Person) -> dict[str, str]:
    """The site after somebody has put hostile text into every field there is."""
    picture = io.BytesIO()
    Image.new("RGB", (64, 64)).save(picture, "PNG")
    picture.seek(0)
    form = read(ada.get("/create?kind=image")).form("/create")
    sent = form.filled(prompt=EVIL, negative_prompt=EVIL) | {"reference": (picture, f"{EVIL}.png")}
    assert ada.post("/create", sent).status_code == 303
    post = put(ada, "published", prompt=EVIL, caption=EVIL, alt_text=EVIL, negative_prompt=EVIL, kind="video")
    hidden = put(ada, "published", prompt="x", caption="", alt_text=EVIL, shows_prompt=False)
    draft = put(ada, prompt=EVIL, negative_prompt=EVIL)
    failed = put(ada, "failed", prompt=EVIL, error_code=EVIL[:40], error_message=EVIL)

    def write() -> None:
        with transaction() as session:
            session.execute(update(User).where(User.id == ada.id).values(bio=EVIL))

    inside(app, write)
    admin.post(f"/admin/people/{ada.id}/grant", {"credits": "5", "why": EVIL}, page="/admin/people")
    configure(app, site_notice=EVIL)
    names = {"waiting": newest(ada).id, "post": post, "hidden": hidden, "draft": draft, "failed": failed}
    return {name: str(id) for name, id in names.items()}


def test_hostile_text_is_shown_as_text_on_every_page(app, ada, nobody, admin, littered) -> None:
    """SEC-01: prompts, captions, descriptions, names of files, reasons, notices, search words, bio, device."""
    post, draft, failed = littered["post"], littered["draft"], littered["failed"]
    public = [
        "/",
        "/explore",
        f"/p/{post}",
        f"/p/{littered['hidden']}",
        "/u/ada_l",
        "/explore?q=%3Cscript%3E",
        "/login",
    ]
    own = ["/drafts", "/me/records", "/me/ledger", "/create/history", f"/create?parent_id={draft}", "/me/settings"]
    own += [f"/create?relation=retry&parent_id={littered['waiting']}", f"/create?relation=remix&parent_id={post}"]
    own += [f"/creations/{id}{path}" for id in (draft, post, failed) for path in ("", "/receipt")]
    own += [f"/creations/{draft}/publish", f"/creations/{post}/publish"]
    for person, addresses in ((nobody, public), (ada, public[:-1] + own), (admin, ["/admin", "/admin/people"])):
        for address in addresses:
            answer = person.get(address)
            assert answer.status_code == 200
            assert SHOWN in answer.text, address
            harmless(answer)
            harmless(person.fragment(address))


def test_hostile_words_in_an_address_come_back_as_text(ada, nobody) -> None:
    for address in ("/explore", "/create/history", "/me/records", "/create", "/login", "/signup"):
        for name in ("q", "prompt", "next", "username", "undo_prompt", "idempotency_key"):
            person = nobody if address in {"/login", "/signup"} else ada
            answer = person.browser.get(address, query_string={name: EVIL}, headers={"Host": "127.0.0.1:8000"})
            assert answer.status_code == 200
            harmless(answer)
    for page in ("/login", "/signup"):
        answer = nobody.post(page, {"username": EVIL, "email": EVIL, "password": EVIL}, page=page)
        assert answer.status_code == 422
        assert SHOWN in answer.text
        harmless(answer)


def test_hostile_text_in_a_push_is_text(app, ada, littered) -> None:
    with app.test_request_context(base_url="http://127.0.0.1:8000"):
        push = pushes.changes(ada.id, 0)
    assert SHOWN in push.content
    assert "<script" not in push.content
    assert "onerror" not in push.content.replace("img src=x onerror", "", push.content.count("&lt;img src=x onerror"))


def test_a_device_that_calls_itself_a_script_is_shown_by_that_name(app, ada) -> None:
    person = Person(app)
    person._headers["User-Agent"] = EVIL
    token = person.token("/login")
    sent = {"csrf_token": token, "username": "ada_l", "password": "violet-train-to-oslo"}
    assert person.browser.post("/login", data=sent, headers=person._headers).status_code == 303
    answer = ada.get("/me/settings")
    assert SHOWN in answer.text
    harmless(answer)


def test_no_address_makes_us_fail(app, ada, nobody, admin) -> None:
    """Nonsense is a page or words, in every role, as page and as fragment, with all headers on."""
    for name, route in ROUTES.items():
        if route.method != "GET":
            continue
        path, _ = filled_in(route, ada, ada.id)
        for person in (admin,) if name.startswith("admin.") else (nobody, ada):
            for query in QUERIES:
                answer = person.get(f"{path}?{query}")
                assert answer.status_code < 500, f"{path}?{query[:60]}"
                dressed(answer)
            assert person.fragment(f"{path}?{QUERIES[0]}").status_code < 500


def test_what_is_not_even_an_address_is_answered_in_words(nobody) -> None:
    for path in (
        "/%00",
        "/%FF",
        "/p/%00",
        "/u/%E0%80%80",
        "/creations/x",
        "/media/%2e%2e/x",
        "//evil.example",
        "/.git/config",
    ):
        answer = nobody.get(path)
        assert answer.status_code in {303, 308, 400, 404}, path
        assert "evil.example" not in answer.headers.get("Location", "")
        dressed(answer)


def test_files_errors_and_refusals_carry_the_headers_too(ada, nobody) -> None:
    page = nobody.get("/")
    for address in (read(page).all("script")[0]["src"], read(page).all("link", rel="stylesheet")[0]["href"]):
        answer = nobody.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        dressed(answer)
    refused = [
        nobody.get("/static/none.js"),
        nobody.get("/nowhere"),
        nobody.get("/drafts"),
        nobody.browser.post("/login", headers={"Host": "127.0.0.1:8000"}),
        nobody.browser.put("/login", headers={"Host": "127.0.0.1:8000"}),
        nobody.browser.get("/", headers={"Host": "evil.example"}),
        nobody.browser.get("/live", headers={"Host": "127.0.0.1:8000", "Origin": "http://127.0.0.1:8000"}),
        ada.post("/create", {"kind": "film"}),
        ada.send("/create", {"kind": "film"}),
        ada.get("/healthz"),
    ]
    assert [answer.status_code for answer in refused] == [404, 404, 303, 400, 405, 400, 401, 422, 422, 200]
    for answer in refused:
        dressed(answer)
