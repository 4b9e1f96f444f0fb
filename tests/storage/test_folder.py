"""The folder: nothing half written, nothing outside, and a word when the disk is at fault."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from app.storage import StorageError, new_key
from app.storage.folder import FolderStorage

_SLOW_PUT = """
import sys
from pathlib import Path
from app.storage.folder import FolderStorage
FolderStorage(Path(sys.argv[1])).put(sys.argv[2], Path(sys.argv[3]), "video/mp4")
"""


def test_a_killed_put_leaves_no_file_under_the_key(folder: FolderStorage, tmp_path: Path) -> None:
    root, key, pipe = tmp_path / "store", new_key("video", "mp4"), tmp_path / "pipe"
    os.mkfifo(pipe)
    put = subprocess.Popen([sys.executable, "-c", _SLOW_PUT, str(root), key, str(pipe)])
    with pipe.open("wb") as source:
        source.write(b"x" * (2 << 20))
        source.flush()
        while not list((root / "videos").glob(".part-*")):
            time.sleep(0.01)
        put.send_signal(signal.SIGKILL)
        put.wait()
    assert folder.head(key) is None
    assert list(folder.keys()) == []
    assert folder.tidy() == 0
    assert folder.tidy(timedelta(seconds=-1)) == 1
    assert list((root / "videos").iterdir()) == []


def test_a_failed_put_leaves_the_old_file_and_no_part(folder: FolderStorage, file: Path, tmp_path: Path) -> None:
    key = new_key("image", "png")
    folder.put(key, file, "image/png")
    with pytest.raises(StorageError):
        folder.put(key, tmp_path, "image/png")
    path = folder.path(key)
    assert path is not None
    assert path.read_bytes() == file.read_bytes()
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="KINORA_DATA"):
        FolderStorage(tmp_path / "store").check()


def test_a_write_that_the_system_refuses_is_said_in_words_and_leaves_nothing(
    folder: FolderStorage, file: Path, tmp_path: Path
) -> None:
    folder.put(new_key("image", "png"), file, "image/png")
    limit = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
    run = subprocess.run(
        [sys.executable, "-c", limit + _SLOW_PUT, str(tmp_path / "store"), new_key("image", "png"), str(file)],
        capture_output=True,
        text=True,
    )
    assert "StorageError: KINORA_DATA" in run.stderr
    assert len(list(folder.keys())) == 1
    assert not list((tmp_path / "store/images").glob(".part-*"))


def test_foreign_files_are_not_listed(folder: FolderStorage, file: Path, tmp_path: Path) -> None:
    folder.put(new_key("image", "png"), file, "image/png")
    (tmp_path / "store/images/notes.txt").write_text("mine")
    (tmp_path / "store/loose.png").write_text("mine")
    assert len(list(folder.keys())) == 1


def test_space_tells_what_is_left(folder: FolderStorage) -> None:
    space = folder.space()
    assert space.free > 0
    assert 0 < space.share <= 1


def test_a_folder_has_no_addresses(folder: FolderStorage) -> None:
    assert folder.address(new_key("image", "png"), seconds=60, public=True) is None
