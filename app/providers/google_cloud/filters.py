"""What Veo's safety filters say: by a support code in their sentence, or by the sentence alone.

Source: Google Cloud's page "Responsible AI and usage guidelines for Veo", section "Safety filter code categories",
and the one of the same name for Imagen (read 2026-11-20).
"""

from __future__ import annotations

import re

from app.providers.errors import Blocked, Rule
from app.providers.google.errors import mentions_safety
from app.providers.rules import rule_in
from app.providers.said import cleaned

_CODES = {
    Rule.MINORS: ("58061214", "17301594"),
    Rule.PEOPLE: ("29310472", "15236754", "39322892"),
    Rule.DANGEROUS: ("62263041",),
    Rule.HATE: ("57734940", "22137204", "78610348"),
    Rule.PERSONAL_DATA: ("92201652",),
    Rule.SEXUAL: ("90789179", "43188360"),
    Rule.VIOLENCE: ("61493863", "56562880"),
    Rule.WORDING: ("32635315",),
    Rule.COPYRIGHT: ("35561574", "35561575"),
}
RULES = {code: rule for rule, codes in _CODES.items() for code in codes}
"""By support code. The codes for "prohibited content" and "other" name no rule of ours: the words may."""
_CODE = re.compile(r"\b\d{8}\b")
_WORDS = re.compile(r"support codes?\b|usage guidelines|responsible ai|sensitive words", re.IGNORECASE)


def speak_in(text: str) -> bool:
    """Whether a failure is a refusal for safety."""
    return bool(_WORDS.search(text)) or mentions_safety(text)


def blocked(text: str, stage: str) -> Blocked:
    """The refusal that a text of a filter's means."""
    codes = list(dict.fromkeys(_CODE.findall(text)))
    rule = next((RULES[code] for code in codes if code in RULES), None) or rule_in(text)
    return Blocked(text[:500], stage=stage, rule=rule, reason=" ".join(codes)[:100], said=cleaned(text))
