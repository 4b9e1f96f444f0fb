"""The application that every job of this process runs in.

The worker makes it before it forks, so that a forked job pays no start-up.
"""

from __future__ import annotations

import functools
import gc
import importlib
import logging
from collections.abc import Callable
from typing import ParamSpec

from flask import Flask

from app import create_app, queue
from app.catalogue import choosing
from app.extensions import db
from app.media import pipeline
from app.providers.errors import ProviderError

log = logging.getLogger(__name__)
P = ParamSpec("P")


@functools.cache
def application() -> Flask:
    """This process's application."""
    return create_app()


def preload() -> None:
    """Import what jobs need and web processes do not, before the first fork.

    Imported in a fork it would be gone with it: half a second of each submit, measured with google-genai 3.3.
    """
    with application().app_context():
        try:
            choosing.registry().preload()
        except ProviderError as error:
            log.warning("a provider is not ready, jobs will say so: %s", error)
    pipeline.preload()
    for job in queue.JOBS:
        importlib.import_module(job.name.rpartition(".")[0])
    # What is here now stays for ever. Left to the collector, each fork would touch, and so copy, all of it.
    gc.collect()
    gc.freeze()


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
