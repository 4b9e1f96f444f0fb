"""Explore, profiles and posts: what is shown to whom, in which order, and what that costs (PUB-03..07, PRO-01)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import chain

from app.accounts import service as accounts
from app.extensions import now
from tests.people import Person
from tests.social.crowds import publish_many, statements
from tests.studio.page import read
from tests.studio.works import change, inside, put


def ids(answer) -> list[str]:
    """The works on a page, in their order."""
    return re.findall(r'<a class="tile__link" href="/p/([0-9a-f-]{36})"', answer.text)


def more(answer) -> str:
    """Where the next page is; empty at the end."""
    return next((href for words, href in read(answer).links.items() if words.startswith("Older works")), "")


def pages(person: Person, address: str, *, htmx: bool = False) -> list[list[str]]:
    """Every page of a feed, by its link to more."""
    found = []
    while address:
        answer = (person.fragment if htmx else person.get)(address)
        assert answer.status_code == 200
        found.append(ids(answer))
        address = more(answer)
    assert "That is everything." in answer.text
    return found


def texts(found) -> list[str]:
    return [str(id) for id in found]


def test_explore_comes_newest_first_in_pages_without_a_gap(ada, nobody) -> None:
    """PUB-03, PUB-07: by link and by htmx; works of one moment are neither lost nor shown twice."""
    same = datetime(2026, 5, 1, 12, tzinfo=UTC)
    older = [put(ada, "published", published_at=same) for _ in range(25)]
    newer = publish_many(ada, 20)
    for htmx in (False, True):
        found = pages(nobody, "/explore", htmx=htmx)
        assert [len(page) for page in found] == [20, 20, 5]
        assert list(chain.from_iterable(found)) == texts([*newer, *reversed(older)])
    assert "<html" not in nobody.fragment(more(nobody.get("/explore"))).text


def test_what_is_published_or_taken_back_meanwhile_moves_nothing_else(app, ada, nobody) -> None:
    made = publish_many(ada, 45)
    first = nobody.get("/explore")
    added = publish_many(ada, 7, published_at=now() + timedelta(minutes=1))
    second = nobody.get(more(first))
    change(app, made[39], state="draft", published_at=None)  # the very work that the cursor names
    third = nobody.get(more(second))
    assert ids(first) + ids(second) + ids(third) == texts(made)
    assert ids(nobody.get("/explore"))[:7] == texts(added)


def test_each_kind_has_a_tab(ada, nobody) -> None:
    made = publish_many(ada, 45)
    assert list(chain.from_iterable(pages(nobody, "/explore?kind=image"))) == texts(made[::2])
    assert list(chain.from_iterable(pages(nobody, "/explore?kind=video"))) == texts(made[1::2])


def test_only_what_is_published_is_anywhere(ada, nobody) -> None:
    for state in ("pending", "processing", "downloading", "draft", "failed"):
        put(ada, state, prompt=f"unseen {state}")
    shown = str(put(ada, "published", prompt="seen"))
    for address in ("/explore", "/u/ada_l", "/explore?q=ada_l"):
        assert ids(nobody.get(address)) == [shown]
    assert "unseen" not in nobody.get("/").text


def test_search_looks_in_captions_shown_prompts_and_names(ada, bob, nobody) -> None:
    fox = str(put(ada, "published", prompt="A FOX in snow", caption="Found"))
    cat = str(put(bob, "published", prompt="Secret fox", caption="A cat, 100 % cat", shows_prompt=False))
    searches = {
        "fox": [fox],
        "found": [fox],
        "100 %": [cat],
        "%": [cat],
        "_": [cat, fox],
        "@bob_d": [cat],
        "ADA": [fox],
        "zebra": [],
    }
    for words, expected in searches.items():
        answer = nobody.browser.get("/explore", query_string={"q": words}, headers={"Host": "127.0.0.1:8000"})
        assert ids(answer) == expected, words
    assert "Nothing found for “zebra”" in answer.text
    assert read(answer).links["Clear the search"] == "/explore"
    fragment = nobody.fragment("/explore?q=fox")
    assert "<html" not in fragment.text
    assert "1 work found for fox." in fragment.text


def test_a_search_keeps_its_words_on_the_next_page(ada, nobody) -> None:
    publish_many(ada, 30, caption="Herons & reeds")
    publish_many(ada, 5)
    found = pages(nobody, "/explore?q=herons+%26+reeds&kind=all")
    assert [len(page) for page in found] == [20, 10]


def test_an_address_that_makes_no_sense_is_a_page_of_words(ada, nobody) -> None:
    for address, words in (
        ("/explore?kind=film", "Choose all, image or video."),
        ("/explore?after=x", "This link to more is broken."),
        ("/u/ada_l?after=" + "A" * 31, "This link to more is broken."),
    ):
        for answer in (nobody.get(address), nobody.fragment(address)):
            assert answer.status_code == 422
            assert words in answer.text


def test_a_tile_names_work_author_and_likes(ada, nobody) -> None:
    """PUB-04: with its box known before its picture comes."""
    work = put(
        ada, "published", kind="video", prompt="A <fox>", caption="Found & kept", alt_text="A fox", like_count=1200
    )
    page = read(nobody.get("/explore"))
    assert page.links["@ada_l"] == "/u/ada_l"
    assert "Found & kept" in page.words
    assert "A <fox>" in page.words
    assert page.all("li", class_="tile")[0]["data-shape"] == "wide"
    assert page.all("img", alt="A fox")[0]["width"] == "1280"
    assert page.all("span", data_likes=str(work))
    assert "1.2k" in page.words


def test_every_post_has_a_page_and_a_player(ada, nobody) -> None:
    """PUB-06: with the works beside it, for the arrows."""
    older, work, newer = [put(ada, "published", kind="video", caption=c) for c in ("One", "Two", "Three")]
    page = nobody.get(f"/p/{work}")
    assert read(page).all("video")[0]["src"].startswith("/media/videos/")
    assert 'property="og:title" content="Two"' in page.text
    player = nobody.fragment(f"/p/{work}")
    assert "<html" not in player.text
    steps = {a["rel"]: a["href"] for a in read(player).all("a", class_="player__step")}
    assert steps == {"prev": f"/p/{newer}", "next": f"/p/{older}"}
    assert [a["rel"] for a in read(nobody.get(f"/p/{newer}")).all("a", class_="player__step")] == ["next"]
    for missing in (ada.id, put(ada), "x"):
        assert nobody.get(f"/p/{missing}").status_code == 404


def test_a_hidden_prompt_stays_hidden(ada, bob, nobody) -> None:
    work = put(ada, "published", prompt="My recipe", shows_prompt=False)
    for person in (ada, bob, nobody):
        for address in ("/explore", "/u/ada_l", f"/p/{work}", "/explore?q=recipe", "/"):
            assert "My recipe" not in person.get(address).text


def test_a_profile_shows_its_works_and_counts(app, ada, bob, nobody) -> None:
    """PRO-01."""
    mine = publish_many(ada, 23, like_count=2)
    publish_many(bob, 3)
    found = pages(nobody, "/u/ADA_L")
    assert list(chain.from_iterable(found)) == texts(mine)
    assert "23 works · 46 likes" in read(nobody.get("/u/ada_l")).words
    assert "Generation records" not in nobody.get("/u/ada_l").text
    assert read(ada.get("/u/ada_l")).links["Generation records"] == "/me/records"
    assert "has not shown anything yet" in nobody.get("/u/first").text


def test_who_is_unknown_suspended_or_deleted_has_no_profile(app, ada, bob, nobody) -> None:
    inside(app, lambda: accounts.suspend(bob.id))
    for name in ("zoe", "bob_d", "x" * 500, "%2e%2e", "someone"):
        assert nobody.get(f"/u/{name}").status_code == 404
    assert ada.get("/u/bob_d").status_code == 404


def test_pages_for_strangers_can_be_shared(ada, nobody) -> None:
    """DESIGN 7: no cookie, no token, nothing that varies by who asks."""
    work = put(ada, "published")
    for address in ("/", "/explore", "/explore?kind=image&q=a", f"/p/{work}", "/u/ada_l", "/explore?q=none"):
        for answer in (nobody.get(address), nobody.fragment(address)):
            assert "Set-Cookie" not in answer.headers
            assert "Cookie" not in answer.headers.get("Vary", "")
            assert "csrf" not in answer.text.lower()
        assert nobody.get(address).headers["Cache-Control"] == "no-cache"
    assert nobody.get("/u/ada_l").text == Person(nobody.app).get("/u/ada_l").text


def test_a_page_of_a_member_is_kept_by_nobody_else(ada) -> None:
    for address in ("/", "/explore", "/u/ada_l", "/drafts"):
        assert ada.get(address).headers["Cache-Control"] == "private, no-store"


def test_pages_ask_the_database_as_little_as_they_can(app, ada, nobody) -> None:
    """With PostgreSQL it is the number of queries that costs: one for who asks, one for what is shown."""
    works = publish_many(ada, 30)
    deep = more(nobody.get("/explore"))
    most = {"/explore": 1, deep: 1, "/explore?q=work": 2, "/u/ada_l": 1, more(nobody.get("/u/ada_l")): 1}
    most |= {f"/p/{works[3]}": 1, "/": 2}
    for address, limit in most.items():
        assert asked(app, nobody, address) <= limit, address
        assert asked(app, ada, address) <= limit + 1, address
    for address in ("/drafts", "/me/records"):
        assert asked(app, ada, address) <= 3, address


def asked(app, person: Person, address: str) -> int:
    """How many statements a page takes once its tiles are kept; settings, read every other second, aside."""
    assert person.get(address).status_code == 200
    with statements(app) as sent:
        assert person.get(address).status_code == 200
    return len([statement for statement, _ in sent if "system_configs" not in statement])
