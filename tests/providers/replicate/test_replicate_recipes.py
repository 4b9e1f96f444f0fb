"""Recipes: how a model of Replicate is added as data alone (PRV-01, PRV-04)."""

from __future__ import annotations

from typing import Any

import pytest

from app.catalogue.entries import Entry
from app.providers.base import Brief, Kind, Reference
from app.providers.errors import InvalidRequest, Misconfigured
from app.providers.replicate import recipe
from tests.providers.replicate.orders import MODELS

JPEG = "image/jpeg"


def brief(given: dict[str, Any], **changes: Any) -> Brief:
    asked = {"duration": 6, "resolution": "768p", "recipe": {"input": given}, **changes}
    return Brief(Kind.VIDEO, "owner/name", "a fox", asked.pop("aspect_ratio", "16:9"), **asked)


def made(given: dict[str, Any], **changes: Any) -> Any:
    """The input, each picture at an address named after its place."""
    asked = recipe.read(brief(given, **changes), "attempt-1")
    return asked.input([f"https://files/{place}" for place in range(len(asked.pictures))])


@pytest.mark.parametrize(
    ("placeholder", "changes", "value"),
    [
        ("{prompt}", {}, "a fox"),
        ("{negative_prompt}", {"negative_prompt": "rain"}, "rain"),
        ("{aspect_ratio}", {}, "16:9"),
        ("{resolution}", {}, "768p"),
        ("{duration}", {}, 6),
        ("{frames}", {"recipe": {"input": {"x": "{frames}"}, "fps": 16}}, 96),
        ("{width}", {}, 1360),
        ("{height}", {}, 768),
        ("{width}", {"aspect_ratio": "9:16", "resolution": "320p"}, 320),
        ("{height}", {"aspect_ratio": "9:16", "resolution": "320p"}, 576),
        ("{height}", {"aspect_ratio": "1:1", "resolution": "512p"}, 512),
        ("{seed}", {"seed": 7}, 7),
        ("{sound}", {"sound": False}, False),
        ("{first}", {"references": (Reference(b"", JPEG),)}, "https://files/0"),
        ("{reference}", {"references": (Reference(b"", JPEG),)}, "https://files/0"),
        ("{references}", {"references": (Reference(b"", JPEG),) * 2}, ["https://files/0", "https://files/1"]),
    ],
)
def test_a_placeholder_becomes_what_the_brief_holds_as_its_own_type(
    placeholder: str, changes: dict[str, Any], value: Any
) -> None:
    found = made({"x": placeholder}, **changes)["x"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "placeholder",
    ["{negative_prompt}", "{frames}", "{sound}", "{first}", "{style}", "{reference}", "{references}"],
)
def test_what_the_brief_does_not_hold_is_left_out(placeholder: str) -> None:
    assert made({"prompt": "{prompt}", "x": placeholder, "y": [placeholder]}) == {"prompt": "a fox", "y": []}


def test_everything_else_is_sent_as_it_stands_and_placeholders_are_found_at_any_depth() -> None:
    given = {"n": 1, "on": True, "words": "say {prompt}", "deep": {"list": ["{prompt}", 2, {"x": "{duration}"}]}}
    deep = {"list": ["a fox", 2, {"x": 6}]}
    assert made(given) == {"n": 1, "on": True, "words": "say {prompt}", "deep": deep}


def test_an_image_has_no_duration_and_no_size() -> None:
    image = {"w": "{width}", "h": "{height}", "d": "{duration}", "r": "{resolution}", "a": "{aspect_ratio}"}
    assert made(image, duration=None, resolution=None) == {"a": "16:9"}


@pytest.mark.parametrize(
    ("roles", "first", "last"),
    [
        (["first", "last"], 0, 1),
        (["last", "first"], 1, 0),
        (["", ""], 0, 1),
        (["last", ""], 1, 0),
        (["", "first"], 1, 0),
        (["last"], None, 0),
        ([""], 0, None),
    ],
)
def test_pictures_go_where_their_roles_say_and_the_others_into_what_is_free(
    roles: list[str], first: int | None, last: int | None
) -> None:
    pictures = tuple(Reference(b"", JPEG, role) for role in roles)
    wanted = {"a": first, "b": last}
    assert made({"a": "{first}", "b": "{last}"}, references=pictures) == {
        name: f"https://files/{place}" for name, place in wanted.items() if place is not None
    }


def test_a_picture_without_a_place_is_refused_by_the_name_of_its_field() -> None:
    with pytest.raises(InvalidRequest) as refused:
        made({"a": "{first}"}, references=(Reference(b"", JPEG), Reference(b"", JPEG)))
    assert refused.value.field == "references"


def test_a_role_that_is_needed_and_not_filled_is_refused() -> None:
    last = (Reference(b"", JPEG, "last"),)
    with pytest.raises(InvalidRequest) as refused:
        made({}, recipe={"input": {"a": "{first}", "b": "{last}"}, "needs": ["first"]}, references=last)
    assert refused.value.field == "references"


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"input": {}},
        {"input": "{prompt}"},
        {"input": {"prompt": "{promt}"}},
        {"input": {"prompt": ["{model}"]}},
        {"input": {"prompt": "{prompt}"}, "cancel_after": "5m"},
        {"input": {"prompt": "{prompt}"}, "cancel_after": -1},
    ],
    ids=str,
)
def test_a_recipe_that_cannot_be_carried_out_stops_its_own_model_only(broken: dict[str, Any]) -> None:
    """Misconfigured itself would take the provider's other models along."""
    with pytest.raises(InvalidRequest) as refused:
        recipe.read(brief({}, recipe=broken), "attempt-1")
    assert refused.value.code == Misconfigured.code


def test_a_seed_of_its_own_is_the_same_for_one_attempt_and_another_for_the_next() -> None:
    one, again, other = (made({"s": "{seed}"})["s"], recipe.attempt_seed("attempt-1"), recipe.attempt_seed("attempt-2"))
    assert one == again != other
    assert all(0 <= recipe.attempt_seed(str(number)) < 2**31 for number in range(1000))


def test_the_catalogues_own_recipes_can_be_carried_out() -> None:
    pictures = (Reference(b"", JPEG, "first"), Reference(b"", JPEG, "last"))
    for model in MODELS.values():
        for duration, resolution in model.options:
            asked = brief(
                {}, recipe=model.recipe, duration=duration, resolution=resolution,
                references=pictures[: model.max_references],
            )  # fmt: skip
            assert recipe.read(asked, "attempt-1").input(["https://files/0"] * model.max_references)["prompt"]


def test_a_new_model_is_an_entry_and_nothing_else() -> None:
    entry = Entry.model_validate({
        "provider": "replicate", "id": "wan-video/wan-2.5-i2v", "label": "Wan 2.5", "kind": "video",
        "aspect_ratios": ["16:9"], "durations": [5, 10], "resolutions": ["720p"], "max_references": 1,
        "roles": ["first"], "sound": "switch",
        "recipe": {"input": {"prompt": "{prompt}", "image": "{first}", "duration": "{duration}",
                             "resolution": "{resolution}", "audio": "{sound}", "seed": "{seed}"}},
    }).model()  # fmt: skip
    asked = brief({}, recipe=entry.recipe, duration=5, resolution="720p", sound=True, seed=3)
    assert recipe.read(asked, "attempt-1").input([]) == {
        "prompt": "a fox", "duration": 5, "resolution": "720p", "audio": True, "seed": 3,
    }  # fmt: skip
