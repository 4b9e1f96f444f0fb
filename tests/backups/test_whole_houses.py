"""What was backed up is restored: rows, files and the audit at the end."""

import io
import shutil
import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Session
from app.backups import making
from app.config import Config
from app.creations import references, service
from app.creations.states import State
from app.extensions import db, storage, transaction
from app.social.models import Like
from tests.backups.house import files, kinora, restore, rows, silent
from tests.database.rows import drafted
from tests.engine import row
from tests.people import Person
from tests.standins import media


def test_a_restored_house_has_every_row_and_every_file(
    config: Config, other: Config, ada: Person, bob: Person, tmp_path: Path
) -> None:
    made = drafted(ada.id, price=5, state=State.PUBLISHED)
    drafted(bob.id, price=3)
    service.delete(bob.id, drafted(bob.id))
    references.take(ada.id, io.BytesIO(media.jpeg("1:1")), "mine.jpg")
    with transaction() as session:
        session.add(Like(user_id=bob.id, creation_id=made))
    before = rows(config), files(config, tmp_path)
    done = kinora(config, "backup", tmp_path / "backups")
    assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "backups").glob("2*")
    done = kinora(other, "restore", folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "0 violations"
    assert (rows(other), files(other, tmp_path)) == before
    assert len(before[1]) == 7
    # Whoever was logged in then is not now: nobody knows which sessions were ended since.
    assert db.session.scalar(select(func.count()).select_from(Session)) == 3


def made_meanwhile(config: Config, folder: Path, made: list[int]) -> Path:
    """A backup during which something was made from first to last."""
    for number in range(50):
        before = len(made)
        backup, _ = making.make(folder / f"backups{number}", config, silent)
        if before and len(made) > before:
            return backup
    raise AssertionError("nothing was made during fifty backups")


def test_a_backup_made_while_people_make_publish_and_delete_is_consistent(
    app: Flask, config: Config, other: Config, ada: Person, bob: Person, tmp_path: Path
) -> None:
    over = threading.Event()
    made: list[int] = []

    def work(person: Person) -> None:
        with app.app_context():
            while not over.is_set():
                first, second = drafted(person.id, price=1), drafted(person.id)
                service.publish(person.id, first, service.Words("", "", True))
                references.take(person.id, io.BytesIO(media.jpeg("1:1")), "mine.jpg")
                service.delete(person.id, second)
                made.append(1)
                person.give(1)

    hands = [threading.Thread(target=work, args=(person,)) for person in (ada, bob)]
    for one in hands:
        one.start()
    try:
        folder = made_meanwhile(config, tmp_path, made)
    finally:
        over.set()
        for one in hands:
            one.join()
    done = kinora(other, "restore", folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 violations" in done.stdout


def test_the_next_backup_costs_only_what_is_new_and_stands_alone(
    config: Config, other: Config, ada: Person, tmp_path: Path
) -> None:
    home = tmp_path / "backups"
    kept = row(drafted(ada.id))
    first, _ = making.make(home, config, silent)
    # Backups are named by the second.
    first = first.rename(home / "2026-01-01T00-00-00Z")
    fresh = row(drafted(ada.id))
    second, manifest = making.make(home, config, silent)
    assert manifest.files == 6
    assert (first / "media" / kept.media_key).samefile(second / "media" / kept.media_key)
    assert (second / "media" / fresh.media_key).stat().st_nlink == 1
    shutil.rmtree(first)
    restore(second, other)
    assert len(files(other, tmp_path)) == 6


def test_a_file_that_was_stored_anew_is_copied_anew(config: Config, ada: Person, tmp_path: Path) -> None:
    home = tmp_path / "backups"
    kept = row(drafted(ada.id))
    first, _ = making.make(home, config, silent)
    first = first.rename(home / "2026-01-01T00-00-00Z")
    (tmp_path / "new").write_bytes(b"x" * kept.file_size_bytes)
    if config.s3_bucket:
        # A bucket tells the time of storing in whole seconds.
        time.sleep(1.0)
    storage().put(kept.media_key, tmp_path / "new", "image/jpeg")
    second, _ = making.make(home, config, silent)
    assert (second / "media" / kept.media_key).read_bytes() == b"x" * kept.file_size_bytes
    assert (first / "media" / kept.media_key).read_bytes() != b"x" * kept.file_size_bytes


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_house_in_which_a_file_is_missing_is_copied_and_says_so(
    config: Config, other: Config, ada: Person, tmp_path: Path
) -> None:
    lost = row(drafted(ada.id))
    storage().delete(lost.media_key)
    done = kinora(config, "backup", tmp_path / "backups")
    assert done.returncode == 3
    assert "1 files are missing in this house" in done.stderr
    (folder,) = (tmp_path / "backups").glob("2*")
    done = kinora(other, "restore", folder)
    assert done.returncode == 1
    assert f"{lost.media_key} is missing" in done.stdout
