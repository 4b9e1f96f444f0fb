"""Finding the result in what a bot says: one address among words, markdown and other links.

How a bot writes its answer is its own affair and may change any day, so nothing is expected of the words: what counts
is where an address leads and what it looks like. Source: creator.poe.com, "OpenAI Compatible API" (read 2026-11-20);
Poe's file hosts as seen in answers of bots.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from app.providers.base import Kind

POE_HOSTS = frozenset({".poecdn.net"})
FILE_HOST = "pfst."
"""Where Poe keeps what bots make is called so: pfst.cf2.poecdn.net. Its neighbours hold portraits of bots."""
ENDINGS = {
    Kind.IMAGE: (".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif"),
    Kind.VIDEO: (".mp4", ".mov", ".webm", ".m4v"),
}
LONGEST = 100_000
_ADDRESS = re.compile(r"https?://(?:(?!,https?:)[\w.~:/?#@!$&()*+,;=%-]){1,2000}", re.ASCII | re.IGNORECASE)
_ESCAPED = re.compile(r"\\([_*~()-])")
_PAIRS = {")": "("}


def result(text: str, kind: Kind, hosts: Collection[str]) -> str | None:
    """The address of what was made; None when no address is one.

    `hosts` are exact names (loopback ones may have their port) or suffixes that begin with a dot. Of several that are
    as good, the last one: bots show drafts, and repeat what they were given, before their result.
    """
    rated = [(_worth(url, kind, hosts), place, url) for place, url in enumerate(addresses(text))]
    worth, _, best = max(rated, default=(0, 0, ""))
    return best if worth else None


def addresses(text: str) -> list[str]:
    """Every http(s) address in a text, in their order, without the markdown and the punctuation around them."""
    plain = _ESCAPED.sub(r"\1", text[:LONGEST]).replace("&amp;", "&")
    return [_trimmed(found) for found in _ADDRESS.findall(plain)]


def strangers(text: str, hosts: Collection[str]) -> list[str]:
    """The hosts of addresses that may not be fetched: for operators, who may want to allow one."""
    found = [_parts(url) for url in addresses(text)]
    return sorted({parts.hostname or "" for parts in found if parts and not _may(parts, hosts)})


def _worth(url: str, kind: Kind, hosts: Collection[str]) -> int:
    """0 for what is not the result; more for what looks more like it."""
    parts = _parts(url)
    if parts is None or not _may(parts, hosts):
        return 0
    path = parts.path.lower()
    kinds = {one for one, endings in ENDINGS.items() if path.endswith(endings) or f"/{one.value}/" in path}
    if kinds and kind not in kinds:
        return 0
    at_home = (parts.hostname or "").startswith(FILE_HOST)
    # Without any sign of a file an address is believed only where nothing but files lies.
    return 2 * bool(kinds) + at_home


def _may(parts: SplitResult, hosts: Collection[str]) -> bool:
    host = parts.hostname or ""
    if "@" in parts.netloc:
        return False
    if host in {"127.0.0.1", "localhost"}:
        return host in hosts or parts.netloc in hosts
    named = any(host.endswith(one) if one.startswith(".") else host == one for one in hosts)
    return parts.scheme == "https" and named


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _trimmed(url: str) -> str:
    """Without what closes a sentence or a bracket that was opened before the address."""
    while url and (url[-1] in ".,;:!?*_~" or url.count(url[-1]) > url.count(_PAIRS.get(url[-1], url[-1]))):
        url = url[:-1]
    return url
