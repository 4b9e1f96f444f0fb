"""How the words of the environment are written: in a `.env` file, and by hosting panels."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def with_driver(url: str) -> str:
    """Name psycopg 3 where the address only says PostgreSQL, as hosting panels print it."""
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def lines_of(path: Path) -> Mapping[str, str]:
    """Lines `NAME=value` of a .env file, quotes around the value taken off; none when there is no file."""
    if not path.exists():
        return {}
    pairs = (line.split("=", 1) for line in path.read_text().splitlines() if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}
