"""What makes a folder a backup: a manifest, written last, that says what everything else in it must be.

manifest.json      this
database.sqlite    or database.dump (PostgreSQL, custom format)
files.tsv          a line for each file: SHA-256, bytes, when it was stored, type, 1 when public, key
media/…            the files, under their keys
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from app.storage import disk

FORMAT = 1
NAME = "manifest.json"
LIST = "files.tsv"
MEDIA = "media"
DATABASES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}


class BackupError(Exception):
    """It was not done, and nothing was changed; the text is one sentence for the operator."""


@dataclass(frozen=True)
class Part:
    """What one file of a backup must be."""

    sha256: str
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """A whole backup. `made_at` is the moment of the database's copy, in ISO 8601 with its zone."""

    format: int
    kinora: str
    made_at: str
    database: str
    """sqlite or postgresql."""
    server: str
    revision: str
    """Where its tables stand in the chain of migrations."""
    rows: dict[str, int]
    database_part: Part
    list_part: Part
    files: int
    bytes: int
    gone: list[list[str]] = field(default_factory=list)
    """Files that their owners deleted while the copy was made, by id and column of their rows."""
    missing: int = 0
    """Files that were missing in the house already."""


@dataclass(frozen=True)
class Line:
    """One file of the list."""

    sha256: str
    bytes: int
    stored_at: str
    media_type: str
    public: bool
    key: str

    def text(self) -> str:
        """The line as it is written."""
        fields = (self.sha256, str(self.bytes), self.stored_at, self.media_type, str(int(self.public)), self.key)
        return "\t".join(fields) + "\n"


def write(folder: Path, manifest: Manifest) -> None:
    """Make the folder a backup: everything else is on disk before the manifest takes its name."""
    os.sync()
    part = folder / f"{NAME}.part"
    with part.open("x") as file:
        json.dump(asdict(manifest), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / NAME)
    disk.sync(folder)


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises BackupError when this is none, or one that this Kinora cannot read."""
    try:
        said = json.loads((folder / NAME).read_text())
    except FileNotFoundError:
        raise BackupError(_no_backup(folder)) from None
    except (OSError, ValueError) as error:
        raise BackupError(f"{folder / NAME} cannot be read: {error}.") from error
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise BackupError(f"{folder} was written by another version of Kinora: use that one to restore it.")
    try:
        for name in ("database_part", "list_part"):
            said[name] = Part(**said[name])
        return Manifest(**said)
    except (KeyError, TypeError) as error:
        raise BackupError(f"{folder / NAME} is not whole: {error}.") from error


def backups(home: Path) -> list[Path]:
    """The whole backups in a folder, oldest first."""
    return sorted(path.parent for path in home.glob(f"*/{NAME}"))


def lines(folder: Path) -> Iterator[Line]:
    """The files of a backup. Raises BackupError when the list cannot be read."""
    try:
        with (folder / LIST).open() as file:
            for text in file:
                sha256, size, stored_at, media_type, public, key = text.rstrip("\n").split("\t")
                yield Line(sha256, int(size), stored_at, media_type, public == "1", key)
    except (OSError, ValueError) as error:
        raise BackupError(f"{folder / LIST} cannot be read: {error}.") from error


def part_of(path: Path) -> Part:
    """What a file is now."""
    with path.open("rb") as file:
        return Part(hashlib.file_digest(file, "sha256").hexdigest(), os.fstat(file.fileno()).st_size)


def _no_backup(folder: Path) -> str:
    inside = backups(folder) if folder.is_dir() else []
    if inside:
        return f"{folder} holds {len(inside)} backups; name one of them, such as {inside[-1]}."
    return f"{folder} is not a whole backup: it has no {NAME}."
