"""The prompt helper's rules for words about a finished work: what its prompt says is to be seen, without how it is
filmed."""

from __future__ import annotations

import re

from app.providers.wishes import trim

CAPTION_CHARS = 120
"""Captions are short whatever room there is."""
CAPTION_PARTS = 2
_PARTS = re.compile(r"[,;\n]+|(?<=[.!?…])\s+|[。，；]")
_HOW = re.compile(
    r"\b(?:camera|dolly|zoom\w*|tilt\w*|slow pan|panning|pans?(?: slowly)? (?:left|right|up|down|to|over|across)|"
    r"crane (?:up|down|shot)|cranes up|track(?:ing|s) (?:shot|left|right)|push(?:es)?[ -]in|pull(?:s|ing)?[ -](?:back|"
    r"out)|orbit(?:s|ing)?|parallax|hand-?held|tripod|static shot|drone shot|fpv|slow[ -]motion|time-?lapse|hyperlapse|"
    r"locked[ -]off|cinematic|lens\w*|\d+ ?mm|film grain|grain|bokeh|depth of field|(?:shallow|soft|sharp|deep) focus|"
    r"f/\d\S*|[48]k|u?hdr?|\d+ ?fps|(?:high )?resolution|\d+p|octane|unreal engine|3d render|masterpiece|"
    r"(?:highly|ultra|hyper|very)[ -]?(?:detailed|realistic)|photo-?realistic|best quality|award[ -]winning|trending|"
    r"composition|framing|rule of thirds|(?:left|right) third|close-?up|wide shot|low horizon|centred and symmetrical|"
    r"aspect ratio|texture|(?:matte|harmonious) colou?rs|in the style of|style)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"^(?:no|not|without|avoid|don['’]t|never)\b", re.IGNORECASE)
_OPENING = re.compile(
    r"^(?:please\s+)?(?:(?:make|create|generate|draw|show|film|paint)\s+(?:me\s+)?)?(?:(?:a|an|the)\s+)?"
    r"(?:(?:slow|fast|gentle|smooth|cinematic|aerial|wide|close|extreme|long|low|high)[ -])*"
    r"(?:pan|dolly|zoom|tracking shot|close-?up|macro|drone shot|shot|photo|photograph|picture|image|video|clip|film)"
    r"(?:\s+(?:shot|left|right|in|out|up|down))?\s+(?:of|over|across|through|along|showing|towards|on)\s+",
    re.IGNORECASE,
)


def caption(prompt: str, max_chars: int) -> str | None:
    """One short sentence of what the prompt shows; None when it shows nothing."""
    parts = _seen(prompt)
    room = min(max_chars, CAPTION_CHARS)
    short = parts[:1]
    for part in parts[1:CAPTION_PARTS]:
        if len(", ".join([*short, part])) < room:
            short.append(part)
    return _sentence(short, room)


def alt_text(prompt: str, max_chars: int) -> str | None:
    """Everything that the prompt says is to be seen, as one plain sentence; None when that is nothing."""
    return _sentence(_seen(prompt), max_chars)


def _seen(prompt: str) -> list[str]:
    """The parts of a prompt that are about what is there, in their order and without what ends a sentence."""
    parts = [" ".join(part.split()).strip(" .!?…:-\"“”'*#") for part in _PARTS.split(prompt)]
    opened = [_OPENING.sub("", part) for part in parts]
    return [part for part in opened if any(c.isalpha() for c in part) and not (_HOW.search(part) or _NOT.match(part))]


def _sentence(parts: list[str], max_chars: int) -> str | None:
    if not parts or max_chars < 2:
        return None
    text = trim(", ".join(parts), max_chars - 1)
    return f"{text[:1].upper()}{text[1:]}."
