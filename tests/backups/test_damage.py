"""A backup that is not whole: one plain sentence, and nothing has changed."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.backups.manifest import LIST, NAME, BackupError, part_of
from app.config import Config
from tests.backups.house import a_file, database, files, restore, said

_whole: list[Path] = []
"""One backup for all of these tests, each of which spoils a copy."""


@pytest.fixture
def spoilt(request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of a whole backup, to be spoilt."""
    if not _whole:
        kept = tmp_path_factory.mktemp("whole") / "backup"
        _whole.append(Path(shutil.copytree(request.getfixturevalue("full"), kept)))
    return Path(shutil.copytree(_whole[0], tmp_path / "spoilt"))


def lose(path: Path) -> None:
    path.unlink()


def turn(path: Path) -> None:
    """One bit, at the same length."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def lead_out(folder: Path) -> None:
    text = (folder / LIST).read_text()
    key = a_file(folder).relative_to(folder / "media")
    (folder / LIST).write_text(text.replace(str(key), "../../outside.png"))
    said(folder, list_part=vars(part_of(folder / LIST)))


DAMAGE: dict[str, tuple[Callable[[Path], None], str]] = {
    "a file is missing": (lambda b: lose(a_file(b)), "is missing from it"),
    "a file has another bit": (lambda b: turn(a_file(b)), "has another content"),
    "a file is cut": (lambda b: cut(a_file(b)), "has another content"),
    "the database is missing": (lambda b: lose(database(b)), "is missing or has another content"),
    "the database has another bit": (lambda b: turn(database(b)), "is missing or has another content"),
    "the list is cut": (lambda b: cut(b / LIST), "is missing or has another content"),
    "it was broken off": (lambda b: lose(b / NAME), "is not a whole backup"),
    "its manifest is cut": (lambda b: cut(b / NAME), "cannot be read"),
    "its manifest lacks a line": (lambda b: (b / NAME).write_text('{"format": 1}'), "is not whole"),
    "another version wrote it": (lambda b: said(b, format=2), "another version of Kinora"),
    "newer tables": (lambda b: said(b, revision="9999"), "a newer Kinora"),
    "another database": (lambda b: said(b, database="oracle"), "This is a backup of oracle"),
    "a name leads out of it": (lead_out, "no name of a file of ours"),
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("what", DAMAGE)
def test_a_backup_that_is_not_whole_changes_nothing(spoilt: Path, other: Config, tmp_path: Path, what: str) -> None:
    spoil, words = DAMAGE[what]
    spoil(spoilt)
    with pytest.raises(BackupError, match=words):
        restore(spoilt, other)
    assert not other.data.exists()
    assert files(other, tmp_path) == {}
