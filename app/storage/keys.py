"""What stored files are called, inside (keys) and when they are downloaded (Content-Disposition)."""

from __future__ import annotations

import re
import secrets
import unicodedata
from urllib.parse import quote

_PREFIXES = {"image": "images", "video": "videos", "poster": "posters", "reference": "references"}
_KEY = re.compile(r"(images|videos|posters|references)/[A-Za-z0-9_-]{22,100}(\.[a-z0-9]{1,12}){1,3}")
_ENDING = re.compile(r"[a-z0-9]{1,12}(\.[a-z0-9]{1,12})?")
_RANDOM_BYTES = 16


def new_key(kind: str, ending: str) -> str:
    """A fresh key such as `videos/9tQ….mp4` with 128 random bits (MED-02).

    `kind` is image, video, poster or reference, or the plural that the key begins with; `ending` comes with or
    without its dot. Raises ValueError for any other.
    """
    prefix = _PREFIXES.get(kind, kind)
    ending = ending.removeprefix(".")
    if prefix not in _PREFIXES.values() or not _ENDING.fullmatch(ending):
        raise ValueError(f"no key for {kind!r} with the ending {ending!r}")
    return f"{prefix}/{secrets.token_urlsafe(_RANDOM_BYTES)}.{ending}"


def is_key(key: str) -> bool:
    """Whether this has the shape of our keys, and so can never leave the store's folder."""
    return _KEY.fullmatch(key) is not None


def checked(key: str) -> str:
    """The key itself. Raises ValueError when it is none of ours: a mistake in the caller, not in the store."""
    if not is_key(key):
        raise ValueError("not a storage key")
    return key


def attachment(name: str) -> str:
    """The value of a Content-Disposition header that saves the file under `name` (RFC 6266, RFC 8187).

    Old readers get an ASCII name, all others the exact one in UTF-8. Path separators, quotes and control characters
    never reach the header.
    """
    name = "".join(" " if unicodedata.category(c).startswith("C") or c in '/\\"' else c for c in name)
    name = " ".join(name.split())[:150] or "download"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().replace("%", "") or "download"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
