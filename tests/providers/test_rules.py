"""A provider that declines in words only is understood by its words."""

from __future__ import annotations

import pytest

from app.providers.errors import Rule
from app.providers.rules import rule_in


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("NSFW content detected. Try running it again.", Rule.SEXUAL),
        ("The video shows sexually explicit content involving minors.", Rule.MINORS),
        ("This prompt names a prominent person.", Rule.PEOPLE),
        ("We can't depict public figures or celebrities.", Rule.PEOPLE),
        ("Blocked: hate speech.", Rule.HATE),
        ("Graphic violence is not allowed.", Rule.VIOLENCE),
        ("It may promote self-harm.", Rule.DANGEROUS),
        ("Too close to copyrighted material.", Rule.COPYRIGHT),
        ("Interests of third-party content providers.", Rule.COPYRIGHT),
        ("The text holds personal information.", Rule.PERSONAL_DATA),
        ("A term is on the blocklist.", Rule.WORDING),
        ("The prompt was flagged as sensitive (E005).", Rule.POLICY),
        ("A minor problem with drugstore.example's skill.", Rule.POLICY),
        ("", Rule.POLICY),
    ],
)
def test_words_name_a_rule(words: str, rule: Rule) -> None:
    assert rule_in(words) == rule
