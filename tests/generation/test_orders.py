"""What may be asked of a model: every combination is held against its entry, for the whole list and for odd ones."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from app.catalogue.entries import Entry
from app.catalogue.listing import BUILT_IN
from app.errors import Invalid
from app.generation import orders
from app.providers.model import RESOLUTIONS
from app.settings.catalogue import Settings

ODD = (
    {"id": "picky", "durations": [4, 6, 8], "resolutions": ["720p", "1080p"], "only": {"1080p": [8]}},
    {"id": "small", "durations": [2], "resolutions": ["320p"], "aspect_ratios": ["1:1"], "seed": True},
    {"id": "loud", "durations": [6, 10], "resolutions": ["512p", "768p"], "sound": "always", "negative_prompt": True},
    {"id": "switch", "durations": [60], "resolutions": ["480p"], "sound": "switch", "only": {"480p": [60]}},
    {"id": "begins", "durations": [5], "resolutions": ["576p"], "min_references": 1, "max_references": 2},
    {"id": "frames", "durations": [5], "resolutions": ["720p"], "max_references": 2, "roles": ["first", "last"]},
    {
        "id": "mixed",
        "durations": [8],
        "resolutions": ["720p"],
        "max_references": 2,
        "roles": ["first", "last", "style"],
    },
    {
        "id": "narrow",
        "durations": [4, 6, 8],
        "resolutions": ["720p", "1080p"],
        "only": {"1080p": [6, 8]},
        "max_references": 2,
        "roles": ["person", "style"],
        "only_with": {"person": [4, 8]},
    },
)
ENTRIES = [row for row in json.loads(BUILT_IN.read_text()) if row["kind"] != "text"] + [
    {"provider": "odd", "label": "Odd", "kind": "video", "aspect_ratios": ["16:9"], **row} for row in ODD
]
ROLES = ("", "person", "product", "style", "first", "last")
of_every_model = pytest.mark.parametrize("entry", ENTRIES, ids=lambda row: f"{row['provider']}-{row['id'][:24]}")


def refused(entry: dict[str, Any], **asked: object) -> set[str]:
    """The fields that are refused when this is asked of the model; each has its words."""
    pictures = [{"id": str(uuid.UUID(int=7)), "role": role} for role in asked.pop("roles", usual_roles(entry))]
    model = Entry.model_validate(entry).model()
    try:
        order = orders.read({"kind": entry["kind"], "prompt": "Fog", "references": pictures, **asked})
        orders.check(order.fitted(model), model, Settings())
    except Invalid as error:
        return {field for field, words in error.errors.items() if words.endswith(".")}
    return set()


def usual_roles(entry: dict[str, Any]) -> tuple[str, ...]:
    """As many pictures as the model needs."""
    return ("",) * entry.get("min_references", 0)


def timings(entry: dict[str, Any]) -> set[tuple[int, str]]:
    """Every duration and resolution that the entry allows, as it is written."""
    only = entry.get("only", {})
    return {(s, size) for size in entry.get("resolutions", ()) for s in only.get(size, entry["durations"])}


@of_every_model
def test_a_duration_a_resolution_and_a_shape_are_taken_exactly_where_the_entry_lets_them(entry) -> None:
    """PRV-04, CRE-03, CRE-04."""
    allowed = timings(entry)
    for seconds, size, ratio in itertools.product(
        (*range(1, 17), 60, 61), (*RESOLUTIONS, "8k"), ("1:1", "16:9", "9:16", "4:3")
    ):
        wrong = refused(entry, duration=seconds, resolution=size, aspect_ratio=ratio)
        # An image has no length, whatever a form says.
        fits = entry["kind"] == "image" or (seconds, size) in allowed
        assert bool(wrong & {"duration", "resolution"}) == (not fits), (seconds, size)
        assert ("aspect_ratio" in wrong) == (ratio not in entry["aspect_ratios"]), ratio


@of_every_model
def test_a_picture_narrows_the_durations_as_the_entry_says(entry) -> None:
    """PRV-04: a person at eight seconds, say."""
    roles = [role for role in entry.get("roles", ()) if role not in ("first", "last")]
    for role, (seconds, size) in itertools.product(roles, timings(entry)):
        fits = seconds in entry.get("only_with", {}).get(role, [seconds])
        assert refused(entry, duration=seconds, resolution=size, roles=(role,)) == (set() if fits else {"duration"})
        assert refused(entry, resolution=size, roles=(role,)) == set()


@of_every_model
def test_what_is_left_open_is_always_something_that_the_model_can_do(entry) -> None:
    for seconds, size in [
        (None, None),
        *((s, None) for s, _ in timings(entry)),
        *((None, z) for _, z in timings(entry)),
    ]:
        wrong = refused(entry, duration=seconds, resolution=size)
        first = (entry.get("resolutions") or [None])[0]
        assert wrong == set() if seconds is None or (seconds, first) in timings(entry) else wrong == {"duration"}


@of_every_model
def test_pictures_are_taken_exactly_as_many_and_in_such_roles_as_the_entry_lets_them(entry) -> None:
    """CRE-05, CRE-06."""
    for count in range(4):
        for roles in itertools.product(ROLES, repeat=count):
            assert refused(entry, roles=roles) == (set() if _go(entry, roles) else {"reference"}), roles


def _go(entry: dict[str, Any], roles: tuple[str, ...]) -> bool:
    known, frames = set(entry.get("roles", ())), {"first", "last"}
    if not entry.get("min_references", 0) <= len(roles) <= entry.get("max_references", 0):
        return False
    if not set(roles) <= known | {""} or any(roles.count(frame) > 1 for frame in frames):
        return False
    shows = set(roles) - frames - {""}
    if shows:
        # Where a picture may be a frame, one of which nothing is said would be one.
        return not set(roles) & frames and not ("" in roles and known & frames)
    return "last" not in roles or "first" in roles or "" in roles


@of_every_model
def test_sound_a_seed_and_what_to_leave_out_are_taken_only_by_a_model_that_has_use_for_them(entry) -> None:
    """CRE-02."""
    makes = entry.get("sound", "never")
    for sound, words, seed in itertools.product(("", True, False), ("", "rain"), ("", 0, 2**31 - 1)):
        wrong = refused(entry, sound=sound, negative_prompt=words, seed=seed)
        assert ("sound" in wrong) == (sound != "" and makes != "switch" and sound != (makes == "always"))
        assert ("negative_prompt" in wrong) == (bool(words) and not entry.get("negative_prompt", False))
        assert ("seed" in wrong) == (seed != "" and not entry.get("seed", False))
        assert wrong <= {"sound", "negative_prompt", "seed"}


@of_every_model
@pytest.mark.parametrize("seed", [-1, 2**31, "9" * 5000, "soon", "1.5", "٤x"])
def test_a_seed_that_is_none_is_refused(entry, seed) -> None:
    assert refused(entry, seed=seed) == {"seed"}


def test_frames_of_which_nothing_is_said_take_the_free_places_in_turn() -> None:
    model = Entry.model_validate(next(row for row in ENTRIES if row["id"] == "frames")).model()
    for sent, fitted in {("", ""): ["first", "last"], ("last", ""): ["last", "first"], ("",): ["first"]}.items():
        pictures = [{"id": str(uuid.UUID(int=7)), "role": role} for role in sent]
        order = orders.read({"kind": "video", "prompt": "Fog", "references": pictures}).fitted(model)
        assert [one.role for one in order.references] == fitted


@pytest.mark.parametrize(("makes", "asked"), [("always", True), ("never", False)])
def test_what_goes_without_saying_is_not_asked_of_the_provider(makes, asked) -> None:
    entry = {**ENTRIES[-1], "sound": makes}
    order = orders.read({"kind": "video", "prompt": "Fog", "sound": asked})
    assert order.fitted(Entry.model_validate(entry).model()).sound is None


def every_allowed(entry: dict[str, Any]) -> Iterator[dict[str, object]]:
    """Everything that may be asked of a model, but for pictures."""
    for (seconds, size), ratio in itertools.product(timings(entry) or {(None, None)}, entry["aspect_ratios"]):
        yield {"duration": seconds, "resolution": size, "aspect_ratio": ratio}


@of_every_model
def test_everything_that_the_entry_lets_them_is_taken(entry) -> None:
    for asked in every_allowed(entry):
        assert refused(entry, **asked) == set(), asked
