"""The sweep of the store: what no row names goes, and nothing else."""

import io
import os
import time
from datetime import timedelta
from pathlib import Path

import boto3
import pytest

from app.config import Config
from app.creations import references
from app.creations.keeping import new_names
from app.creations.states import State
from app.extensions import storage
from app.storage.keys import new_key
from app.upkeep import sweeping
from tests.database.rows import drafted, left
from tests.engine import row
from tests.people import Person
from tests.standins import media
from tests.upkeep.conftest import Age

DAY_AND_MORE = timedelta(hours=25)
FILES = ("media_key", "poster_key", "poster_small_key")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "made.jpg"
    path.write_bytes(media.jpeg("1:1"))
    return path


def test_an_old_file_without_a_row_is_deleted_and_a_young_one_is_kept(age: Age, file: Path) -> None:
    old, young = new_key("image", "jpg"), new_key("image", "jpg")
    for key in (old, young):
        storage().put(key, file, "image/jpeg")
    age(old, DAY_AND_MORE)
    age(young, timedelta(hours=23))
    swept = sweeping.sweep()
    assert (swept.looked_at, swept.deleted) == (1, 1)
    assert storage().head(old) is None
    assert storage().head(young) is not None


def test_whatever_a_row_names_is_kept_however_old_it_is(ada: Person, age: Age) -> None:
    kept = [row(drafted(ada.id, state=state)) for state in (State.DRAFT, State.PUBLISHED)]
    picture = references.take(ada.id, io.BytesIO(media.jpeg("1:1")), "mine.jpg")
    keys = [getattr(one, name) for one in kept for name in FILES] + [picture.key]
    for key in keys:
        age(key, timedelta(days=400))
    swept = sweeping.sweep()
    assert (swept.looked_at, swept.deleted) == (7, 0)
    assert all(storage().head(key) for key in keys)


def test_what_a_running_step_is_about_to_record_is_kept(ada: Person, age: Age, file: Path) -> None:
    """Its names are fixed in the row before the first byte is stored, so even a clock that is wrong loses nothing."""
    names = new_names()
    left(ada.id, step="fetching", result={"file": True, "names": names})
    keys = [f"images/{names['media']}.png", f"posters/{names['poster']}.webp", f"posters/{names['small']}.webp"]
    for key in keys:
        storage().put(key, file, "image/png")
        age(key, DAY_AND_MORE)
    assert sweeping.sweep().deleted == 0
    assert all(storage().head(key) for key in keys)


def test_a_night_deletes_so_many_and_the_next_one_the_rest(age: Age, file: Path) -> None:
    keys = [new_key("poster", "webp") for _ in range(5)]
    for key in keys:
        storage().put(key, file, "image/webp")
        age(key, DAY_AND_MORE)
    assert sweeping.sweep(most=3).deleted == 3
    assert sweeping.sweep(most=3).deleted == 2
    assert list(storage().keys("")) == []


def test_what_a_killed_process_left_unfinished_goes_after_an_hour(config: Config, file: Path) -> None:
    if config.s3_bucket:
        # The server says of every upload that it was begun in 2010.
        _begin_upload(config)
    else:
        storage().put(new_key("image", "jpg"), file, "image/jpeg")
        part = config.data / "media" / "images" / ".part-0123456789abcdef"
        part.write_bytes(b"half")
        assert sweeping.sweep().parts == 0
        an_hour_ago = time.time() - 3601
        os.utime(part, (an_hour_ago, an_hour_ago))
    assert sweeping.sweep().parts == 1
    assert sweeping.sweep().parts == 0
    if config.s3_bucket:
        _begin_upload(config)
        assert storage().tidy(timedelta(days=365 * 100)) == 0


def _begin_upload(config: Config) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=config.s3_endpoint_url,
        region_name=config.s3_region,
        aws_access_key_id=config.aws_access_key_id,
        aws_secret_access_key=config.aws_secret_access_key,
    )
    client.create_multipart_upload(Bucket=config.s3_bucket, Key=new_key("video", "mp4"))
    client.close()
