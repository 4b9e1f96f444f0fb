"""A model's entry as data: what may stand in it, and the `Model` that it makes."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.providers.base import Kind, SourceType
from app.providers.model import RESOLUTIONS, Model, Sound
from app.web.input import CONTRADICTION, Line, clean_text

LONGEST_RECIPE = 10_000


def _plain(recipe: dict[str, Any]) -> dict[str, Any]:
    """What both databases and every page can show. Raises ValueError."""
    try:
        text = json.dumps(recipe, ensure_ascii=False, allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        raise ValueError("This must be plain JSON, without NaN or Infinity.") from None
    if len(text) > LONGEST_RECIPE:
        raise ValueError(f"Use at most {LONGEST_RECIPE:,} characters.")
    clean_text(text.replace("\\u0000", "\0"))
    return recipe


def _addressable(name: str) -> str:
    """What can stand in an address of ours. Raises ValueError."""
    if any(part in ("", ".", "..") for part in name.split("/")):
        raise ValueError("Two slashes or dots alone cannot stand in an address.")
    return name


def _one_word(name: str) -> str:
    if "/" in name:
        raise ValueError("A provider has no slash in its name.")
    return _addressable(name)


Ratio = Literal["1:1", "16:9", "9:16"]
Role = Literal["person", "product", "style", "first", "last"]
Seconds = Annotated[int, Field(ge=1, le=60)]
Usd = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]
Length = Annotated[float, Field(gt=0, le=600, allow_inf_nan=False)]


class Entry(BaseModel):
    """One model. Fields are those of `providers.model.Model`, which explains them; unknown ones are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    provider: Annotated[Line, Field(min_length=1, max_length=30), AfterValidator(_one_word)]
    id: Annotated[Line, Field(min_length=1, max_length=120), AfterValidator(_addressable)]
    label: Annotated[Line, Field(min_length=1, max_length=60)]
    kind: Kind
    enabled: bool = True
    aspect_ratios: tuple[Ratio, ...] = ()
    durations: tuple[Seconds, ...] = ()
    resolutions: tuple[str, ...] = ()
    only: dict[str, tuple[Seconds, ...]] = Field(default_factory=dict)
    only_with: dict[str, tuple[Seconds, ...]] = Field(default_factory=dict)
    min_references: Annotated[int, Field(ge=0, le=2)] = 0
    max_references: Annotated[int, Field(ge=0, le=2)] = 0
    roles: tuple[Role, ...] = ()
    negative_prompt: bool = False
    seed: bool = False
    sound: Sound = "never"
    seconds_between: tuple[Length, Length] | None = None
    size_is_its_own: bool = False
    credits_per_second: Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)] | None = None
    credits: Annotated[int, Field(ge=0, le=100_000)] | None = None
    typical_seconds: Annotated[float, Field(gt=0, le=7_200, allow_inf_nan=False)] = 20.0
    usd: Usd = 0.0
    usd_at_resolution: dict[str, Usd] = Field(default_factory=dict)
    usd_per_run: Usd = 0.0
    usd_read_on: date | None = None
    retires_on: date | None = None
    fallback: Annotated[Line, Field(max_length=151)] | None = None
    source_type: SourceType = SourceType.TRAINED
    note: Annotated[Line, Field(max_length=300)] = ""
    recipe: Annotated[dict[str, Any], AfterValidator(_plain)] = Field(default_factory=dict)

    @classmethod
    def of(cls, model: Model) -> Self:
        """The entry that describes a model."""
        return cls(**{name: getattr(model, name) for name in cls.model_fields})

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if wrong := self._contradictions():
            raise PydanticCustomError(CONTRADICTION, "{words}", {"words": " ".join(wrong.values()), "fields": wrong})
        return self

    def _contradictions(self) -> dict[str, str]:
        """One sentence for each field that does not go with the others."""
        found: dict[str, str] = {}
        for name, is_so, words in (*self._of_kind(), *self._of_options(), *self._of_others()):
            if is_so:
                found.setdefault(name, words)
        return found

    def _of_kind(self) -> tuple[tuple[str, bool, str], ...]:
        video = self.kind == Kind.VIDEO
        return (
            ("aspect_ratios", self.kind != Kind.TEXT and not self.aspect_ratios, "Name at least one."),
            ("durations", video and not self.durations, "A video needs at least one."),
            ("resolutions", video and not self.resolutions, "A video needs at least one."),
            ("durations", not video and bool(self.durations), "Only videos have durations."),
            ("resolutions", not video and bool(self.resolutions), "Only videos have resolutions."),
            ("only", not video and bool(self.only), "Only videos have durations."),
            ("only_with", not video and bool(self.only_with), "Only videos have durations."),
            ("seconds_between", not video and self.seconds_between is not None, "Only videos have a length."),
            ("credits_per_second", not video and self.credits_per_second is not None, "Only videos have a length."),
        )

    def _of_options(self) -> tuple[tuple[str, bool, str], ...]:
        lists = ("aspect_ratios", "durations", "resolutions", "roles")
        known = (("resolutions", self.resolutions), ("only", self.only), ("usd_at_resolution", self.usd_at_resolution))
        unknown = {name: sorted({*used} - {*RESOLUTIONS}) for name, used in known}
        return (
            *((name, _repeats(getattr(self, name)), "Name each once.") for name in lists),
            *((name, bool(wrong), f"There is no resolution {', '.join(wrong)}.") for name, wrong in unknown.items()),
            ("only", not {*self.only} <= {*self.resolutions}, "Name resolutions of this model."),
            ("only", any(not one for one in self.only.values()), "Leave a resolution out instead."),
            ("only", any(not {*one} <= {*self.durations} for one in self.only.values()), "Name durations of it."),
            ("only", any(_repeats(one) for one in self.only.values()), "Name each once."),
            ("only_with", not {*self.only_with} <= {*self.roles}, "Name roles of this model."),
            ("only_with", any(_repeats(one) for one in self.only_with.values()), "Name each once."),
            ("only_with", self._leaves_nothing(), "Leave a duration at each resolution, whatever is given."),
        )

    def _leaves_nothing(self) -> bool:
        """Whether some resolution has no duration left with pictures in all of these roles."""
        return any(
            not {*self.only.get(size, self.durations)}.intersection(*self.only_with.values())
            for size in self.resolutions
            if self.only_with
        )

    def _of_others(self) -> tuple[tuple[str, bool, str], ...]:
        between, stands_in = self.seconds_between, self.fallback
        return (
            ("min_references", self.min_references > self.max_references, "This is more than there may be at most."),
            ("seconds_between", between is not None and between[0] > between[1], "The first must not be the longer."),
            ("fallback", stands_in is not None and not all(stands_in.partition("/")), "Write provider/id."),
            ("fallback", stands_in == self.name, "It cannot stand in for itself."),
        )

    @property
    def name(self) -> str:
        """Its name among all models: "provider/id"."""
        return f"{self.provider}/{self.id}"

    @property
    def version(self) -> str:
        """A short name for exactly these facts: who changes an entry says which one they saw."""
        return hashlib.sha256(json.dumps(self.facts(), sort_keys=True).encode()).hexdigest()[:16]

    def model(self) -> Model:
        """The model that the entry describes."""
        return Model(**{name: getattr(self, name) for name in type(self).model_fields})

    def facts(self) -> dict[str, Any]:
        """The entry as JSON, without what is as usual."""
        return self.model_dump(mode="json", exclude_defaults=True)


def _repeats(values: tuple[Any, ...]) -> bool:
    return len({*values}) < len(values)
