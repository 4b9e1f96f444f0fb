"""The application that every job of this process runs in.

The worker makes it before it forks, so that a forked job pays no start-up.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

from flask import Flask

from app import create_app
from app.extensions import db

P = ParamSpec("P")


@functools.cache
def application() -> Flask:
    """This process's application."""
    return create_app()


def in_app(job: Callable[P, None]) -> Callable[P, None]:
    """Run a job inside the application, and give its database connection back afterwards."""

    @functools.wraps(job)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with application().app_context():
            try:
                job(*args, **kwargs)
            finally:
                db.session.remove()

    return run
