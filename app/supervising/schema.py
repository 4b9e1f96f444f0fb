"""Whether the database already has the newest tables, asked without importing the app: most starts find that it has."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from pathlib import Path
from urllib.parse import quote

_REVISION = re.compile(r"^(down_)?revision\b[^=\n]*=\s*(.+)$", re.MULTILINE)
_NAME = re.compile(r"""["']([^"']+)["']""")


def is_current(database_url: str, versions: Path) -> bool:
    """True only when it is certain: an SQLite file that says it stands at the one newest file in `versions`."""
    prefix = "sqlite:///"
    if not database_url.startswith(prefix):
        return False
    file = Path(database_url.removeprefix(prefix))
    if not file.is_file():
        return False
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as db,
    ):
        stands_at = {row[0] for row in db.execute("SELECT version_num FROM alembic_version")}
        return len(stands_at) == 1 and stands_at == _newest(versions)
    return False


def _newest(versions: Path) -> set[str]:
    names: set[str] = set()
    followed: set[str] = set()
    for path in versions.glob("*.py"):
        for down, value in _REVISION.findall(path.read_text()):
            (followed if down else names).update(_NAME.findall(value))
    return names - followed
