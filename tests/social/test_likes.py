"""Likes: one for each person and work, counted exactly whoever comes at once (PUB-05)."""

from __future__ import annotations

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import func, insert, select

from app.accounts.models import User
from app.extensions import db, transaction, uuid7
from app.social import service
from app.social.models import Like
from tests.studio.page import read
from tests.studio.works import count, inside, put, row

LIKERS = 20


def test_liking_twice_is_liking_once_and_so_is_taking_it_back(app, ada, bob) -> None:
    work = put(ada, "published")
    page = f"/p/{work}"
    for liked, expected in (("1", 1), ("1", 1), ("0", 0), ("0", 0), ("1", 1)):
        answer = bob.post(f"{page}/like", {"liked": liked}, page=page)
        assert (answer.status_code, answer.location) == (303, page)
        assert (row(app, work).like_count, count(app, Like)) == (expected, expected)


def test_with_htmx_the_button_comes_back_turned(ada, bob) -> None:
    work = put(ada, "published")
    page = f"/p/{work}"
    form = read(bob.get(page)).form(f"{page}/like")
    assert form.one("liked") == "1"
    answer = read(bob.send(f"{page}/like", form.filled(), page=page))
    assert answer.form(f"{page}/like").one("liked") == "0"
    assert answer.all("button", aria_pressed="true")
    assert answer.words.strip().endswith("1")
    assert read(bob.get("/explore")).all("button", aria_pressed="true")
    assert read(ada.get("/explore")).all("button", aria_pressed="false")


def test_what_is_not_published_or_makes_no_sense_is_refused(app, ada, bob) -> None:
    draft, work = put(ada), put(ada, "published")
    for target, liked, status in ((draft, "1", 404), (uuid7(), "1", 404), (work, "2", 422), (work, "", 422)):
        assert bob.post(f"/p/{target}/like", {"liked": liked}).status_code == status
    assert (count(app, Like), row(app, draft).like_count) == (0, 0)


def test_a_stranger_is_led_to_log_in_and_back_to_the_work(ada, nobody) -> None:
    work = put(ada, "published")
    href = next(h for words, h in read(nobody.get("/explore")).links.items() if words.startswith("Log in to like"))
    assert urlsplit(href).path == "/login"
    assert parse_qs(urlsplit(href).query)["next"] == [f"/p/{work}"]
    sent = nobody.post(f"/p/{work}/like", {"liked": "1"}, page="/login", referer=f"http://127.0.0.1:8000/p/{work}")
    assert urlsplit(sent.location).path == "/login"
    assert parse_qs(urlsplit(sent.location).query)["next"] == [f"/p/{work}"]


def test_twenty_at_once_are_counted_exactly(app, ada) -> None:
    work = put(ada, "published")
    likers = [uuid7() for _ in range(LIKERS)]
    inside(app, lambda: _join(likers))

    def like(user_id: uuid.UUID) -> None:
        inside(app, lambda: [service.like(user_id, work, liked=liked) for liked in (True, True, False, True)])

    with ThreadPoolExecutor(LIKERS) as pool:
        list(pool.map(like, likers))
        assert (row(app, work).like_count, _rows(app)) == (LIKERS, LIKERS)
        list(pool.map(lambda user_id: inside(app, lambda: service.like(user_id, work, liked=False)), likers[:7]))
    assert (row(app, work).like_count, _rows(app)) == (LIKERS - 7, LIKERS - 7)


def test_open_pages_are_told_the_count_of_what_is_published(app, ada) -> None:
    """RT-02: one frame, the same for everybody, in which nothing is anybody's own."""
    loved, draft = put(ada, "published", like_count=1234), put(ada)
    frame = inside(app, lambda: service.likes_frame([loved, draft, uuid7()]))
    content = json.loads(frame)["content"]
    assert content == f'<hx-partial hx-target="[data-likes=\'{loved}\']" hx-swap="innerHTML">1.2k</hx-partial>'
    assert inside(app, lambda: service.likes_frame([draft])) is None


def _join(ids: list[uuid.UUID]) -> None:
    with transaction() as session:
        session.execute(insert(User), [{"id": id, "username": f"liker_{n}"} for n, id in enumerate(ids)])


def _rows(app) -> int:
    return int(inside(app, lambda: db.session.scalar(select(func.count()).select_from(Like))))
