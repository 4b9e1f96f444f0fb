"""What every command begins and ends with: the application opened, and errors told in one plain line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from app.config import ConfigError

if TYPE_CHECKING:
    from flask import Flask


@contextmanager
def opened() -> Iterator[Flask]:
    """The application, with its context."""
    from app import create_app

    try:
        app = create_app()
    except ConfigError as error:
        stop(str(error))
    with app.app_context():
        yield app


@contextmanager
def plain_errors() -> Iterator[None]:
    """Errors that a person may be told end the command with their words."""
    from app.backups.manifest import BackupError
    from app.errors import KinoraError

    try:
        yield
    except KinoraError as error:
        stop(error.words)
    except BackupError as error:
        stop(str(error))


def stop(words: str) -> NoReturn:
    """End the command, with exit code 1."""
    sys.stderr.write(f"{words}\n")
    raise SystemExit(1)
