"""The built-in renderer as a provider: it draws in our own media workers, asks nobody, and costs nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app.providers.base import Accepted, Brief, Download, Pending, Task, Wish
from app.providers.errors import NoOutput
from app.providers.local.describing import alt_text, caption
from app.providers.local.helper import improve
from app.providers.local.rewording import reword
from app.providers.wishes import trim


class LocalProvider:
    """Draws every brief here, by procedure. Provider, Renderer and Writer of `providers/base.py` in one."""

    name = "local"
    label = "Local"
    in_house = True

    def missing(self) -> tuple[str, ...]:
        """Nothing: it is always ready."""
        return ()

    def preload(self) -> None:
        """Import the drawing."""
        import app.providers.local.picture  # noqa: F401

    def submit(self, brief: Brief, attempt_id: str) -> Accepted:
        """Take the brief; the drawing itself is a media job that calls `render`."""
        return Accepted(operation_id=attempt_id, handle={"operation_id": attempt_id}, next_after=1.0)

    def poll(self, handle: Mapping[str, Any]) -> Pending:
        """Always pending: the media job that renders says itself when it is done."""
        return Pending()

    def download(self, locator: Mapping[str, Any]) -> Download:
        """Never asked: what is drawn here already lies in a file here."""
        raise ValueError("The local renderer writes its files itself; there is nothing to download.")

    def cancel(self, handle: Mapping[str, Any]) -> bool:
        """Agree: nothing outside this house has to be told."""
        return True

    def render(self, brief: Brief, operation_id: str, target: Path, report: Callable[[float], None]) -> str:
        """Draw the brief into `target` and return its media type; the file appears whole or not at all."""
        from app.providers.local.picture import draw  # numpy and av are heavy: web workers never need them

        unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            media_type = draw(brief, operation_id, unfinished, _paced(report))
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
        report(1.0)
        return media_type

    def listed(self) -> None:
        """What is drawn here never retires."""

    def write(self, wish: Wish, model: str) -> str:
        """Write by rules, the same for the same wish. Raises NoOutput where they find nothing to do."""
        match wish.task:
            case Task.IMPROVE:
                return improve(wish.prompt, wish.kind, wish.max_chars)
            case Task.REWORD:
                found = reword(wish.prompt)
            case Task.CAPTION:
                found = caption(wish.prompt, wish.max_chars)
            case Task.ALT_TEXT:
                found = alt_text(wish.prompt, wish.max_chars)
        if found is None:
            raise NoOutput(f"the rules find nothing to {wish.task}")
        return found if len(found) <= wish.max_chars else trim(found, wish.max_chars)


_PAUSE = 0.5


def _paced(report: Callable[[float], None]) -> Callable[[float], None]:
    """Pass progress on about twice a second, never backwards and never yet whole."""
    last_time, last_value = float("-inf"), 0.0

    def tell(value: float) -> None:
        nonlocal last_time, last_value
        now = time.monotonic()
        if now - last_time >= _PAUSE and last_value < value < 1.0:
            last_time, last_value = now, value
            report(value)

    return tell
