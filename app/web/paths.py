"""Paths of our own pages, each built once: a page names dozens of them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import flask
from flask import Flask, current_app, has_request_context, request

__all__ = ["init_app", "url_for"]

MOST_KEPT = 20_000


def init_app(app: Flask) -> None:
    """Give templates our `url_for`."""
    app.extensions["kinora_paths"] = functools.lru_cache(MOST_KEPT)(_build)
    app.jinja_env.globals["url_for"] = url_for


def url_for(endpoint: str, /, **values: Any) -> str:
    """What `flask.url_for` says, remembered, and outside of a request as well. Whole addresses and the like are left to
    it: they depend on the host.
    """
    for name in values:
        if name[0] == "_":
            return flask.url_for(endpoint, **values)
    built: Callable[..., str] = current_app.extensions["kinora_paths"]
    root = request.environ.get("SCRIPT_NAME", "") if has_request_context() else ""
    return built(root, endpoint, tuple(values.items()))


def _build(root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    # A path does not depend on the host, so any name does for it.
    return current_app.url_map.bind("localhost", root or "/").build(endpoint, dict(values))
