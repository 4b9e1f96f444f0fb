"""Tiles are drawn once and kept; whatever changes is seen at once by whoever is logged in (PUB-03..05)."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import update

from app.accounts.models import User
from app.extensions import db, now
from app.social import statements
from tests.people import Person
from tests.social.crowds import publish_many
from tests.social.crowds import statements as sent_by
from tests.social.test_feeds import ids, more
from tests.studio.page import read
from tests.studio.works import change, inside, put

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def publish(owner: Person, work: object, **words: str) -> None:
    """What the owner's own form sends."""
    answer = owner.post(f"/creations/{work}/publish", {"shows_prompt": "1", **words}, page=f"/creations/{work}/publish")
    assert answer.status_code == 303, answer.text


def test_a_page_of_tiles_that_are_kept_asks_the_database_twice(app, ada, bob) -> None:
    """Once for who is asking, once for what to show; whatever is not kept comes in one more."""
    publish_many(ada, 50)
    first = bob.get("/explore")
    for address, cold in (("/explore", 2), (more(first), 3), ("/explore?kind=video", 3)):
        bob.get("/drafts")  # the settings are read here, if they are to be read anew
        for most in (cold, 2):
            with sent_by(app) as sent:
                assert bob.get(address).status_code == 200
            assert len(sent) <= most, [statement for statement, _ in sent]


def test_the_answer_is_the_same_whether_its_tiles_are_kept_or_not(ada, bob, nobody) -> None:
    publish_many(ada, 25, featured_at=None)
    put(ada, "published", kind="video", caption="Leads", featured_at=now())
    for person in (bob, nobody):
        cold, warm = person.get("/explore").text, person.get("/explore").text
        assert cold.replace(token(cold), "") == warm.replace(token(warm), "")
        assert cold.count('fetchpriority="high"') == 4
        assert cold.count("data-featured") == 1


def test_a_liked_tile_is_liked_by_its_viewer_only(app, ada, bob) -> None:
    work = put(ada, "published")
    for liked, pressed in (("1", "true"), ("0", "false"), ("1", "true")):
        ada.get("/explore"), bob.get("/explore")
        bob.post(f"/p/{work}/like", {"liked": liked}, page=f"/p/{work}")
        assert read(bob.get("/explore")).all("button", aria_pressed=pressed)
        assert read(ada.get("/explore")).all("button", aria_pressed="false")
        for person in (ada, bob):
            assert f'data-likes="{work}">{liked}<' in person.get("/explore").text


def test_every_form_carries_its_viewers_own_token(app, ada, bob) -> None:
    """The tile is shared, the token is not: what it says works for the one who was shown it."""
    work = put(ada, "published")
    for person in (ada, bob):
        form = read(person.get("/explore")).form(f"/p/{work}/like")
        answer = person.browser.post(f"/p/{work}/like", data=form.filled(), headers={"Host": "127.0.0.1:8000"})
        assert answer.status_code == 303
    assert "<token>" not in ada.get("/explore").text
    assert "csrf" not in Person(app).get("/explore").text.lower()


def test_words_that_look_like_the_token_stay_words(ada, bob) -> None:
    put(ada, "published", caption="<token> and &lt;token&gt;")
    assert "&lt;token&gt; and &amp;lt;token&amp;gt;" in bob.get("/explore").text


def test_what_is_changed_is_seen_at_once(app, ada, bob) -> None:
    work = put(ada, prompt="A fox in snow")
    publish(ada, work, caption="First words")
    assert "First words" in bob.get("/explore").text
    publish(ada, work, caption="Second words", alt_text="A fox")
    page = bob.get("/explore").text
    assert "Second words" in page
    assert 'alt="A fox"' in page
    assert "First words" not in page
    inside(app, lambda: _rename(ada, "ada_byron"))
    page = bob.get("/explore").text
    assert "@ada_byron" in page
    assert "@ada_l" not in page


def test_what_is_taken_back_or_deleted_is_gone_at_once(ada, bob) -> None:
    works = [put(ada) for _ in range(3)]
    for work in works:
        publish(ada, work, caption="Here")
    assert len(ids(bob.get("/explore"))) == 3
    ada.post(f"/creations/{works[0]}/unpublish")
    assert ids(bob.get("/explore")) == [str(works[2]), str(works[1])]
    ada.post(f"/creations/{works[1]}/delete")
    assert ids(bob.get("/explore")) == [str(works[2])]


def test_any_change_of_the_row_has_its_tile_drawn_anew(app, ada, bob) -> None:
    work = put(ada, "published", hue=3)
    bob.get("/explore")
    change(app, work, hue=7)
    assert "ph-7" in bob.get("/explore").text


def test_a_search_goes_so_far_and_on_from_there(app, ada, nobody) -> None:
    """However many works there are, one search reads a bounded number of them."""
    publish_many(ada, statements.SEARCHED + 30)
    old = put(ada, "published", caption="A heron", published_at=EPOCH)
    first = nobody.get("/explore?q=heron")
    assert ids(first) == []
    assert "Nothing found" not in first.text
    assert ids(nobody.get(more(first))) == [str(old)]
    assert "Nothing found for “zebra”" in nobody.get("/explore?q=zebra&kind=video").text


def token(page: str) -> str:
    """The token of a page's forms; something that is nowhere when there is none."""
    return page.partition('name="csrf_token" value="')[2].partition('"')[0] or "\0"


def _rename(person: Person, name: str) -> None:
    db.session.execute(update(User).where(User.id == person.id).values(username=name))
    db.session.commit()
