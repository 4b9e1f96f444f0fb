"""Deleting: media, words and visibility are gone at once; what was paid is remembered."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from app.creations import references, service
from app.creations.models import ReferenceImage
from app.creations.states import State
from app.errors import Conflict, NotFound
from app.extensions import db, storage
from app.generation import settling
from tests.database.books import broken, entries
from tests.database.rows import drafted, left
from tests.engine import ask, row


def keys() -> set[str]:
    """Everything in the store."""
    every = storage().keys()
    return {one.key for one in every}


def picture() -> io.BytesIO:
    """A small upload."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(out, "PNG")
    out.seek(0)
    return out


@pytest.mark.parametrize("state", [State.DRAFT, State.PUBLISHED])
def test_a_deleted_creation_keeps_its_price_and_nothing_to_look_at(ada, state):
    """DESIGN §2"""
    made = drafted(ada.id, price=5, state=state, caption="Evening", alt_text="A lighthouse")
    before = row(made)
    assert len(keys()) == 3
    service.delete(ada.id, made)
    at = row(made)
    assert keys() == set()
    assert (at.prompt, at.caption, at.alt_text, at.media_key, at.poster_key, at.poster_small_key, at.media_sha256) == (
        "", "", "", None, None, None, None,
    )  # fmt: skip
    assert (at.state, at.published_at, at.credit_cost, at.user_id) == ("draft", None, 5, ada.id)
    assert at.deleted_at is not None
    assert at.version > before.version
    assert entries(made) == [("image_generation", -5)]
    assert broken() == {}


def test_a_deleted_creation_is_not_there_for_anybody(ada):
    made = drafted(ada.id)
    service.delete(ada.id, made)
    for verb in (service.own, service.delete, service.unpublish):
        with pytest.raises(NotFound):
            verb(ada.id, made)


@pytest.mark.parametrize("step", ["queued", "submitting", "waiting", "unknown", "fetching"])
def test_what_is_being_made_cannot_be_deleted(ada, step):
    unfinished = left(ada.id, step=step)
    with pytest.raises(Conflict, match="being made"):
        service.delete(ada.id, unfinished)
    assert row(unfinished).deleted_at is None


def test_a_failed_creation_goes_with_the_pictures_that_were_given_along(ada):
    uploaded = references.take(ada.id, picture(), "beach.png")
    made = ask(ada.id, references=[{"id": uploaded.id}])
    settling.cancel(ada.id, made)
    assert keys() == {uploaded.key}
    service.delete(ada.id, made)
    assert keys() == set()
    assert not db.session.scalars(select(ReferenceImage)).all()
    assert entries(made) == [("image_generation", -5), ("image_refund", 5)]
    assert broken() == {}


def test_deleting_one_leaves_the_files_of_others_alone(ada, bob):
    mine, theirs = drafted(ada.id), drafted(bob.id)
    service.delete(ada.id, mine)
    at = row(theirs)
    assert keys() == {at.media_key, at.poster_key, at.poster_small_key}


def test_the_copy_that_another_creation_was_made_with_stays(ada):
    """A reference is a copy: the original may go."""
    original = drafted(ada.id)
    remade = ask(ada.id, references=[{"id": original}])
    service.delete(ada.id, original)
    (copy,) = references.of(remade)
    assert keys() == {copy.key}
