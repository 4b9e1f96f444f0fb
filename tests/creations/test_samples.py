"""Sample works: what the list promises, and that they can always be taken away."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from app.accounts.models import User
from app.creations.models import Creation
from app.creations.states import State
from app.extensions import db, transaction
from app.seeding import works
from app.seeding.samples import WORKS
from app.social.models import Like
from tests.database.rows import drafted


def test_removing_takes_samples_likes_and_authors_and_nothing_else(ada, bob):
    """A remix of a sample stays and forgets where it came from; so does a sample's own remix."""
    with transaction() as session:
        author = User(username="maren_sample", is_sample=True)
        session.add(author)
    shown = {"state": State.PUBLISHED}
    first = drafted(author.id, is_sample=True, **shown)
    drafted(author.id, is_sample=True, parent_id=first, relation="remix", **shown)
    remix = drafted(ada.id, parent_id=first, relation="remix", price=5, **shown)
    with transaction() as session:
        session.add_all([Like(user_id=bob.id, creation_id=one) for one in (first, remix)])
    db.session.expunge_all()
    assert works.remove() == 2
    db.session.expunge_all()
    (left,) = db.session.scalars(select(Creation)).all()
    assert (left.id, left.parent_id, left.relation) == (remix, None, None)
    assert [one.creation_id for one in db.session.scalars(select(Like))] == [remix]
    assert set(db.session.scalars(select(User.username))) == {"first", "ada_l", "bob_d"}
    db.session.rollback()
    assert works.remove() == 0


def test_the_list_is_short_varied_and_each_of_its_works_another():
    assert len(WORKS) <= 14
    assert len({work.prompt for work in WORKS}) == len({work.caption for work in WORKS}) == len(WORKS)
    kinds = Counter(work.kind for work in WORKS)
    assert kinds["video"] >= 5, "the landing page shows five"
    assert kinds["image"] > kinds["video"]
    assert {work.aspect_ratio for work in WORKS} == {"1:1", "16:9", "9:16"}
    assert sum(work.duration or 0 for work in WORKS) <= 24, "a new machine is done within a minute"
