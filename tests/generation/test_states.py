"""The life of a creation: which moves there are, who may make them, and what they tell open pages."""

import itertools
import uuid

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.creations.models import Creation
from app.creations.transitions import (
    DRAFT,
    FAILED,
    FETCHING,
    PUBLISHED,
    QUEUED,
    SUBMITTING,
    UNKNOWN,
    WAITING,
    Place,
    move,
)
from app.extensions import db, transaction
from tests.database.rows import change, creation
from tests.engine import row

PLACES = (QUEUED, SUBMITTING, WAITING, UNKNOWN, FETCHING, DRAFT, PUBLISHED, FAILED)
ALLOWED = {
    QUEUED: {SUBMITTING, FAILED},
    SUBMITTING: {WAITING, FETCHING, QUEUED, UNKNOWN, FAILED},
    WAITING: {WAITING, FETCHING, FAILED},
    UNKNOWN: {UNKNOWN, WAITING, FAILED},
    FETCHING: {FETCHING, DRAFT, FAILED},
    DRAFT: {PUBLISHED},
    PUBLISHED: {DRAFT},
    FAILED: set(),
}
"""T1 to T10."""
PAIRS = list(itertools.product(PLACES, PLACES))


@pytest.fixture
def made(app, ada) -> uuid.UUID:
    """A creation to push around; it has a file, so that it may be anywhere."""
    one = creation(ada.id, media_key=f"images/{'a' * 22}.png")
    with app.app_context(), transaction() as session:
        session.add(one)
    return one.id


def put(creation_id: uuid.UUID, place: Place) -> None:
    """As if it had come this far."""
    change(creation_id, state=place.state, step=place.step)


def place_of(creation_id: uuid.UUID) -> Place:
    """Where it is by the database."""
    at = row(creation_id)
    return Place(at.state, at.step)


def versions(creation_id: uuid.UUID) -> tuple[int, int, int]:
    """The owner's version, the creation's, and the one at which it was settled."""
    at = row(creation_id)
    return db.session.scalar(select(User.version).where(User.id == at.user_id)), at.version, at.settled_version


def test_every_move_that_is_not_allowed_is_refused_before_anything_is_written(app, made):
    """JOB-03"""
    with app.app_context():
        for old, new in PAIRS:
            if new in ALLOWED[old]:
                continue
            put(made, old)
            with pytest.raises(ValueError, match="no transition"), transaction():
                move(made, old, new)
            assert place_of(made) == old


def test_an_allowed_move_is_made_from_its_own_place_and_from_no_other(app, made, ada):
    """One compare-and-set each."""
    with app.app_context():
        moves = [(old, new) for old, new in PAIRS if new in ALLOWED[old]]
        for (old, new), at in itertools.product(moves, PLACES):
            put(made, at)
            with transaction():
                owner = move(made, old, new)
            assert owner == (ada.id if at == old else None), (old, new, at)
            assert place_of(made) == (new if at == old else at)


def test_a_worker_moves_only_what_it_holds_the_lease_of(app, made, ada):
    with app.app_context():
        put(made, SUBMITTING)
        change(made, lease_token="mine")
        for lease, owner in (("another", None), ("", None), ("mine", ada.id)):
            with transaction():
                assert move(made, SUBMITTING, WAITING, lease=lease) == owner
        assert place_of(made) == WAITING


def test_a_move_with_a_condition_is_made_only_where_it_holds(app, made, ada, bob):
    with app.app_context():
        for user, owner in ((bob.id, None), (ada.id, ada.id)):
            with transaction():
                assert move(made, QUEUED, FAILED, where=(Creation.user_id == user,)) == owner


def test_a_visible_move_raises_the_owner_s_version_and_gives_it_to_the_creation(app, made):
    """RT-03: pages catch up from the owner's number."""
    with app.app_context():
        for old, new in ((QUEUED, SUBMITTING), (SUBMITTING, WAITING), (WAITING, FETCHING)):
            before, *_ = versions(made)
            with transaction():
                move(made, old, new)
            assert versions(made) == (before + 1, before + 1, 0)
        before, *_ = versions(made)
        with transaction():
            move(made, FETCHING, FETCHING, visible=False)
        assert versions(made) == (before, before, 0)


def test_only_being_settled_raises_the_settled_version(app, made):
    """RT-06: who comes back is told once that it is ready, and not again when it is taken back."""
    with app.app_context():
        put(made, FETCHING)
        with transaction():
            move(made, FETCHING, DRAFT)
        settled, *_ = versions(made)
        assert versions(made) == (settled, settled, settled)
        for old, new in ((DRAFT, PUBLISHED), (PUBLISHED, DRAFT)):
            with transaction():
                move(made, old, new)
        assert versions(made) == (settled + 2, settled + 2, settled)


def test_failing_is_being_settled(app, made):
    with app.app_context():
        put(made, WAITING)
        with transaction():
            move(made, WAITING, FAILED)
        owner, version, settled = versions(made)
        assert owner == version == settled > 0


def test_a_move_that_is_rolled_back_shows_nothing(app, made):
    with app.app_context():
        before = versions(made)
        with pytest.raises(KeyError):
            _move_and_stumble(made)
        assert versions(made) == before
        assert place_of(made) == QUEUED


def _move_and_stumble(creation_id: uuid.UUID) -> None:
    with transaction():
        move(creation_id, QUEUED, SUBMITTING)
        raise KeyError


NONSENSE = [
    {"state": "ready"},
    {"state": "pending", "step": None},
    {"state": "pending", "step": "waiting"},
    {"state": "processing", "step": "fetching"},
    {"state": "downloading", "step": "queued"},
    {"state": "draft", "step": "fetching", "media_key": "a"},
    {"state": "failed", "step": "queued"},
    {"state": "draft", "step": None, "media_key": None},
    {"state": "published", "step": None, "media_key": None},
    {"kind": "sound"},
    {"aspect_ratio": "4:3"},
    {"resolution": "481p"},
    {"duration": 0},
    {"duration": 61},
    {"credit_cost": -1},
    {"relation": "copy"},
]


def test_the_database_refuses_rows_that_make_no_sense(app, ada):
    """DAT-02, JOB-03"""
    with app.app_context():
        for columns in NONSENSE:
            with pytest.raises(IntegrityError), transaction() as session:
                session.add(creation(ada.id, **columns))
        assert not db.session.scalars(select(Creation)).all()


def test_an_operation_and_a_file_belong_to_one_creation(app, ada):
    """NFR-03"""
    with app.app_context():
        for taken in ({"operation_id": "op"}, {"media_key": "m"}, {"poster_key": "p"}, {"poster_small_key": "s"}):
            with transaction() as session:
                session.add(creation(ada.id, **taken))
            with pytest.raises(IntegrityError), transaction() as session:
                session.add(creation(ada.id, **taken))
        with transaction() as session:
            session.add(creation(ada.id, operation_id="op", provider="google"))
