"""Which rule a refusal speaks of, for providers that say it in words only."""

from __future__ import annotations

import re

from app.providers.errors import Rule

_SIGNS: tuple[tuple[Rule, str], ...] = (
    (Rule.MINORS, r"minors|child|children|underage|csam"),
    (Rule.SEXUAL, r"sexual|sexually|sexual(ly)?[ _-]explicit|nsfw|nude|nudity|porn\w*|erotic"),
    (
        Rule.PEOPLE,
        r"(real|prominent|public|famous|known)[ _-](people|persons?|individuals?|figures?)|likeness|celebrit\w+",
    ),
    (Rule.HATE, r"hate|hateful|harass\w*|racis\w+"),
    (Rule.DANGEROUS, r"dangerous|self[ _-]harm|suicide|weapons?|drugs?|terroris\w+"),
    (Rule.VIOLENCE, r"violence|violent|gore|gory"),
    (
        Rule.COPYRIGHT,
        r"copyright\w*|trademark\w*|intellectual property|recitation|third[ -]party content( provider\w*)?",
    ),
    (Rule.PERSONAL_DATA, r"personal (data|information)|personally identifiable|spii"),
    (Rule.WORDING, r"blocklist|block[ -]?listed|banned (words?|terms?)|terminology"),
)
_PATTERNS = tuple((rule, re.compile(rf"\b({signs})\b", re.IGNORECASE)) for rule, signs in _SIGNS)


def rule_in(text: str) -> Rule:
    """The rule that a provider's own words speak of: the gravest where it is several, `POLICY` where it is none.

    Give it the provider's text only. A prompt that it repeats would be taken for the reason.
    """
    return next((rule for rule, pattern in _PATTERNS if pattern.search(text)), Rule.POLICY)
