"""Whether a start has to upgrade the database."""

import sqlite3
from pathlib import Path

import pytest

from app.supervising.schema import is_current

FIRST = 'revision = "0001"\ndown_revision = None\n'
SECOND = 'revision: str = "0002"\ndown_revision: str | None = "0001"\n'


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    """A folder of two migrations."""
    folder = tmp_path / "versions"
    folder.mkdir()
    (folder / "0001_first.py").write_text(FIRST)
    (folder / "0002_second.py").write_text(SECOND)
    return folder


def database(folder: Path, *revisions: str) -> str:
    """An SQLite file, in the journal mode of Kinora's, that stands at `revisions`."""
    with sqlite3.connect(folder / "a file.db") as db:
        db.execute("PRAGMA journal_mode = wal")
        db.execute("CREATE TABLE alembic_version (version_num TEXT)")
        db.executemany("INSERT INTO alembic_version VALUES (?)", [(revision,) for revision in revisions])
    db.close()
    return f"sqlite:///{folder / 'a file.db'}"


def test_the_newest_is_current(tmp_path: Path, versions: Path) -> None:
    assert is_current(database(tmp_path, "0002"), versions)


@pytest.mark.parametrize("revisions", [(), ("0001",), ("0001", "0002"), ("0009",)])
def test_any_other_is_not(tmp_path: Path, versions: Path, revisions: tuple[str, ...]) -> None:
    assert not is_current(database(tmp_path, *revisions), versions)


def test_what_cannot_be_asked_is_not(tmp_path: Path, versions: Path) -> None:
    (tmp_path / "broken.db").write_text("no database")
    (tmp_path / "empty.db").write_text("")
    for name in ("missing", "broken", "empty"):
        assert not is_current(f"sqlite:///{tmp_path}/{name}.db", versions)
    assert not (tmp_path / "missing.db").exists()
    assert not is_current("postgresql+psycopg://localhost/kinora", versions)
    assert not is_current(database(tmp_path, "0002"), tmp_path / "nowhere")
