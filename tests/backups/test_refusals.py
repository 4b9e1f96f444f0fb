"""When a house is not restored, and a backup not made: one plain sentence, and nothing has changed."""

import sqlite3
from pathlib import Path

import pytest
from flask_migrate import upgrade
from sqlalchemy import create_engine

from app import create_app
from app.backups import making
from app.backups.manifest import NAME, BackupError, part_of
from app.config import Config, load
from app.extensions import db
from app.supervising.lock import hold
from tests.backups.house import a_file, database, files, kinora, restore, rows, said, silent
from tests.database.both import environ_of
from tests.database.rows import drafted
from tests.people import Person


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_says_it_in_one_line_and_exits_with_one(full: Path, other: Config) -> None:
    a_file(full).write_bytes(b"something else")
    done = kinora(other, "restore", full)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    done = kinora(other, "backup", full / NAME)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [f"{full / NAME} is a file: name a folder for backups."]


def test_of_a_folder_of_backups_one_must_be_named(full: Path, other: Config) -> None:
    with pytest.raises(BackupError, match=f"name one of them, such as {full}"):
        restore(full.parent, other)


def test_a_house_that_is_not_empty_is_replaced_only_when_told(
    full: Path, config: Config, other: Config, ada: Person, tmp_path: Path
) -> None:
    restore(full, other)
    before = rows(other)
    with pytest.raises(BackupError, match="not empty"):
        restore(full, other)
    drafted(ada.id)
    (full.parent / "later").mkdir()
    later, _ = making.make(full.parent / "later", config, silent)
    restore(later, other, overwrite=True)
    assert rows(other) == rows(config) != before
    kept = list(other.data.glob("kinora.db.before-*"))
    assert len(kept) == (0 if other.s3_bucket else 1)


def test_nothing_is_restored_while_kinora_runs(full: Path, other: Config, tmp_path: Path) -> None:
    other.data.mkdir()
    with (
        hold(other.data, "http://127.0.0.1:8000"),
        pytest.raises(BackupError, match="Nothing is restored while Kinora runs"),
    ):
        restore(full, other)
    assert files(other, tmp_path) == {}


def test_nothing_is_restored_while_somebody_has_the_database_open(full: Path, config: Config, other: Config) -> None:
    """Processes that were started by hand hold no lock, but they hold their database."""
    restore(full, other)
    before = rows(other)
    if other.s3_bucket:
        engine = create_engine(other.database_url)
        with engine.connect(), pytest.raises(BackupError, match="Somebody is connected"):
            restore(full, other, overwrite=True)
        engine.dispose()
    else:
        user = sqlite3.connect(other.data / "kinora.db")
        user.execute("PRAGMA journal_mode = WAL")
        user.execute("SELECT count(*) FROM users").fetchone()
        with pytest.raises(BackupError, match="is in use"):
            restore(full, other, overwrite=True)
        user.close()
    assert rows(other) == before


def test_a_backup_that_was_broken_off_is_cleared_away_by_the_next(full: Path, config: Config) -> None:
    """It was never one, and must not fill the disk."""
    home = full.parent
    (home / "2026-01-02T00-00-00Z" / "media").mkdir(parents=True)
    (home / "notes").mkdir()
    full.rename(home / "2026-01-01T00-00-00Z")
    heard: list[str] = []
    making.make(home, config, heard.append)
    assert heard[0] == "2026-01-02T00-00-00Z was broken off and is removed"
    assert (home / "2026-01-01T00-00-00Z" / NAME).exists()
    assert (home / "notes").exists()


def test_two_backups_at_once_are_refused_and_none_is_written_over(full: Path, config: Config) -> None:
    with making.alone(full.parent), pytest.raises(BackupError, match="Another backup"):
        making.make(full.parent, config, silent)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_tables_of_before_are_brought_to_the_newest(full: Path, other: Config) -> None:
    """On SQLite, whose copy can be made older by hand."""
    database(full).unlink()
    old = create_app(load({**environ_of(other), "DATABASE_URL": f"sqlite:///{full / 'database.sqlite'}"}))
    with old.app_context():
        upgrade(revision="0002")
        db.session.remove()
        db.engine.dispose()
    with sqlite3.connect(database(full)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    copy.close()
    assert "nightly_runs" not in tables
    said(full, revision="0002", rows={"users": 0, "creations": 0}, database_part=vars(part_of(database(full))))
    done = kinora(other, "restore", full)
    assert done.returncode == 0, done.stdout + done.stderr
    assert rows(other)["nightly_runs"] == set()
