"""Where the files that browsers fetch are today: their names change with their content, a manifest says how."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask, current_app, url_for

__all__ = ["Assets", "asset", "init_app"]


class Assets:
    """The manifest that `make assets` writes, read once; again after each change when `watch` is set."""

    def __init__(self, folder: Path, *, watch: bool) -> None:
        self._path = folder / "manifest.json"
        self._watch = watch
        self._changed_at = 0
        self._names: dict[str, str] = {}

    def name(self, asset: str) -> str:
        """The path of `asset` below the vendor folder, such as "app.3f9c.css" for "app.css".

        Raises RuntimeError when there is no manifest, KeyError for a name that it does not have.
        """
        if self._watch or not self._names:
            self._read()
        return self._names[asset]

    def _read(self) -> None:
        try:
            changed_at = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            raise RuntimeError("The style sheet and scripts have not been put together: run `make assets`.") from None
        if changed_at != self._changed_at:
            self._names = json.loads(self._path.read_text())
            self._changed_at = changed_at


def init_app(app: Flask, *, watch: bool) -> None:
    """Give templates `asset()`. Raises RuntimeError when `make assets` has not been run."""
    assets = Assets(Path(app.static_folder or "") / "vendor", watch=watch)
    assets.name("app.css")
    app.extensions["assets"] = assets
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """The address of "app.css", "htmx.js", "sans.woff2", "icon.svg" or "js/app.js" and its like."""
    assets: Assets = current_app.extensions["assets"]
    return url_for("static", filename=f"vendor/{assets.name(name)}")
