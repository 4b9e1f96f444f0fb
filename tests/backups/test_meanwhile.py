"""What people do between the copy of the database and the copy of the files."""

from pathlib import Path

import pytest

from app.backups import making, media, postgres, settling, sqlite
from app.backups.manifest import DATABASES, Manifest, lines, read
from app.config import Config
from app.creations import service
from app.creations.states import State
from app.extensions import storage
from app.storage.opening import open_storage
from tests.database.books import broken
from tests.database.rows import drafted
from tests.engine import row
from tests.people import Person


@pytest.fixture
def environ(request: pytest.FixtureRequest, environ: dict[str, str]) -> dict[str, str]:
    """In a bucket with a public address, publishing gives files other names."""
    return environ | ({"MEDIA_PUBLIC_URL": "http://127.0.0.1:9/public"} if environ else {})


def copied_then(config: Config, folder: Path, meanwhile) -> tuple[media.Copied, Path]:
    """Copy the database, let something happen, and copy the files."""
    kind = "sqlite" if config.database_url.startswith("sqlite") else "postgresql"
    database = sqlite if kind == "sqlite" else postgres
    target = folder / "backup"
    target.mkdir()
    with database.snapshot(config.database_url, target / DATABASES[kind]) as connection:
        meanwhile()
        store = open_storage(config)
        then = lambda query: connection.execute(query).all()  # noqa: E731
        return media.copy(store, folder, target, then=then, live=making.live, tell=lambda words: None), target


def test_what_is_published_meanwhile_is_copied_under_the_name_that_it_had(
    config: Config, ada: Person, tmp_path: Path
) -> None:
    made = row(drafted(ada.id))
    words = service.Words("", "", True)
    copied, target = copied_then(config, tmp_path, lambda: service.publish(ada.id, made.id, words))
    assert (copied.files, copied.gone, copied.missing) == (3, [], 0)
    assert {line.key for line in lines(target)} == {made.media_key, made.poster_key, made.poster_small_key}
    assert (row(made.id).media_key != made.media_key) is bool(config.media_public_url)


def test_what_its_owner_deletes_meanwhile_is_deleted_again_after_a_restore(
    config: Config, ada: Person, backup: Path, tmp_path: Path
) -> None:
    made = row(drafted(ada.id, price=4, state=State.PUBLISHED))
    copied, _ = copied_then(config, tmp_path, lambda: service.delete(ada.id, made.id))
    assert (copied.files, copied.missing) == (0, 0)
    assert {row_id for row_id, _ in copied.gone} == {str(made.id)}
    # As a restore finds it: the row is as it was, and its files are nowhere.
    back = row(drafted(ada.id, price=4, state=State.PUBLISHED))
    for key in (back.media_key, back.poster_key, back.poster_small_key):
        storage().delete(key)
    said = read(backup)
    settling.settle(
        Manifest(**{**vars(said), "gone": [[str(back.id), "media_key"], [str(back.id), "poster_key"]]}),
        lambda words: None,
    )
    after = row(back.id)
    assert after.deleted_at is not None
    assert (after.prompt, after.media_key, after.credit_cost) == ("", None, 4)
    assert broken() == {}
