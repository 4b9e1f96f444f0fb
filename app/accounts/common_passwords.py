"""Whether a password is one of those that are tried first.

This is not a copy of a published list of leaked passwords. It is a list of the words such lists are made of, written
down from general knowledge, and rules for what people do to them: digits and signs around a word, letters as figures,
a word twice, runs along the keyboard, one pattern repeated, the product's or the person's own name. The rules refuse
far more than 3,000 passwords and also some that no list has, but a rare leaked password without any of these habits
passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_LISTED = """
abc abcd access account admin adminadmin administrator adobe airborne alexander amanda america amsterdam anderson
andrea andrew angel angela angels animal anthony apple arsenal asdf ashley asshole august austin awesome baby
babygirl badboy bailey banana barcelona baseball basketball batman beach beautiful benjamin berlin bestfriend bigdog
birthday biteme blackjack blink blue bond boomer boston brandon brazil britney broncos brooklyn bubbles buddy
bulldog buster butter butterfly calvin camaro canada captain carlos carmen carolina caroline casper celtic changeme
charles charlie charlotte cheese chelsea cherry chester chicago chicken chocolate chris christian christine
christopher claire coffee college computer cookie cooper corvette courtney cowboy cowboys cricket crystal daddy
dakota dallas daniel daniela danielle darkness david december default demo denise dennis destiny diablo diamond
dolphin dolphins donald dragon eagle eagles edward einstein elephant elizabeth eminem england everton family fender
ferrari firebird fishing florida flower flowers football forever france frankie freddy freedom friend friends
fuckoff fuckyou gandalf garfield gateway gemini general genesis george germany giants ginger gloria god golden
golfer gordon grandma green guest guitar hammer hannah happy hardcore harley heather heaven hello helpme hockey
holiday honey horses hotdog hottie hunter iceman iloveme iloveu iloveyou india internet iwantu jackson jaguar james
january jasmine jason jasper jennifer jeremy jessica jesus jesuschrist johnny johnson jonathan jordan joseph joshua
junior justin katherine katie kawasaki kelly killer king kinora kinoraapp kitty knight lakers lauren legend letmein
letmeinnow liberty little liverpool login london looking love lovely loveme lover loveyou lucky maggie manager
manchester marina marine marlboro martin master matrix matthew maverick maxwell melissa mercedes mercury merlin
metallica mexico michael michelle michigan mickey midnight miller monday money monica monkey monster morgan mother
mountain movie murphy music mustang naruto nascar natalie natasha ncc1701d nicholas nicole ninja nintendo nirvana
nothing november october office oliver opensesame orange orlando overlord pa packers pakistan panther parker pass
passion passme passport passw password passwords patrick peaches peanut pepper phoenix playboy player please pokemon
police porsche power prince princess private purple pussy qazwsx qwer qwert qwerty qwertyuiop rabbit rachel raiders
rainbow ranger rangers realmadrid rebecca redsox remember richard robert rocket rockstar root rosebud runescape
runner rush samantha samsung samuel sandra saturday saturn scarface school scooter scorpion scotland scott secret
september sexy shadow shannon sierra silver simple simpsons skywalker slayer slipknot smile smokey snickers snoopy
soccer softball sophie spanky sparky spider spiderman spring startrek starwars steelers stephanie steven summer
sunday sunflower sunshine superman superstar swordfish sydney taylor teacher teddybear temp tennis tequila test
tester testing texas theman thomas thunder thursday tiffany tiger tigers tigger tinkerbell toyota travis trinity
trouble trustno turtle tweety user vampire vanessa victor victoria video videos viking vincent violet voyager
warcraft warrior warriors website welcome whatever whiskey william williams willow windows winner winston winter
wizard wolverine xbox yamaha yankees yellow zxcv zxcvbn zxcvbnm
"""
_WORDS = frozenset(_LISTED.split())
_SEQUENCES = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "azertyuiop",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "qawsedrftgyhujikolp",
    "147258369",
    "789456123",
    "159753",
    "112233445566778899",
    "!@#$%^&*()",
    '!"£$%^&*()',
)
_RUNS = tuple(run for sequence in _SEQUENCES for run in (sequence, sequence[::-1]))
_FIGURES = str.maketrans("@4301!$5789", "aaeoiisstbg")
_AROUND = re.compile(r"([\W\d_]*)(.*?)([\W\d_]*)", re.DOTALL)
_SHORT = 5
"""So many figures and signs around a word are all tried: "dragon2024!", "!secret!"."""
_PRODUCT = "kinora"
_ALLOWED_OWN = 4
"""Own names shorter than this occur in good passwords by chance."""


def is_common(password: str, *, own: Iterable[str] = ()) -> bool:
    """Whether a guesser would come to this soon. `own` are the person's names, which they would try first."""
    text = password.casefold()
    if len(set(text)) <= 2 or _is_repeated(text) or _is_run(text):
        return True
    names = {_PRODUCT, *(name.casefold() for name in own if len(name) >= _ALLOWED_OWN)}
    return any(_is_known(form, names) for form in (text, text.translate(_FIGURES)))


def _is_known(text: str, names: set[str]) -> bool:
    found = _AROUND.fullmatch(text)
    before, core, after = found.groups() if found else ("", text, "")
    around = before + after
    if len(around) > _SHORT and not _is_run(around) and not _is_repeated(around):
        return False
    return any(word in _WORDS or word in names for word in (text, core, core.translate(_FIGURES)))


def _is_repeated(text: str) -> bool:
    """One short piece over and over, the last time perhaps cut off: "abcabcab"."""
    return any(all(text[i] == text[i % size] for i in range(len(text))) for size in range(1, len(text) // 2 + 1))


def _is_run(text: str) -> bool:
    """Nothing but pieces of three or more along an alphabet or a keyboard: "qwerty1234", "1qaz2wsx"."""
    rest = text
    while rest:
        size = max((n for n in range(len(rest), 2, -1) if any(rest[:n] in run for run in _RUNS)), default=0)
        if not size:
            return False
        rest = rest[size:]
    return True
