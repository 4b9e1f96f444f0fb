"""The models that Google serves to this key now.

`GET /v1/models?pageSize=N&pageToken=T` answers `{"models": [{"name": "models/ID", ...}], "nextPageToken": "T"}`.
Source: google-genai 3.3.0 `models.py`, `list`; Google's page "Models" (read 2026-11-20).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from app.providers.errors import Retryable

PAGE_SIZE = 1000
"""The most that Google gives at a time: as a rule one page is all."""
MOST_PAGES = 20
_PREFIX = "models/"


def listed(read: Callable[[str], Mapping[str, Any]]) -> frozenset[str]:
    """The ids of all pages; `read` gets the resource at a path.

    Raises Retryable for a page without models, or for pages without an end: a list that is not whole would retire
    models that are still there. Whatever `read` raises otherwise.
    """
    ids: set[str] = set()
    token = ""
    for _ in range(MOST_PAGES):
        page = read("models?" + urlencode({"pageSize": PAGE_SIZE, **({"pageToken": token} if token else {})}))
        models = page.get("models")
        names = [one.get("name") for one in models if isinstance(one, dict)] if isinstance(models, list) else []
        if not names or not all(isinstance(name, str) for name in names):
            raise Retryable("a list of models without models")
        ids.update(str(name).removeprefix(_PREFIX) for name in names)
        token = str(page.get("nextPageToken") or "")
        if not token:
            return frozenset(ids)
    raise Retryable("a list of models without an end")
