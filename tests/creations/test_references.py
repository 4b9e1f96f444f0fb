"""Pictures that go along with a prompt: taken in, copied, tied to a creation, dropped."""

import io
import uuid
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select, update

from app.creations import references
from app.creations.models import ReferenceImage
from app.creations.states import State
from app.errors import Invalid, NotEnoughCredits, TooLarge, WrongType
from app.extensions import db, now, storage, transaction, uuid7
from tests.database.rows import drafted, left
from tests.engine import ask


def picture(size: tuple[int, int] = (64, 48)) -> io.BytesIO:
    """A small upload."""
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "PNG")
    out.seek(0)
    return out


def keys() -> set[str]:
    """The reference images in the store."""
    every = storage().keys("references/")
    return {one.key for one in every}


def test_an_upload_is_re_made_and_kept_for_its_owner(ada, bob):
    """CRE-07"""
    taken = references.take(ada.id, picture(), "beach.png")
    assert (taken.width, taken.height, taken.name, taken.creation_id) == (64, 48, "beach.png", None)
    assert keys() == {taken.key}
    assert [one.id for one in references.find(ada.id, [taken.id])] == [taken.id]
    assert references.find(bob.id, [taken.id]) == []


@pytest.mark.parametrize(
    ("data", "error"),
    [(b"", Invalid), (b"<svg xmlns='http://www.w3.org/2000/svg'/>", WrongType), (b"\xff\xd8\xff<html>", WrongType),
     (b"x" * (5 * 1024 * 1024 + 1), TooLarge)],
)  # fmt: skip
def test_what_is_no_picture_leaves_nothing_behind(ada, data, error):
    with pytest.raises((error, Invalid)):
        references.take(ada.id, io.BytesIO(data), "beach.png")
    assert keys() == set()
    assert not db.session.scalars(select(ReferenceImage)).all()


def test_a_person_s_pictures_fill_two_hundred_megabytes_and_no_more(ada, bob):
    size = references.KEPT_PER_USER_BYTES - 10
    fact = {"media_type": "image/png", "width": 1, "height": 1, "file_size_bytes": size}
    with transaction() as session:
        session.add(ReferenceImage(id=uuid7(), user_id=ada.id, key="references/full", **fact))
    with pytest.raises(TooLarge, match="fill their room"):
        references.take(ada.id, picture(), "one-more.png")
    assert keys() == set()
    references.take(bob.id, picture(), "another-s.png")


def test_an_upload_is_tied_to_the_creation_that_it_was_meant_for(ada):
    first, second = (references.take(ada.id, picture(), name) for name in ("a.png", "b.png"))
    made = ask(ada.id, references=[{"id": second.id, "role": "person"}, {"id": first.id, "role": "style"}])
    tied = references.of(made)
    assert [(one.id, one.position, one.role) for one in tied] == [(second.id, 0, "person"), (first.id, 1, "style")]
    assert keys() == {first.key, second.key}


def test_an_upload_that_was_used_is_copied_for_the_next(ada):
    upload = references.take(ada.id, picture(), "a.png")
    first, second = (ask(ada.id, references=[{"id": upload.id}]) for _ in range(2))
    (one,), (other,) = references.of(first), references.of(second)
    assert one.id == upload.id
    assert other.id != upload.id
    assert keys() == {one.key, other.key}


@pytest.mark.parametrize("state", [State.DRAFT, State.PUBLISHED])
def test_a_finished_image_of_one_s_own_is_copied(ada, state):
    """CRE-08, CRE-12"""
    image = drafted(ada.id, state=state)
    (tied,) = references.of(ask(ada.id, references=[{"id": image}]))
    assert tied.name == "From your history"
    assert storage().head(tied.key) is not None


def test_of_others_only_what_is_published_can_be_used(ada, bob):
    """I6"""
    draft, post = drafted(bob.id), drafted(bob.id, state=State.PUBLISHED)
    upload = references.take(bob.id, picture(), "a.png")
    for foreign in (draft, upload.id, uuid.uuid4(), left(ada.id)):
        with pytest.raises(Invalid, match="not there any more"):
            ask(ada.id, references=[{"id": foreign}])
    (tied,) = references.of(ask(ada.id, references=[{"id": post}]))
    assert (tied.user_id, tied.name) == (ada.id, "From Explore")


def test_a_request_that_is_refused_takes_its_copies_back_and_leaves_uploads(ada):
    """PRC-06: nothing has happened."""
    upload, image = references.take(ada.id, picture(), "a.png"), drafted(ada.id)
    left(ada.id, price=98)
    with pytest.raises(NotEnoughCredits):
        ask(ada.id, references=[{"id": upload.id}, {"id": image}])
    assert keys() == {upload.key}
    assert [one.fresh for one in references.find(ada.id, [upload.id])] == [True]


def test_one_upload_is_given_once_in_one_request(ada):
    upload = references.take(ada.id, picture(), "a.png")
    with pytest.raises(Invalid, match="in use already"):
        ask(ada.id, references=[{"id": upload.id}, {"id": upload.id}])
    assert references.find(ada.id, [upload.id])[0].fresh
    assert ada.balance() == 100


def test_more_pictures_than_the_model_takes_are_refused(ada):
    """CRE-06"""
    images = [{"id": drafted(ada.id)} for _ in range(3)]
    with pytest.raises(Invalid, match="at most 2 reference images"):
        ask(ada.id, references=images)
    with pytest.raises(Invalid, match="at most 1 reference image"):
        ask(ada.id, kind="video", references=images[:2])
    assert keys() == set()


def test_an_upload_that_nobody_used_is_dropped_after_a_day(ada):
    old, young, used = (references.take(ada.id, picture(), name) for name in ("old", "young", "used"))
    ask(ada.id, references=[{"id": used.id}])
    with transaction() as session:
        for upload, hours in ((old, 25), (used, 25), (young, 23)):
            session.execute(
                update(ReferenceImage)
                .where(ReferenceImage.id == upload.id)
                .values(created_at=now() - timedelta(hours=hours))
            )
    assert references.drop_unused() == 1
    assert keys() == {young.key, used.key}
    assert references.drop_unused() == 0
