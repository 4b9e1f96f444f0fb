"""Showing a draft to everyone, and taking it back."""

import uuid

import pytest
from sqlalchemy import select

from app.creations import service
from app.creations.models import IS_PUBLISHED, Creation
from app.creations.service import Words
from app.creations.states import State
from app.errors import Conflict, Invalid, NotFound
from app.extensions import db
from app.settings import store
from tests.database.books import broken
from tests.database.rows import change, drafted, left
from tests.engine import row

WORDS = Words("Evening", "A lighthouse", shows_prompt=True)


def public() -> list[uuid.UUID]:
    """What feeds show."""
    db.session.rollback()
    return list(db.session.scalars(select(Creation.id).where(IS_PUBLISHED)))


def test_a_draft_is_published_with_its_words(ada):
    """PUB-01, T10"""
    draft = drafted(ada.id)
    before = row(draft)
    service.publish(ada.id, draft, Words("Evening", "A lighthouse", shows_prompt=False))
    shown = row(draft)
    assert (shown.state, shown.caption, shown.alt_text, shown.shows_prompt) == (
        "published", "Evening", "A lighthouse", False,
    )  # fmt: skip
    assert shown.published_at is not None
    assert shown.version > before.version
    assert shown.settled_version == before.settled_version
    assert shown.media_key == before.media_key
    assert public() == [draft]
    assert broken() == {}


def test_publishing_again_changes_the_words_and_not_the_day(ada):
    draft = drafted(ada.id)
    service.publish(ada.id, draft, WORDS)
    first = row(draft)
    service.publish(ada.id, draft, Words("Morning", "", shows_prompt=True))
    again = row(draft)
    assert (again.caption, again.published_at) == ("Morning", first.published_at)
    assert again.version > first.version


def test_what_is_taken_back_is_a_draft_again_and_can_be_published_anew(ada):
    """PUB-02"""
    draft = drafted(ada.id)
    for _ in range(2):
        service.publish(ada.id, draft, WORDS)
        assert public() == [draft]
        for _ in range(2):
            service.unpublish(ada.id, draft)
            at = row(draft)
            assert (at.state, at.published_at, at.featured_at) == ("draft", None, None)
            assert public() == []


@pytest.mark.parametrize("step", ["queued", "submitting", "waiting", "unknown", "fetching"])
def test_what_is_not_ready_cannot_be_published(ada, step):
    unfinished = left(ada.id, step=step)
    with pytest.raises(Conflict, match="once it is ready"):
        service.publish(ada.id, unfinished, WORDS)
    assert row(unfinished).step == step


def test_what_failed_cannot_be_published(ada):
    failed = left(ada.id, price=0, step=None, state=State.FAILED)
    with pytest.raises(Conflict):
        service.publish(ada.id, failed, WORDS)


@pytest.mark.parametrize("verb", ["publish", "unpublish", "delete"])
def test_a_stranger_is_told_that_there_is_nothing(ada, bob, verb):
    """ACC-05, SEC-01"""
    states = (State.DRAFT, State.PUBLISHED)
    theirs = [drafted(ada.id, state=state) for state in states]
    for one in [*theirs, uuid.uuid4()]:
        with pytest.raises(NotFound):
            getattr(service, verb)(bob.id, one, *([WORDS] if verb == "publish" else []))
    assert [row(one).state for one in theirs] == list(states)
    with pytest.raises(NotFound):
        service.own(bob.id, theirs[0])


def test_words_have_an_end(ada):
    draft = drafted(ada.id)
    service.publish(ada.id, draft, Words("x" * 300, "y" * 500, shows_prompt=True))
    service.unpublish(ada.id, draft)
    with pytest.raises(Invalid) as refused:
        service.publish(ada.id, draft, Words("x" * 301, "y" * 501, shows_prompt=True))
    assert refused.value.errors == {
        "caption": "The caption is longer than 300 characters.",
        "alt_text": "The description is longer than 500 characters.",
    }
    store.change({"caption_max_chars": "5"}, actor_id=None)
    with pytest.raises(Invalid):
        service.publish(ada.id, draft, Words("xxxxxx", "", shows_prompt=True))
    assert row(draft).state == "draft"


def test_a_creation_that_was_deleted_meanwhile_is_not_brought_back_by_publishing(ada):
    """The page was open, the other tab deleted it."""
    draft = drafted(ada.id)
    service.delete(ada.id, draft)
    with pytest.raises(NotFound):
        service.publish(ada.id, draft, WORDS)
    assert public() == []


def test_of_publish_and_delete_at_once_nothing_half_done_remains(ada, hands):
    drafts = [drafted(ada.id) for _ in range(6)]
    for draft in drafts:
        hands("publish_or_delete", ada.id, draft, times=8, threads=2)
    for draft in drafts:
        at = row(draft)
        assert (at.state, at.media_key, at.caption, at.prompt) == ("draft", None, "", "")
        assert at.deleted_at is not None
        assert at.published_at is None
    assert public() == []
    assert broken() == {}


def test_a_featured_work_that_is_taken_back_is_featured_no_more(ada):
    draft = drafted(ada.id, state=State.PUBLISHED)
    change(draft, featured_at=row(draft).published_at)
    service.unpublish(ada.id, draft)
    assert row(draft).featured_at is None
