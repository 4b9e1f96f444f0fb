"""What may stand in a model's entry, and what is refused with which words (PRV-04)."""

from __future__ import annotations

import math
from typing import Any

import pytest

from app.catalogue.differing import Difference, differences
from app.catalogue.entries import Entry
from app.catalogue.listing import built_in
from app.errors import Invalid
from app.providers.model import Model
from app.web.input import read
from tests.catalogue.samples import IMAGE, VIDEO, known

PICTURE = {"provider": "acme", "id": "one", "label": "One", "kind": "image", "aspect_ratios": ["1:1"]}
FILM = PICTURE | {"kind": "video", "durations": [4, 8], "resolutions": ["720p", "1080p"]}
TEXT = {"provider": "acme", "id": "one", "label": "One", "kind": "text"}

NUMBER = "This must be a number, such as 2 or 1.5."
LEFT = "Leave a duration at each resolution, whatever is given."
WHOLE = "This must be a whole number."
REFUSED: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    (PICTURE, {"provider": ""}, "provider", "Fill this in."),
    (PICTURE, {"provider": "a/b"}, "provider", "A provider has no slash in its name."),
    (PICTURE, {"provider": ".."}, "provider", "Two slashes or dots alone cannot stand in an address."),
    (PICTURE, {"provider": "x" * 31}, "provider", "Use at most 30 characters."),
    (PICTURE, {"id": "/one"}, "id", "Two slashes or dots alone cannot stand in an address."),
    (PICTURE, {"id": "one//two"}, "id", "Two slashes or dots alone cannot stand in an address."),
    (PICTURE, {"id": "a/../b"}, "id", "Two slashes or dots alone cannot stand in an address."),
    (PICTURE, {"label": " "}, "label", "Fill this in."),
    (PICTURE, {"label": "a\0b"}, "label", "This text holds characters that cannot be stored."),
    (PICTURE, {"kind": "sound"}, "kind", "Choose one of 'image', 'video' or 'text'."),
    (PICTURE, {"colour": "red"}, "colour", "There is no such field."),
    (PICTURE, {"aspect_ratios": []}, "aspect_ratios", "Name at least one."),
    (PICTURE, {"aspect_ratios": ["4:3"]}, "aspect_ratios", "Choose one of '1:1', '16:9' or '9:16'."),
    (PICTURE, {"aspect_ratios": ["1:1", "1:1"]}, "aspect_ratios", "Name each once."),
    (PICTURE, {"durations": [4]}, "durations", "Only videos have durations."),
    (PICTURE, {"resolutions": ["720p"]}, "resolutions", "Only videos have resolutions."),
    (PICTURE, {"only": {"720p": [4]}}, "only", "Only videos have durations."),
    (PICTURE, {"seconds_between": [4, 8]}, "seconds_between", "Only videos have a length."),
    (PICTURE, {"credits_per_second": 2}, "credits_per_second", "Only videos have a length."),
    (TEXT, {"durations": [4]}, "durations", "Only videos have durations."),
    (FILM, {"durations": []}, "durations", "A video needs at least one."),
    (FILM, {"durations": [0]}, "durations", "The least is 1."),
    (FILM, {"durations": [61]}, "durations", "The most is 60."),
    (FILM, {"durations": ["four"]}, "durations", WHOLE),
    (FILM, {"durations": [4.5]}, "durations", WHOLE),
    (FILM, {"durations": [4, 4]}, "durations", "Name each once."),
    (FILM, {"resolutions": []}, "resolutions", "A video needs at least one."),
    (FILM, {"resolutions": ["720p", "8k", "4k"]}, "resolutions", "There is no resolution 4k, 8k."),
    (FILM, {"resolutions": ["720p", "720p"]}, "resolutions", "Name each once."),
    (FILM, {"only": {"4k": [4]}}, "only", "There is no resolution 4k."),
    (FILM, {"only": {"480p": [4]}}, "only", "Name resolutions of this model."),
    (FILM, {"only": {"720p": []}}, "only", "Leave a resolution out instead."),
    (FILM, {"only": {"720p": [6]}}, "only", "Name durations of it."),
    (FILM, {"only": {"720p": [4, 4]}}, "only", "Name each once."),
    (PICTURE, {"roles": ["person"], "only_with": {"person": [4]}}, "only_with", "Only videos have durations."),
    (FILM, {"only_with": {"person": [4]}}, "only_with", "Name roles of this model."),
    (FILM, {"roles": ["person"], "only_with": {"person": [4, 4]}}, "only_with", "Name each once."),
    (FILM, {"roles": ["person"], "only_with": {"person": [6]}}, "only_with", LEFT),
    (FILM, {"roles": ["person"], "only": {"720p": [8]}, "only_with": {"person": [4]}}, "only_with", LEFT),
    (FILM, {"roles": ["person", "style"], "only_with": {"person": [4], "style": [8]}}, "only_with", LEFT),
    (FILM, {"usd_at_resolution": {"4k": 1}}, "usd_at_resolution", "There is no resolution 4k."),
    (FILM, {"usd_at_resolution": {"720p": -1}}, "usd_at_resolution", "The least is 0.0."),
    (FILM, {"min_references": 2, "max_references": 1}, "min_references", "This is more than there may be at most."),
    (FILM, {"max_references": 3}, "max_references", "The most is 2."),
    (FILM, {"roles": ["hero"]}, "roles", "Choose one of 'person', 'product', 'style', 'first' or 'last'."),
    (FILM, {"roles": ["first", "first"]}, "roles", "Name each once."),
    (FILM, {"sound": "loud"}, "sound", "Choose one of 'never', 'always' or 'switch'."),
    (FILM, {"seconds_between": [8, 4]}, "seconds_between", "The first must not be the longer."),
    (FILM, {"seconds_between": [0, 4]}, "seconds_between", "This must be more than 0.0."),
    (FILM, {"seconds_between": [4, math.inf]}, "seconds_between", NUMBER),
    (FILM, {"credits_per_second": -1}, "credits_per_second", "The least is 0.0."),
    (FILM, {"credits": 1.5}, "credits", WHOLE),
    (FILM, {"typical_seconds": 0}, "typical_seconds", "This must be more than 0.0."),
    (FILM, {"usd": "cheap"}, "usd", NUMBER),
    (FILM, {"usd": 10_001}, "usd", "The most is 10000.0."),
    (FILM, {"usd_read_on": "yesterday"}, "usd_read_on", "Write a day as 2026-12-31."),
    (FILM, {"retires_on": "2026-02-30"}, "retires_on", "Write a day as 2026-12-31."),
    (FILM, {"fallback": "one"}, "fallback", "Write provider/id."),
    (FILM, {"fallback": "/one"}, "fallback", "Write provider/id."),
    (FILM, {"fallback": "acme/one"}, "fallback", "It cannot stand in for itself."),
    (FILM, {"note": "x" * 301}, "note", "Use at most 300 characters."),
    (FILM, {"recipe": {"a": math.nan}}, "recipe", "This must be plain JSON, without NaN or Infinity."),
    (FILM, {"recipe": {"a": "\ud800"}}, "recipe", "This text holds characters that cannot be stored."),
    (FILM, {"recipe": {"a": "\0"}}, "recipe", "This text holds characters that cannot be stored."),
    (FILM, {"recipe": {"a": "x" * 10_000}}, "recipe", "Use at most 10,000 characters."),
]


def refused(facts: dict[str, Any]) -> dict[str, str]:
    """The sentences with which an entry is refused."""
    with pytest.raises(Invalid) as error:
        read(Entry, facts)
    return error.value.errors


@pytest.mark.parametrize(("base", "wrong", "field", "words"), REFUSED, ids=[str(one[1])[:50] for one in REFUSED])
def test_what_does_not_fit_is_refused_with_a_sentence_at_its_field(base, wrong, field, words) -> None:
    read(Entry, base)
    assert refused(base | wrong) == {field: words}


@pytest.mark.parametrize("number", ["usd", "usd_per_run", "credits_per_second", "typical_seconds"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_that_no_database_has_are_refused(number: str, value: float) -> None:
    assert refused(FILM | {number: value}) == {number: NUMBER}


def test_each_field_that_contradicts_another_has_its_sentence() -> None:
    errors = refused(FILM | {"durations": [], "fallback": "acme/one", "min_references": 1})
    assert errors == {
        "durations": "A video needs at least one.",
        "fallback": "It cannot stand in for itself.",
        "min_references": "This is more than there may be at most.",
    }


def test_an_entry_makes_a_model_and_a_model_its_entry() -> None:
    for one in built_in():
        model = one.model()
        assert isinstance(model, Model)
        assert (Entry.of(model), model.name) == (one, one.name)


def test_an_entry_survives_being_stored_as_json() -> None:
    entry = read(Entry, FILM | {"retires_on": "2027-01-31", "seconds_between": [4, 5.5], "recipe": {"a": [1, "é"]}})
    assert Entry.model_validate(entry.facts()) == entry
    assert {"enabled", "usd", "note"}.isdisjoint(entry.facts()), "what is as usual is left out"


def test_a_version_names_the_facts_and_nothing_else() -> None:
    assert known().version == known().version == known(enabled=True).version
    assert len({known().version, known(usd=0.08).version, known(IMAGE).version}) == 3


def test_what_differs_is_told_field_by_field_in_the_order_of_the_entry() -> None:
    before = known(VIDEO)
    after = known(VIDEO, enabled=False, durations=[4], usd=0.5, fallback=None, only={"1080p": [4]}, note="Dear")
    assert differences(before.facts(), after.facts()) == (
        Difference("enabled", "yes", "no"),
        Difference("durations", "4, 6, 8", "4"),
        Difference("only", "–", '{"1080p": [4]}'),
        Difference("usd", "0.07", "0.5"),
        Difference("fallback", "google/gemini-omni-1.1-flash", "–"),
        Difference("note", "–", "Dear"),
    )
    assert differences(before.facts(), before.facts()) == ()


def test_an_entry_that_is_not_there_differs_in_all_that_the_other_has() -> None:
    (label,) = (one for one in differences(None, known(VIDEO).facts()) if one.field == "label")
    assert (label.before, label.after) == ("–", "Gemini Omni 1.2 Flash")
    assert differences(None, None) == ()


def test_a_field_of_earlier_rules_is_told_too() -> None:
    assert differences({"speed": 3}, {}) == (Difference("speed", "3", "–"),)
