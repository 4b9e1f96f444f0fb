"""What the studio's templates are given: plain values, already worked out, so that a template only draws."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from app.creations.failures import Refusal


@dataclass(frozen=True)
class StepMark:
    """One step of a creation's life on the status page."""

    label: str
    """"Waiting", "Processing", "Downloading" or "Ready" ("Not made" when it failed)."""
    at: datetime | None
    """When it began; None when it is still to come."""
    current: bool = False


@dataclass(frozen=True)
class Card:
    """One creation as its owner sees it: the same on Drafts, Create, the status page and in a push."""

    id: uuid.UUID
    kind: str
    state: str
    version: int
    prompt: str
    negative_prompt: str
    aspect_ratio: str
    resolution: str | None
    duration: int | None
    model_label: str
    credit_cost: int
    hue: int
    """0 to 11: class `ph-<hue>`."""
    created_at: datetime
    status: str
    """The words beside the dot: "Waiting, about 2 min", "About 40 s left", "Ready", "Published", "Failed, 80 credits
    returned"."""
    progress: float | None = None
    """0 to 1 while it is being made, None when unknown."""
    ahead: int | None = None
    """How many creations are served before this one; None when it waits for no worker of ours."""
    reason: str | None = None
    """Why it failed, as a plain sentence with what to do next."""
    refusal: Refusal | None = None
    """The same in parts, when a provider declined it."""
    poster_url: str | None = None
    poster_small_url: str | None = None
    media_url: str | None = None
    download_url: str | None = None
    width: int | None = None
    height: int | None = None
    can_cancel: bool = False
    caption: str = ""
    alt_text: str = ""
    is_local: bool = False
    """Drawn by the local renderer: labelled "Drawn locally" instead of "AI"."""
    relation: str | None = None
    parent_id: uuid.UUID | None = None
    steps: tuple[StepMark, ...] = ()
    like_count: int = 0
    instead_of: str = ""
    """Where another model than the asked one makes it: "instead of Omni, which is not offered any more, ..."."""

    @property
    def is_unfinished(self) -> bool:
        return self.state in ("pending", "processing", "downloading")

    @property
    def is_video(self) -> bool:
        return self.kind == "video"

    @property
    def edge(self) -> str:
        """The technical facts as edge print: "6 S · 1080P · 16:9"."""
        facts = [f"{self.duration} s" if self.duration else "image", self.resolution or "", self.aspect_ratio]
        return " · ".join(fact for fact in facts if fact)


@dataclass(frozen=True)
class Rewording:
    """Other words for a prompt that was declined, or why there are none."""

    old: str
    new: str = ""
    words: str = ""
    """Why there are none."""


@dataclass(frozen=True)
class Declined:
    """What Create says on top when it is opened for a creation that was declined."""

    card: Card
    refusal: Refusal
    asks: bool = False
    """Whether other words can be asked for."""
    rewording: Rewording | None = None
    """What has come of it, when it was asked for with the page."""


@dataclass(frozen=True)
class ReferenceChoice:
    """A chosen reference image on the Create form."""

    id: uuid.UUID
    url: str
    name: str
    width: int
    height: int
    file_size_bytes: int
    role: str = ""


@dataclass(frozen=True)
class Choice:
    """One chip of a radio group."""

    value: str
    label: str
    checked: bool = False
    disabled: bool = False
    """It does not go with what else is chosen."""


@dataclass(frozen=True)
class ModelChoice:
    """One model to choose, with what it costs and how long it takes for what is chosen."""

    value: str
    """Its name among all models: "provider/id"."""
    label: str
    credits: int
    time: str
    """"about 40 s"."""
    instead: str = ""
    """What it would make, where it is not what is chosen: "6 s at 768p"."""
    checked: bool = False


@dataclass(frozen=True)
class Suggestion:
    """The dearest setting that the balance still pays for."""

    label: str
    """"4 s at 720p costs 40"."""
    url: str
    """The Create page with that setting chosen and everything typed kept."""


@dataclass(frozen=True)
class Ticket:
    """The cost ticket beside Generate. `problem` disables Generate and says why."""

    credits: int
    balance: int
    quote: str
    """Signed; sent back with the form and charged as shown for 10 minutes."""
    problem: str | None = None
    """One of "credits", "limit", "off", "busy", None."""
    words: str = ""
    """The sentence for the problem, e.g. "You have 50, this needs 90"."""
    suggestion: Suggestion | None = None

    @property
    def after(self) -> int:
        return self.balance - self.credits


@dataclass(frozen=True)
class PriceRow:
    """One line of the price table."""

    label: str
    credits: int


@dataclass(frozen=True)
class PriceGroup:
    """The prices of one model."""

    label: str
    rows: tuple[PriceRow, ...]


@dataclass(frozen=True)
class CreateForm:
    """Everything the Create form shows. `errors` maps a field's name to one sentence; "" holds the form's own."""

    kind: str
    prompt: str
    prompt_max: int
    negative_prompt: str
    """Kept, though not shown, while a model is chosen that has no use for it; the same goes for `seed`."""
    takes: frozenset[str]
    """Of "negative_prompt" and "seed" those that the chosen model can use."""
    models: tuple[ModelChoice, ...]
    """A choice only when there is more than one."""
    model: str
    """The name of the chosen model; empty while none is ready."""
    durations: tuple[Choice, ...]
    """Empty for an image, and so are the resolutions."""
    resolutions: tuple[Choice, ...]
    aspect_ratios: tuple[Choice, ...]
    sound: str
    """What the model does: "never", "always" or "switch"."""
    sounds: bool
    """Whether the switch is on."""
    seed: str
    note: str
    """Which durations go with the chosen resolution, where not all do."""
    said: str
    """What had to become something else to go with the model."""
    references: tuple[ReferenceChoice, ...]
    spare: tuple[uuid.UUID, ...]
    """More pictures than the model takes: set aside until one is chosen that does."""
    spare_words: str
    min_references: int
    max_references: int
    roles: tuple[tuple[str, str], ...]
    """What a picture can be for, as value and label; empty where there is nothing to choose."""
    upload_max_mb: int
    ticket: Ticket
    prices: tuple[PriceGroup, ...]
    idempotency_key: str
    can_optimise: bool
    kept: tuple[tuple[str, str], ...] = ()
    """Chosen in fields that are not shown now: hidden ones hold it."""
    usual_ratios: dict[str, str] = field(default_factory=dict)
    """The first shape of each kind's preset model."""
    undo_prompt: str | None = None
    """The text before Optimise, when it has just been used."""
    prompt_note: str = ""
    """A word beside the prompt that is no error."""
    notice: str | None = None
    """Shown on top: generation switched off, or not available right now."""
    relation: str | None = None
    parent_id: uuid.UUID | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def drawn_for(self) -> str:
        """Tells whether the model has changed since a part of the form was drawn."""
        return f"{self.kind} {self.model}"

    @property
    def model_label(self) -> str:
        """The chosen model as people know it."""
        return next((one.label for one in self.models if one.checked), "")


@dataclass(frozen=True)
class PublishForm:
    """The publish dialog."""

    card: Card
    caption: str
    caption_max: int
    alt_text: str
    alt_max: int
    shows_prompt: bool
    can_suggest: bool = False
    undo: dict[str, str] = field(default_factory=dict)
    """The texts before Suggest, by field, where it has been used."""
    focus: str = "caption"
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Receipt:
    """What was charged for a creation, and why."""

    card: Card
    lines: tuple[tuple[str, str], ...]
    """Label and value: what the price was computed from."""
    charged: int
    charged_at: datetime | None
    refunded: int
    refunded_at: datetime | None
    balance_after: int | None


@dataclass(frozen=True)
class LedgerLine:
    """One movement of credits as its owner sees it."""

    at: datetime
    what: str
    amount: int
    balance_after: int
    creation_id: uuid.UUID | None
    note: str = ""
    refund: bool = False
