"""Words of a provider that are meant for the person who asked, made fit to be shown to them."""

from __future__ import annotations

import re
import unicodedata

from app.providers.wishes import trim

LONGEST = 300

_FOR_MACHINES = re.compile(
    r"""
    (?:[a-z][a-z0-9+.-]{1,9}://|data:|www\.)\S+            # addresses
    | [\w.+-]+@[\w-]+\.[\w.-]+                             # e-mail addresses
    | \b(?:[\w-]+\.)+(?:com|org|net|io|dev|ai|app|cloud|google)\b\S*
    | \b\d{1,3}(?:\.\d{1,3}){3}\b\S*
    | (?<![\w<])/[\w.-]+/\S*                               # paths
    | \b(?:models|files|operations|projects|interactions|predictions|publishers)/\S+
    | \b\w*[a-z]\w*_\w+                                    # names of keys, fields and rules
    | \b(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{10,}              # ids and keys
    | [\w=+/.-]{30,}
    | \d{6,}
    """,
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_SENTENCES = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")
_NOT_WORDS = ("{", "[", "<")


def cleaned(text: str | None) -> str:
    """A provider's own sentences without addresses, ids, names of keys and long numbers; at most `LONGEST` characters.

    A sentence that holds such a thing is for machines ("Support code: 29310472.") and left out; where that leaves
    nothing, the thing alone is. Empty for what is no sentence, such as JSON or HTML. Not escaped: templates do that.
    """
    plain = " ".join("".join(map(_visible, text or "")).split())
    if plain.startswith(_NOT_WORDS):
        return ""
    kept = " ".join(one for one in _SENTENCES.split(plain) if one and not _FOR_MACHINES.search(one))
    words = kept or " ".join(_FOR_MACHINES.sub("…", plain).split())
    if not any(letter.isalpha() for letter in words):
        return ""
    return words if len(words) <= LONGEST else f"{trim(words, LONGEST - 1)}…"


def _visible(letter: str) -> str:
    """No control characters, and none that turn the direction of what follows."""
    return " " if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} else letter
