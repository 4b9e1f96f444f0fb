"""A model's entry as data: what may stand in it, and the `Model` that it makes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.providers.base import Kind, SourceType
from app.providers.model import RESOLUTIONS, Model, Sound
from app.web.input import Line

Ratio = Literal["1:1", "16:9", "9:16"]
Role = Literal["person", "product", "style", "first", "last"]
Seconds = Annotated[int, Field(ge=1, le=60)]
Usd = Annotated[float, Field(ge=0, le=10_000)]


class Entry(BaseModel):
    """One model. Fields are those of `providers.model.Model`, which explains them; unknown ones are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    provider: Annotated[Line, Field(min_length=1, max_length=30)]
    id: Annotated[Line, Field(min_length=1, max_length=120)]
    label: Annotated[Line, Field(min_length=1, max_length=60)]
    kind: Kind
    enabled: bool = True
    aspect_ratios: tuple[Ratio, ...] = ()
    durations: tuple[Seconds, ...] = ()
    resolutions: tuple[str, ...] = ()
    only: dict[str, tuple[Seconds, ...]] = Field(default_factory=dict)
    min_references: Annotated[int, Field(ge=0, le=2)] = 0
    max_references: Annotated[int, Field(ge=0, le=2)] = 0
    roles: tuple[Role, ...] = ()
    negative_prompt: bool = False
    seed: bool = False
    sound: Sound = "never"
    seconds_between: tuple[float, float] | None = None
    size_is_its_own: bool = False
    credits_per_second: Annotated[float, Field(ge=0, le=10_000)] | None = None
    credits: Annotated[int, Field(ge=0, le=100_000)] | None = None
    typical_seconds: Annotated[float, Field(gt=0, le=7_200)] = 20.0
    usd: Usd = 0.0
    usd_at_resolution: dict[str, Usd] = Field(default_factory=dict)
    usd_per_run: Usd = 0.0
    usd_read_on: date | None = None
    retires_on: date | None = None
    fallback: Annotated[Line, Field(max_length=151)] | None = None
    source_type: SourceType = SourceType.TRAINED
    note: Annotated[Line, Field(max_length=300)] = ""
    recipe: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for wrong in self._contradictions():
            raise ValueError(wrong)
        return self

    def _contradictions(self) -> list[str]:
        video = self.kind == Kind.VIDEO
        unknown = {*self.resolutions, *self.only, *self.usd_at_resolution} - {*RESOLUTIONS}
        return [
            words
            for is_so, words in (
                (self.kind != Kind.TEXT and not self.aspect_ratios, "aspect_ratios: name at least one."),
                (video and not (self.durations and self.resolutions), "A video needs durations and resolutions."),
                (not video and (self.durations or self.resolutions or self.only), "Only videos have durations."),
                (bool(unknown), f"There is no resolution {', '.join(sorted(unknown))}."),
                (not {*self.only} <= {*self.resolutions}, "only: name resolutions of this model."),
                (any(not one for one in self.only.values()), "only: leave a resolution out instead."),
                (any(not {*one} <= {*self.durations} for one in self.only.values()), "only: name durations of it."),
                (self.min_references > self.max_references, "min_references is more than max_references."),
                (self.seconds_between is not None and not _rises(self.seconds_between), "seconds_between must rise."),
                (self.fallback is not None and "/" not in self.fallback, "fallback: write provider/id."),
                (self.fallback == f"{self.provider}/{self.id}", "fallback: it cannot be its own."),
            )
            if is_so
        ]

    def model(self) -> Model:
        """The model that the entry describes."""
        return Model(**{name: getattr(self, name) for name in type(self).model_fields})

    def facts(self) -> dict[str, Any]:
        """The entry as JSON, without what is as usual."""
        return self.model_dump(mode="json", exclude_defaults=True)


def _rises(ends: tuple[float, float]) -> bool:
    return 0 < ends[0] <= ends[1]
