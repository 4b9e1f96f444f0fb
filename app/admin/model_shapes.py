"""What the templates of the models' pages are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from app.catalogue.differing import Difference
from app.providers.model import RESOLUTIONS, ROLES


@dataclass(frozen=True)
class Fact:
    """One sentence about a model; `tone` is "ok", "warn", "bad" or nothing."""

    words: str
    tone: str = ""


@dataclass(frozen=True)
class ModelLine:
    """One model of the list."""

    provider: str
    id: str
    label: str
    kind: str
    standing: Fact
    """"Offered", "Not offered" or "Gone"."""
    facts: tuple[Fact, ...] = ()
    """Why it is not offered, what is coming, and how it fares."""
    preset: str = ""
    """Whether it is taken when nobody chooses, and who says so."""
    origin: str = ""
    """"Changed" or "Added" when it is not as it came along."""
    fallback: Fact | None = None
    seconds: str = ""
    cost: str = ""
    cost_read_on: date | None = None
    offers: str = ""
    """Its options as edge print."""
    is_gone: bool = False
    """The provider said so: it can be offered again."""
    is_offered: bool = False
    is_preset: bool = False


@dataclass(frozen=True)
class ProviderLine:
    """One provider, and when its list of models was last asked for."""

    name: str
    standing: Fact
    probed_at: datetime | None = None


@dataclass(frozen=True)
class MarginLine:
    """What one option of one model earns (ADM-07)."""

    provider: str
    id: str
    label: str
    option: str
    credits: int
    worth: str
    cost: str
    margin: str
    percent: str
    verdict: Fact
    """"At a loss", "Under 50%", or nothing."""
    seconds: str
    made: int
    """How many were made in the last thirty days."""
    is_assumed: bool = False
    """The cost is the settings' word, for there is no list cost."""


@dataclass(frozen=True)
class Margins:
    """The margins of some options, the worst first, and what they came to."""

    lines: tuple[MarginLine, ...]
    losses: int = 0
    thin: int = 0
    unknown: int = 0
    made: int = 0
    taken: str = ""
    """What the credits taken for them in thirty days are worth."""
    cost: str = ""
    margin: str = ""
    percent: str = ""
    verdict: Fact = Fact("")
    target: str = ""
    credit_value: str = ""


@dataclass(frozen=True)
class ModelsPage:
    """The list of models."""

    kinds: tuple[tuple[str, str, tuple[ModelLine, ...]], ...]
    """Title, kind, and the models of that kind."""
    providers: tuple[ProviderLine, ...]
    margins: Margins


@dataclass(frozen=True)
class ModelForm:
    """An entry as a form: what stands in each field, as text."""

    kind: str
    fields: Mapping[str, tuple[str, ...]]
    seen: str = ""
    """The version that is changed; "" where there is none yet."""
    errors: Mapping[str, str] = field(default_factory=dict)
    fallbacks: tuple[tuple[str, str], ...] = ()
    """Models of the same kind, as name and words."""
    providers: tuple[tuple[str, str], ...] = ()

    @property
    def ratios(self) -> tuple[str, ...]:
        """All aspect ratios, those that are ticked first and in their order."""
        return self._in_order("aspect_ratios", ("1:1", "16:9", "9:16"))

    @property
    def sizes(self) -> tuple[str, ...]:
        """All resolutions, those that are ticked first and in their order."""
        return self._in_order("resolutions", RESOLUTIONS)

    @property
    def roles(self) -> tuple[str, ...]:
        """All roles of references, those that are ticked first and in their order."""
        return self._in_order("roles", ROLES)

    @property
    def ratio_choices(self) -> tuple[tuple[str, str], ...]:
        """Every ratio as value and words."""
        return tuple((one, one) for one in self.ratios)

    @property
    def size_choices(self) -> tuple[tuple[str, str], ...]:
        """Every resolution as value and words."""
        return tuple((one, one) for one in self.sizes)

    @property
    def fallback_choices(self) -> tuple[tuple[str, str], ...]:
        """Nobody, every model that could stand in, and one that is named already but is not there."""
        chosen = self.text("fallback")
        strange = ((chosen, f"{chosen} (not in the list)"),) if chosen and chosen not in dict(self.fallbacks) else ()
        return (("", "Nobody"), *self.fallbacks, *strange)

    def _in_order(self, name: str, known: tuple[str, ...]) -> tuple[str, ...]:
        ticked = [one for one in self.fields.get(name, ()) if one in known]
        return tuple(dict.fromkeys((*ticked, *known)))

    def text(self, name: str) -> str:
        """What stands in a field that is there once."""
        return next(iter(self.fields.get(name, ())), "")

    def has(self, name: str, value: str = "true") -> bool:
        """Whether something is ticked or chosen."""
        return value in self.fields.get(name, ())


@dataclass(frozen=True)
class Change:
    """One line of a model's history."""

    at: datetime
    who: str
    """A person's name; empty for the command line."""
    what: str
    reason: str
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class History:
    """One page of a model's history, newest first."""

    changes: tuple[Change, ...] = ()
    after: str | None = None


@dataclass(frozen=True)
class ModelPage:
    """One model: its form, how it stands, what it earns and what was changed."""

    line: ModelLine
    form: ModelForm
    margins: Margins
    history: History
    newer: tuple[Difference, ...] | None = None
    """After somebody else changed it meanwhile: what stands there now, and what was sent."""
    newest: Change | None = None
    can_remove: bool = False
    """An added one that nothing was made with."""
