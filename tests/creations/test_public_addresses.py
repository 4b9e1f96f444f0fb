"""With a bucket that the public reads from, drafts and posts never share an address."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.creations import service
from app.creations.service import Words
from app.errors import Conflict
from app.extensions import db, storage
from app.storage.base import StorageError
from tests.database.rows import drafted
from tests.engine import row

WORDS = Words("", "", shows_prompt=True)
FILES = ("media_key", "poster_key", "poster_small_key")
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def environ(s3_server):
    return {
        "S3_BUCKET": s3_server.fresh_bucket(),
        "S3_ENDPOINT_URL": s3_server.url,
        "S3_REGION": s3_server.region,
        "AWS_ACCESS_KEY_ID": s3_server.access_key,
        "AWS_SECRET_ACCESS_KEY": s3_server.secret_key,
        "MEDIA_PUBLIC_URL": "https://media.example.org",
    }


def stored() -> set[str]:
    """Everything in the bucket."""
    every = storage().keys()
    return {one.key for one in every}


def keys(creation_id) -> set[str]:
    """The files of a creation, by its row."""
    at = row(creation_id)
    return {getattr(at, name) for name in FILES}


def test_publishing_and_taking_back_give_new_addresses_and_close_the_old_ones(ada):
    draft = drafted(ada.id)
    seen = keys(draft)
    for act in (service.publish, service.unpublish, service.publish):
        act(ada.id, draft, *([WORDS] if act is service.publish else []))
        now_at = keys(draft)
        assert len(now_at) == 3
        assert not now_at & seen
        assert stored() == now_at
        seen |= now_at


def test_only_what_is_published_has_an_address_without_a_signature(ada):
    draft = drafted(ada.id)
    service.publish(ada.id, draft, WORDS)
    key = row(draft).media_key
    assert storage().address(key, seconds=60, public=True) == f"https://media.example.org/{key}"
    assert "X-Amz-Signature" in storage().address(key, seconds=60, public=False)


def test_a_file_that_cannot_be_copied_leaves_the_draft_as_it_was_and_no_copies(ada):
    draft = drafted(ada.id)
    before = keys(draft)
    storage().delete(row(draft).poster_small_key)
    with pytest.raises(StorageError):
        service.publish(ada.id, draft, WORDS)
    assert row(draft).state == "draft"
    assert keys(draft) == before
    assert stored() == before - {row(draft).poster_small_key}


def test_deleting_a_post_closes_its_public_address(ada):
    draft = drafted(ada.id)
    service.publish(ada.id, draft, WORDS)
    service.delete(ada.id, draft)
    assert stored() == set()


def test_two_who_publish_at_once_leave_one_set_of_files(ada, app):
    draft = drafted(ada.id)

    def publish(_number: int) -> str:
        with app.app_context():
            try:
                service.publish(ada.id, draft, WORDS)
            except (Conflict, StorageError) as error:
                return type(error).__name__
            finally:
                db.session.remove()
        return "published"

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(publish, range(4)))
    assert "published" in answers
    assert row(draft).state == "published"
    assert stored() == keys(draft)
