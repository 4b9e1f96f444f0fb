"""The prompt helper's rules for a prompt that was refused: words that safety filters stumble over, made harmless.

A small list of plain cases. What it does not know it does not touch, and it says so: nothing here judges a prompt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial


@dataclass(frozen=True)
class _Swap:
    """What stands in for these words; with nothing in their place they are left out."""

    words: str
    """Alternatives of a regular expression, whole words."""
    by: str = ""
    named: bool = False
    """The words are a name, so what stands in for them wants an article of its own."""


_SWAPS: tuple[_Swap, ...] = (
    # Violence
    _Swap("bloody|blood[- ]soaked|gory|gruesome|brutal|violent|mutilated|decapitated|severed|dismembered"),
    _Swap(r"blood(?! (?:moon|orange)s?\b)|gore", "red petals"),
    _Swap("kill|murder|stab|strangle|torture|behead", "face"),
    _Swap("kills|murders|stabs|strangles|tortures|beheads", "faces"),
    _Swap("killed|murdered|stabbed|strangled|tortured|beheaded", "faced"),
    _Swap("killing|murdering|stabbing|strangling|torturing|beheading", "facing"),
    _Swap("murderer|killer|assassin|terrorist|nazi", "stranger"),
    _Swap("murderers|killers|assassins|terrorists|nazis", "strangers"),
    _Swap("corpse|dead body|cadaver", "sleeping figure"),
    _Swap("corpses|dead bodies|cadavers", "sleeping figures"),
    _Swap("machine gun|handgun|shotgun|gun|pistol|revolver|rifle", "lantern"),
    _Swap("machine guns|handguns|shotguns|guns|pistols|revolvers|rifles", "lanterns"),
    _Swap("bomb|grenade", "firework"),
    _Swap("bombs|grenades|explosives", "fireworks"),
    _Swap("massacre|slaughter|bloodbath", "storm"),
    _Swap("suicide|self-harm", "sorrow"),
    _Swap("swastika", "emblem"),
    _Swap("swastikas", "emblems"),
    # Bodies
    _Swap("naked|nude|topless|undressed|sexy|sexual|erotic|seductive|pornographic|nsfw|explicit|busty"),
    _Swap("nudity|porn|pornography|sex", "closeness"),
    _Swap("lingerie|underwear", "summer clothes"),
    _Swap("breasts|cleavage", "shoulders"),
    _Swap("stripper", "dancer"),
    _Swap("schoolgirl|schoolboy", "student"),
    _Swap("underage|teenage", "grown-up"),
    # Drugs
    _Swap("cocaine|heroin|crystal meth|methamphetamine", "sugar"),
    _Swap("marijuana|cannabis", "tea leaves"),
    _Swap("drug dealer", "street vendor"),
    _Swap("drugs", "sweets"),
    # People whom everybody knows
    _Swap(
        "(?:donald )?trump|(?:joe )?biden|(?:barack )?obama|kamala harris|(?:vladimir )?putin|xi jinping|"
        "(?:volodymyr )?zelensky+|(?:emmanuel )?macron|(?:angela )?merkel|(?:adolf )?hitler|pope (?:francis|leo)|"
        "king charles|queen elizabeth|elon musk|(?:mark )?zuckerberg|jeff bezos|bill gates|taylor swift|"
        "beyonc[eé]|rihanna|(?:kim )?kardashian|kanye west|ariana grande|billie eilish|lady gaga|justin bieber|"
        "michael jackson|marilyn monroe|scarlett johansson|emma watson|tom cruise|brad pitt|leonardo dicaprio|"
        "keanu reeves|dwayne johnson|cristiano ronaldo|(?:lionel )?messi|lebron james",
        "person",
        named=True,
    ),
    # Characters and brands
    _Swap("mickey mouse", "cartoon mouse", named=True),
    _Swap("spider-?man|batman|superman|iron man|captain america|wonder woman", "masked hero", named=True),
    _Swap("harry potter|gandalf|dumbledore", "wizard", named=True),
    _Swap("darth vader", "knight in dark armour", named=True),
    _Swap("yoda", "small wise creature", named=True),
    _Swap("pikachu", "small yellow creature", named=True),
    _Swap("super mario", "plumber in a red cap", named=True),
    _Swap("shrek", "friendly ogre", named=True),
    _Swap("hello kitty", "cartoon cat", named=True),
    _Swap("james bond", "secret agent", named=True),
    _Swap("barbie", "doll", named=True),
    _Swap("lightsaber|lightsabre", "glowing staff"),
    _Swap("lightsabers|lightsabres", "glowing staffs"),
    _Swap("star wars|star trek", "space adventure"),
    _Swap("disney|pixar|studio ghibli|ghibli", "hand-drawn animation"),
    _Swap("marvel|dc comics", "comic book"),
    _Swap("coca-?cola|pepsi", "lemonade"),
    _Swap("nike|adidas", "sports"),
    _Swap("ferrari|lamborghini|porsche|tesla", "sports car"),
    _Swap("iphone", "smartphone"),
    _Swap("starbucks", "coffee"),
    _Swap("mcdonald['’]?s", "street food"),
    _Swap("lego", "toy brick"),
    _Swap("gucci|louis vuitton|chanel|prada", "elegant"),
)
_ARTICLE = r"(?:\b(?P<article>an?)(?P<gap>\s+))?"
_BEFORE = (
    r"(?:\b(?P<before>the|this|that|his|her|my|our|their|young|old|happy|sad|smiling|angry|tiny|giant|little)\s+)?"
)
_PATTERNS = tuple(
    (
        swap,
        re.compile(
            rf"{_ARTICLE}{_BEFORE}(?<!\w)(?P<word>{swap.words})(?!\w)(?P<space>\s*)(?=(?P<next>\w?))", re.IGNORECASE
        ),
    )
    for swap in _SWAPS
)
_STARTS_SENTENCE = re.compile(r"(?:^|[.!?]\s+)\Z")


def reword(prompt: str) -> str | None:
    """The prompt with harmless words for those that filters are known to refuse, the rest as it was typed.

    None when it holds none of them.
    """
    text = prompt
    for swap, pattern in _PATTERNS:
        changed = pattern.sub(partial(_put, swap), text)
        text = _closed(changed) if changed != text and not swap.by else changed
    if text == prompt:
        return None
    return text[:1].upper() + text[1:] if prompt[:1].isupper() else text


def _put(swap: _Swap, found: re.Match[str]) -> str:
    article, before = found["article"] or "", found["before"] or ""
    lead = found[0][: found.start("word") - found.start()]
    follows = swap.by or ("" if before else found["next"])
    if article and not before:
        lead = _fitting(article, follows) + (found["gap"] or " ")
    elif swap.named and not article and not before:
        lead = _fitting("a", follows) + " "
    # Where words are left out, so is the space behind them.
    words = swap.by + found["space"] if swap.by else ""
    put = lead + words
    if put and found[0][:1].isupper() and _STARTS_SENTENCE.search(found.string[: found.start()]):
        put = put[:1].upper() + put[1:]
    return put


def _closed(text: str) -> str:
    """Without the gaps and lonely commas that words leave behind."""
    return re.sub(r"^[\s,;]+|(?<=[,;])(?:\s*[,;])+|\s+(?=[,.;!?])|[\s,;]+\Z", "", text)


def _fitting(article: str, follows: str) -> str:
    """ "a" or "an" as the next word wants it, as large as it was."""
    fitting = "an" if follows[:1].lower() in "aeiou" and follows else "a"
    return fitting.capitalize() if article[:1].isupper() else fitting
