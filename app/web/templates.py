"""Drawing a part of a page by itself: wherever it goes, in a page, in an answer or in a push, it is the same."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import flask.templating
from flask import current_app
from markupsafe import Markup


class Environment(flask.templating.Environment):
    """Templates that share one dictionary of globals.

    Jinja gives each template a chain of two, of which the first is empty here, and copies or compares it at every
    render, include and import: a third of the time that a small template takes.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template; a chain only where it is loaded with some of its own."""
        return super().make_globals(d) if d else self.globals


def draw(template: str, **values: Any) -> Markup:
    """Draw a template with these values and the globals, and nothing that is only known in a request."""
    return Markup(current_app.jinja_env.get_template(template).render(values))  # noqa: S704 - templates escape
