"""Who gets which file, and how it is served (MED-03, I6)."""

from __future__ import annotations

import uuid
from urllib.parse import unquote

import pytest

from tests.access.roles import lasting_words
from tests.studio.works import MEDIA, change, put, reference, row

FILES = ("media_key", "poster_key", "poster_small_key")
UNKNOWN = "videos/AAAAAAAAAAAAAAAAAAAAAA.mp4"


def files(app, owner, state: str, **columns: object) -> list[str]:
    """The addresses of everything that belongs to a new creation."""
    made = row(app, put(owner, state, **columns))
    return [f"/media/{getattr(made, name)}" for name in FILES]


def told(answer) -> tuple[int, str]:
    """Status and body."""
    return answer.status_code, lasting_words(answer)


def test_a_draft_is_its_owners_and_an_admins_alone(app, ada, bob, nobody, admin) -> None:
    """Foreign, unknown and impossible look the same, for members and for strangers."""
    drafts = [*files(app, ada, "draft", kind="video"), *files(app, ada, "draft"), f"/media/{reference(ada)[1]}"]
    for address in drafts:
        for person in (ada, admin):
            answer = person.get(address)
            assert (answer.status_code, answer.data) == (200, MEDIA)
            assert answer.headers["Cache-Control"] == "private, no-store"
        for person in (bob, nobody):
            foreign = told(person.get(address))
            assert foreign[0] == 404
            for missing in (
                UNKNOWN,
                "x",
                "../kinora.db",
                "images/..%2f..%2fkinora.db",
                "references/" + "A" * 22 + ".png",
            ):
                assert told(person.get(f"/media/{missing}")) == foreign


def test_what_is_published_is_everybodys_for_five_minutes_at_most(app, ada, nobody) -> None:
    for address in files(app, ada, "published", kind="video"):
        for person in (nobody, ada):
            answer = person.get(address)
            assert (answer.status_code, answer.data) == (200, MEDIA)
            assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert "Set-Cookie" not in nobody.get(address).headers


def test_what_is_taken_back_or_deleted_is_gone_at_once(app, ada, nobody) -> None:
    made = put(ada, "published")
    address = f"/media/{row(app, made).media_key}"
    assert nobody.get(address).status_code == 200
    ada.post(f"/creations/{made}/unpublish")
    assert nobody.get(address).status_code == 404
    assert ada.get(address).status_code == 200
    ada.post(f"/creations/{made}/delete")
    assert ada.get(address).status_code == 404


def test_a_row_without_its_file_is_a_404_and_no_error(app, ada) -> None:
    made = put(ada)
    change(app, made, media_key=UNKNOWN)
    assert ada.get(f"/media/{UNKNOWN}").status_code == 404


RANGES = [
    ("bytes=0-99", 206, 0, 99),
    ("bytes=100-100", 206, 100, 100),
    ("bytes=-10", 206, 10230, 10239),
    ("bytes=10000-", 206, 10000, 10239),
    ("bytes=0-99999999", 206, 0, 10239),
    ("bytes=10240-", 416, None, None),
    ("bytes=99999-100000", 416, None, None),
    ("bytes=5-2", 200, 0, 10239),
    ("lines=1-2", 200, 0, 10239),
    ("bytes=a-b", 200, 0, 10239),
    ("bytes=0-1,5-6", 200, 0, 10239),
    ("bytes=-0", 416, None, None),
    ("bytes=" + "9" * 400 + "-", 200, 0, 10239),
]


def test_a_part_of_a_file_can_be_asked_for(app, ada) -> None:
    """Players seek; what makes no sense is ignored or refused, and never an error of ours."""
    address = files(app, ada, "draft", kind="video")[0]
    for asked, status, first, last in RANGES:
        answer = ada.get(address, range=asked)
        assert answer.status_code == status, asked
        if status == 416:
            assert answer.headers["Content-Range"] == "bytes */10240"
            continue
        assert answer.data == MEDIA[first : last + 1]
        if status == 206:
            assert answer.headers["Content-Range"] == f"bytes {first}-{last}/10240"
            assert answer.headers["Accept-Ranges"] == "bytes"


def test_an_open_end_is_answered_with_two_megabytes_at_most(app, ada) -> None:
    """Who reads slowly holds a thread for a part only."""
    address = files(app, ada, "draft", kind="video")[0]
    path = app.extensions["kinora_storage"].path(address.removeprefix("/media/"))
    path.write_bytes(bytes(5 * 1024 * 1024))
    answer = ada.get(address, range="bytes=0-")
    assert len(answer.data) == 2 * 1024 * 1024
    assert answer.headers["Content-Range"] == "bytes 0-2097151/5242880"
    answer = ada.get(address, range="bytes=4194304-")
    assert answer.headers["Content-Range"] == "bytes 4194304-5242879/5242880"


def test_head_and_etag_spare_the_bytes(app, ada, bob) -> None:
    address = files(app, ada, "published")[0]
    head = ada.browser.head(address, headers={"Host": "127.0.0.1:8000"})
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", "10240")
    assert bob.get(address, if_none_match=head.headers["ETag"]).status_code == 304


def test_files_are_served_so_that_nothing_in_them_can_run(app, ada) -> None:
    for address, kind in zip(
        files(app, ada, "published", kind="video"), ("video/mp4", "image/webp", "image/webp"), strict=True
    ):
        for answer in (ada.get(address), ada.get(address, range="bytes=0-9")):
            assert answer.mimetype == kind
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert "attachment" not in answer.headers.get("Content-Disposition", "")


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("Sun shafts through a kelp forest", "kinora-sun-shafts-through-a-kelp-forest.png"),
        ('🦊 "fox";\r\nSet-Cookie: a=b; filename=evil.exe /../æé', "kinora-fox-set-cookie-a-b-filename-evil-exe-e.png"),
        ("🦊🦊", None),
    ],
)
def test_a_download_has_a_good_name_whatever_the_prompt(app, ada, prompt, name) -> None:
    """RFC 6266: an ASCII name and the same in UTF-8; nothing of the prompt can end the header."""
    made = put(ada, prompt=prompt)
    name = name or f"kinora-image-{str(made)[-8:]}.png"
    answer = ada.get(f"/media/{row(app, made).media_key}?download=1")
    disposition = answer.headers["Content-Disposition"]
    assert disposition == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    assert "Set-Cookie" not in answer.headers


def test_a_prompt_that_is_kept_back_is_in_no_file_name(app, ada, bob, nobody) -> None:
    made = put(ada, "published", prompt="My secret recipe", shows_prompt=False, caption="Dusk")
    for key in (row(app, made).media_key, row(app, made).poster_key):
        for person in (bob, nobody):
            disposition = unquote(person.get(f"/media/{key}?download=1").headers["Content-Disposition"])
            assert "kinora-dusk." in disposition
            assert "recipe" not in disposition


def test_the_address_of_a_file_says_nothing_about_anybody(app, ada) -> None:
    """MED-02."""
    for address in files(app, ada, "draft", kind="video"):
        prefix, _, rest = address.removeprefix("/media/").partition("/")
        assert prefix in {"videos", "posters"}
        assert len(rest.partition(".")[0]) >= 22
        assert "ada" not in rest
        with pytest.raises(ValueError, match="badly formed"):
            uuid.UUID(rest.partition(".")[0])
