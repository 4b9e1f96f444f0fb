"""What one model can do, costs and is worth: data, which drives the form, the validation and the price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from app.providers.base import Kind, SourceType

Sound = Literal["never", "always", "switch"]
RESOLUTIONS = ("320p", "480p", "512p", "576p", "720p", "768p", "1080p")
"""The names of resolutions, by the shorter side in pixels: a closed list, also in the database."""
ROLES = ("person", "product", "style", "first", "last")
"""What a reference shows, or where in a video it belongs."""
Option = tuple[int | None, str | None]
"""A duration in whole seconds and a resolution; None for both where it is an image."""


@dataclass(frozen=True)
class Model:
    """One entry of the model registry. Durations are whole seconds, costs US dollars, prices credits."""

    provider: str
    id: str
    """The provider's own name for it."""
    label: str
    kind: Kind
    enabled: bool = True
    """Whether people may choose it."""
    aspect_ratios: tuple[str, ...] = ()
    durations: tuple[int, ...] = ()
    resolutions: tuple[str, ...] = ()
    only: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """The durations of those resolutions that are not offered at all of them: {"1080p": (8,)}."""
    min_references: int = 0
    max_references: int = 0
    roles: tuple[str, ...] = ()
    """What a reference may be said to be: some of `ROLES`."""
    only_with: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """The durations of pictures in those roles that do not go with all of them: {"person": (8,)}."""
    negative_prompt: bool = False
    seed: bool = False
    sound: Sound = "never"
    """Whether its videos are heard, or people may choose."""
    seconds_between: tuple[float, float] | None = None
    """The length that comes back, where the model cannot be asked for one exactly."""
    size_is_its_own: bool = False
    """What comes back has whatever size and ratio the model likes."""
    credits_per_second: float | None = None
    """A rate of its own instead of the settings'."""
    credits: int | None = None
    """A flat price instead of any rate."""
    typical_seconds: float = 20.0
    """What users are told until recent real durations are known."""
    usd: float = 0.0
    """List cost: of one image, or of one second of video."""
    usd_at_resolution: Mapping[str, float] = field(default_factory=dict)
    """List cost of a second at resolutions where it is another."""
    usd_per_run: float = 0.0
    """List cost of a run whatever its length, beside what it costs by the second."""
    usd_read_on: date | None = None
    """When the costs were read on a price list."""
    retires_on: date | None = None
    """The first day on which it is not served any more."""
    fallback: str | None = None
    """Who takes over then, as "provider/id"; of the same kind."""
    source_type: SourceType = SourceType.TRAINED
    note: str = ""
    """What an operator should know of it."""
    recipe: Mapping[str, Any] = field(default_factory=dict)
    """What its adapter alone has to know: see docs/PROVIDERS.md."""

    @property
    def name(self) -> str:
        """Its name among all models: "provider/id"."""
        return f"{self.provider}/{self.id}"

    @property
    def options(self) -> tuple[Option, ...]:
        """Every duration and resolution that go together, as offered."""
        if self.kind != Kind.VIDEO:
            return ((None, None),)
        return tuple((duration, one) for one in self.resolutions for duration in self.durations_at(one))

    def durations_at(self, resolution: str, roles: Iterable[str] = ()) -> tuple[int, ...]:
        """The durations offered at a resolution, with pictures in these roles."""
        offered = tuple(self.only.get(resolution, self.durations))
        for role in roles:
            offered = tuple(one for one in offered if one in self.only_with.get(role, offered))
        return offered

    def cost(self, duration: int | None = None, resolution: str | None = None) -> float:
        """The estimated list cost of one creation, in US dollars."""
        if duration is None:
            return self.usd + self.usd_per_run
        return self.usd_per_run + duration * self.usd_at_resolution.get(resolution or "", self.usd)
