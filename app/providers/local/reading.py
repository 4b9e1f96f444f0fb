"""Reading a prompt: which of the known words it holds, and what scene they ask for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.providers.local import vocabulary
from app.providers.local.swatches import COLOURS


@dataclass(frozen=True)
class Reading:
    """What a prompt asks for, in words the scenes understand."""

    seed: int
    """Settles every choice that the prompt leaves open."""
    scene: str
    time: str
    """A time of day, or empty where none was named."""
    concepts: frozenset[str]
    """Places, weathers and subjects that should be seen."""
    subjects: tuple[str, ...]
    """The subjects alone, in the order in which they were named."""
    colours: tuple[str, ...]
    """Colours of the whole."""
    details: tuple[str, ...]
    """Colours of one thing in it."""
    style: str
    mood: str
    move: str
    pace: float
    """How fast the scene lives: 1 as in nature."""
    content: tuple[str, ...]
    """The prompt's own words, longer than three letters."""

    def has(self, *concepts: str) -> bool:
        """Whether any of the concepts was asked for."""
        return any(concept in self.concepts for concept in concepts)


def read(prompt: str, *, negative: str = "", seed: int | None = None, variation: str = "") -> Reading:
    """Read a prompt. Without a seed, `variation` (an operation's id) makes each picture of the same prompt its own."""
    text = _plain(prompt)
    refused = _concepts_in(_plain(negative)) | _refused(text)
    text = _REFUSAL.sub(" ", text)
    places = [place for place in found("PLACES", text) if place not in refused]
    subjects = [subject for subject in found("SUBJECTS", text) if subject not in refused]
    weathers = [weather for weather in found("WEATHERS", text) if weather not in refused]
    number = _number(prompt.strip(), negative.strip(), str(seed) if seed is not None else f"free {variation}")
    # The scene follows the words alone: two variations of one prompt show the same place in another light.
    scene = _scene(places, subjects, weathers, _number(text))
    hues = _hues(text)
    styles = found("STYLES", text)
    return Reading(
        seed=number,
        scene=scene,
        time=_time(text, scene, weathers, number),
        concepts=frozenset([*places, *subjects, *weathers, *styles[1:]]),
        subjects=tuple(subjects),
        colours=tuple(name for name, detail in hues if name not in refused and not detail)[:3],
        details=tuple(name for name, detail in hues if name not in refused and detail)[:2],
        style=styles[0] if styles else "",
        mood=next(iter(found("MOODS", text)), ""),
        move=next(iter(found("MOVES", text)), ""),
        pace={"slow": 0.5, "fast": 2.2}.get(next(iter(found("PACES", text)), ""), 1.0),
        content=tuple(word for word in re.findall(r"[^\W\d_]{4,}", text)),
    )


_RANK: tuple[tuple[str, str], ...] = (
    ("underwater", "underwater"), ("paper", "paper"), ("interior", "interior"), ("volcano", "ridges"),
    ("waterfall", "ridges"), ("space", "space"), ("city", "city"), ("garden", "meadow"), ("canyon", "desert"),
    ("desert", "desert"), ("meadow", "meadow"), ("arctic", "ridges"), ("island", "sea"), ("village", "ridges"),
    ("sea", "sea"), ("mountains", "ridges"), ("lake", "ridges"), ("forest", "forest"), ("bloom", "bloom"),
    ("spheres", "spheres"), ("geometry", "geometry"), ("fluid", "fluid"), ("silk", "silk"), ("sky", "sky"),
    ("still life", "interior"),
)  # fmt: skip
"""Places and the scene that draws them. Where a prompt names several, the earlier in this list is the stage."""

HOME: dict[str, str] = {
    "lighthouse": "sea", "boat": "sea", "whale": "underwater", "dolphin": "sea", "fish": "underwater",
    "jellyfish": "underwater", "turtle": "underwater", "deer": "forest", "fox": "forest", "owl": "forest",
    "bear": "forest", "rabbit": "meadow", "horse": "meadow", "butterflies": "meadow", "windmill": "meadow",
    "elephant": "meadow", "cactus": "desert", "camels": "desert", "pyramid": "desert", "astronaut": "space",
    "rocket": "space", "planet": "space", "galaxy": "space", "robot": "city", "umbrella": "city", "cup": "interior",
    "lamp": "interior", "vase": "interior", "books": "interior", "bottle": "interior", "fruit": "interior",
    "palm": "sea", "iceberg": "ridges", "cranes": "paper", "balloon": "ridges", "train": "ridges",
    "cherry": "meadow", "pines": "ridges", "lantern": "ridges",
}  # fmt: skip
"""Where a subject lives when the prompt names no place."""

_UNKNOWN = ("ridges", "geometry", "sea", "paper", "spheres", "desert", "fluid", "bloom", "sky", "silk", "meadow")

_REFUSAL = re.compile(r"\b(?:no|without|not any|free of|minus)\s+(?:any\s+|the\s+)?(\w+(?:\s+\w+)?)")


def _scene(places: list[str], subjects: list[str], weathers: list[str], number: int) -> str:
    if "astronaut" in subjects and not set(places) & {"desert", "canyon", "underwater", "forest", "city", "meadow"}:
        return "space"
    if "planet" in subjects and set(places) <= {"space", "canyon"}:
        return "space"
    for place, scene in _RANK:
        if place in places:
            return scene
    for subject in subjects:
        if subject in HOME:
            return HOME[subject]
    if weathers or subjects:
        return {"fireworks": "city", "leaves": "forest", "fireflies": "forest", "rain": "city"}.get(
            next(iter(weathers), ""), ("ridges", "meadow", "ridges", "sea")[number % 4] if subjects else "ridges"
        )
    return _UNKNOWN[number % len(_UNKNOWN)]


def _time(text: str, scene: str, weathers: list[str], number: int) -> str:
    named = found("TIMES", text)
    if "night" in named and named[0] in {"noon", "golden"}:
        named.remove(named[0])  # "a golden moon" is a night
    if named:
        return named[0]
    if {"aurora", "stars", "fireworks", "moon", "fireflies"} & set(weathers):
        return "night"
    usual = {
        "sea": ("sunset", "golden", "dawn", "night"),
        "city": ("blue hour", "night", "dusk"),
        "meadow": ("morning", "golden", "noon", "dawn"),
        "desert": ("golden", "sunset", "dusk", "morning"),
        "ridges": ("dawn", "sunset", "golden", "dusk", "morning"),
        "sky": ("golden", "dawn", "sunset", "morning"),
    }.get(scene)
    if not usual or {"fog", "rain", "snow", "storm"} & set(weathers):
        return ""
    return usual[number % len(usual)]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.lower().replace("’", "'").replace("_", " ")).strip()


def _refused(text: str) -> frozenset[str]:
    return _concepts_in(" , ".join(match.group(1) for match in _REFUSAL.finditer(text)))


def _concepts_in(text: str) -> frozenset[str]:
    groups = ("PLACES", "SUBJECTS", "WEATHERS")
    return frozenset(name for group in groups for name in found(group, text)) | frozenset(
        name for name, _ in _hues(text)
    )


def found(group: str, text: str) -> list[str]:
    """The concepts of a group in the order in which the text names them; a longer phrase takes its words with it."""
    hits: list[tuple[int, int, str]] = []
    for name, pattern in _patterns(group):
        hits += [(match.start(), -len(match.group()), name) for match in pattern.finditer(text)]
    hits.sort()
    taken, last, names = -1, (-1, 0), list[str]()
    for start, length, name in hits:
        if start >= taken or (start, length) == last:
            taken, last = start - length, (start, length)
            if name not in names:
                names.append(name)
    return names


def _hues(text: str) -> list[tuple[str, bool]]:
    """Every colour word in order, and whether it belongs to one thing: a red sail, a white rose."""
    out: list[tuple[int, str, bool]] = []
    text = text.replace("gray", "grey")
    for name in COLOURS:
        for match in re.finditer(rf"\b{name}\b", text):
            after = text[match.end() :].split(" ")[1:3]
            thing = " ".join(after).strip(",.;")
            out.append((match.start(), name, bool(found("SUBJECTS", thing)) or bool(set(thing.split(" ")) & _THINGS)))
    return [(name, detail) for _, name, detail in sorted(out)]


_THINGS = frozenset(
    {
        "sun",
        "moon",
        "sail",
        "sails",
        "flower",
        "flowers",
        "field",
        "fields",
        "poppies",
        "tulips",
        "roses",
        "petals",
        "lamp",
        "light",
        "lights",
        "dress",
        "coat",
        "scarf",
        "door",
        "roof",
        "car",
        "leaf",
        "leaves",
        "umbrella",
    }
)


@lru_cache
def _patterns(group: str) -> list[tuple[str, re.Pattern[str]]]:
    table: Mapping[str, str] = getattr(vocabulary, group)
    return [
        (name, re.compile(rf"\b(?:{'|'.join(_either(word) for word in words.split('|'))})\b"))
        for name, words in table.items()
    ]


def _either(word: str) -> str:
    return re.escape(word) + ("" if word.endswith("s") else "(?:e?s)?")


def _number(*parts: str) -> int:
    return int.from_bytes(hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).digest()[:8], "big")
