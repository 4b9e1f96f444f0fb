"""The prompt helper: adds in plain words what a prompt leaves open, and touches nothing that was typed."""

from __future__ import annotations

import hashlib
import re

from app.providers.base import Kind
from app.providers.local.reading import HOME, found

_LIGHT = (
    "soft golden light",
    "low side light with long shadows",
    "gentle backlight and a warm rim",
    "cool diffuse light with one warm lamp",
)
_FRAMING = (
    "wide composition with clear layers of depth",
    "subject on the left third, open space to the right",
    "low horizon under a large sky",
    "centred and symmetrical, plenty of space around",
)
_LENS = (
    "35 mm film grain",
    "shot on a 50 mm lens, shallow focus",
    "matte colours, fine paper texture",
    "rich but harmonious colours, subtle grain",
)
_CAMERA = (
    "slow push in",
    "slow pan to the right",
    "the camera cranes up gently",
    "slow orbit with parallax",
    "the camera pulls back slowly",
)
_MOTION = {
    "water": ("light ripples across the water", "waves roll in slowly"),
    "sky": ("clouds drift past", "the light shifts slowly"),
    "trees": ("leaves stir in the wind", "grass sways in a light breeze"),
    "city": ("windows flicker on one by one", "reflections shimmer on wet streets"),
    "deep": ("light shafts sway through the water", "bubbles rise past the camera"),
    "still": ("dust floats through the light", "shadows move slowly across the scene"),
}
_SETTINGS = {
    "forest": "in a quiet forest clearing",
    "meadow": "in a wide flower meadow",
    "sea": "by the open sea",
    "underwater": "in the clear deep sea",
    "desert": "among tall dunes",
    "space": "among distant planets",
    "city": "in a narrow street of an old town",
    "interior": "in a bright room with tall windows",
    "ridges": "before rows of hazy hills",
}
_PLACED = re.compile(
    r"\b(?:in|inside|on|at|by|under|below|above|over|near|beside|behind|before|between|among|through|across|along|"
    r"around|from|into|outside)\s+(?:an?|the|my|his|her|our|their|this|that|[a-z]+s)?\b"
)
_FRAMED = (
    "composition|framing|close-up|close up|wide shot|rule of thirds|symmetr|centred|centered|foreground|third|macro"
    "|portrait|horizon|top down|bird's eye"
)
_ADDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (_FRAMED, _FRAMING),
    ("light|lit|lamp|sun|glow|shadow|backlit|backlight|neon|moon|candle|dawn|dusk|golden hour", _LIGHT),
    (
        "lens|mm|grain|film|style|painting|watercolour|watercolor|photo|render|illustration|bokeh|texture|minimal|palette|colours|colors|matte",
        _LENS,
    ),
)
_MOVING = (
    "drift|sway|flow|ripple|roll|move|moving|walk|run|fly|flies|flying|fall|falling|rise|rising|"
    "turn|turning|dance|swim|climb|sweep|unfold|spin|motion|glide|shimmer|flicker"
)
_KINDS_OF_PLACE = {
    "sea": "water", "lake": "water", "island": "water", "waterfall": "water", "underwater": "deep", "city": "city",
    "interior": "still", "still life": "still", "forest": "trees", "meadow": "trees", "garden": "trees",
}  # fmt: skip


def improve(prompt: str, kind: Kind, max_chars: int) -> str:
    """Append what the prompt lacks, as far as it fits; the same prompt always gets the same words."""
    typed = prompt.rstrip()
    if not typed:
        return prompt[:max_chars]
    out = prompt if len(prompt) <= max_chars and prompt.rstrip() == prompt else typed
    for addition in _additions(typed, kind):
        joined = f"{out}{' ' if out.endswith((',', '.', '!', '?', ';', ':')) else ', '}{addition}"
        if len(joined) <= max_chars:
            out = joined
    return out


def _additions(typed: str, kind: Kind) -> list[str]:
    text = typed.lower()
    out: list[str] = []
    if kind is Kind.VIDEO:
        if not found("MOVES", text) and "camera" not in text:
            out.append(_pick(_CAMERA, text, "camera"))
        setting = _setting(text)
        out += [setting] if setting else []
        if not _holds(text, _MOVING) and not any(phrase in text for phrases in _MOTION.values() for phrase in phrases):
            out.append(_pick(_MOTION[_place(f"{text} {setting}")], text, "motion"))
    adds = _ADDS if kind is Kind.IMAGE else _ADDS[1:]
    out += [_pick(choices, text, signs) for signs, choices in adds if not _holds(text, signs)]
    return out


def _setting(text: str) -> str:
    """Where it happens, as its subject likes it; empty where the prompt says so, or shows what needs no place."""
    if found("PLACES", text) or _PLACED.search(text):
        return ""
    subject = next(iter(found("SUBJECTS", text)), "")
    home = _SETTINGS.get(HOME.get(subject, ""))
    return home or _pick(tuple(_SETTINGS[one] for one in ("forest", "sea", "city", "ridges")), text, "setting")


def _place(text: str) -> str:
    for place in found("PLACES", text):
        if place in _KINDS_OF_PLACE:
            return _KINDS_OF_PLACE[place]
    return "sky"


def _holds(text: str, signs: str) -> bool:
    words = text.replace(",", " ").replace(".", " ").split()
    return any(
        sign in text if " " in sign else any(word.startswith(sign) for word in words) for sign in signs.split("|")
    )


def _pick(choices: tuple[str, ...], text: str, purpose: str) -> str:
    digest = hashlib.sha256(f"{purpose}\0{text}".encode(errors="surrogatepass")).digest()
    return choices[digest[0] % len(choices)]
