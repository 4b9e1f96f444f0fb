"""How what was sent to Create fits a model: what is kept, what becomes something else, and the words for that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.catalogue import choosing
from app.providers.base import Kind
from app.providers.model import RESOLUTIONS, Model

LONGEST_SECONDS = 60
_NOBODY = {
    "image": Model("", "", "The model", Kind.IMAGE, True, ("1:1", "16:9", "9:16"), max_references=2),
    "video": Model("", "", "The model", Kind.VIDEO, True, ("9:16", "16:9"), (4, 6, 8), ("720p", "1080p"), {}, 0, 1),
}
"""What the form offers while no model is ready: it still fills, though nothing can be sent."""
_RATIOS = ("1:1", "16:9", "9:16")
NOT_FOR_IMAGES = ("duration", "resolution", "sound")


@dataclass(frozen=True)
class Fit:
    """The model whose choices are shown, and what is chosen of them."""

    kind: str
    model: Model
    ready: bool
    """False while nobody is ready for this kind: then `model` only says what a form usually holds."""
    aspect_ratio: str
    duration: int | None
    resolution: str | None
    roles: tuple[str, ...]
    """What the pictures are said to be."""
    said: tuple[str, ...]
    """What had to become something else, and why: one sentence each."""

    @property
    def asked(self) -> Model | None:
        """The model, if it can be asked."""
        return self.model if self.ready else None

    @property
    def note(self) -> str:
        """What holds for the chosen model and resolution, whatever else is chosen."""
        notes = []
        offered = self.model.durations_at(self.resolution or "")
        if self.resolution and len(offered) < len(self.model.durations):
            notes.append(f"At {self.resolution}: {_in_words([f'{seconds} s' for seconds in offered])} only.")
        for role, seconds in self.model.only_with.items():
            if role in self.roles:
                notes.append(f"With a picture of a {role}: {_in_words([f'{one} s' for one in seconds])} only.")
        if self.model.seconds_between:
            least, most = self.model.seconds_between
            notes.append(f"How long it gets is up to the model: {least:g} to {most:g} s.")
        if self.model.size_is_its_own:
            notes.append("Size and shape may come out otherwise.")
        return " ".join(notes)


def kind_of(values: Mapping[str, str]) -> str:
    """Image or video, whatever was sent."""
    return "image" if values.get("kind") == "image" else "video"


def fit(values: Mapping[str, str]) -> Fit:
    """Fit what was sent to the model that it names, else to the preset one."""
    kind = kind_of(values)
    wanted = model_wanted(values)
    named = choosing.model_for(kind, wanted) if wanted else None
    found = named or choosing.model_for(kind)
    model = found or _NOBODY[kind]
    roles = roles_in(values, model)
    duration, resolution = timing(model, values.get("duration", ""), values.get("resolution", ""), roles)
    ratio = values.get("aspect_ratio", "")
    ratio = ratio if ratio in model.aspect_ratios else model.aspect_ratios[0]
    is_other = found is not None and wanted and not named
    gone = (f"The model asked for is not offered now; this is {model.label}.",) if is_other else ()
    changed = tuple(_changed(values, model, duration, resolution, ratio)) if found else ()
    return Fit(kind, model, found is not None, ratio, duration, resolution, roles, gone + changed)


def model_wanted(values: Mapping[str, str]) -> str:
    """The model that was sent; none where it is one of the other kind, left over from before the kind was changed."""
    wanted, kind = values.get("model", ""), kind_of(values)
    other = "video" if kind == "image" else "image"
    if wanted and choosing.model_for(kind, wanted) is None and choosing.model_for(other, wanted) is not None:
        return ""
    return wanted


def roles_in(values: Mapping[str, str], model: Model) -> tuple[str, ...]:
    """What the pictures that came along are said to be, as far as the model has use for it."""
    sent = (values.get(name, "") for name in values if name.startswith("role_"))
    return tuple(role for role in sent if role in model.roles)


def timing(model: Model, duration: str, resolution: str, roles: tuple[str, ...] = ()) -> tuple[int | None, str | None]:
    """The duration and resolution that a model makes of those sent: of two that do not go together the latter stays."""
    if model.kind != Kind.VIDEO:
        return None, None
    resolution = resolution if resolution in model.resolutions else model.resolutions[0]
    offered = model.durations_at(resolution, roles)
    return {str(seconds): seconds for seconds in offered}.get(duration, offered[-1]), resolution


def unused(model: Model) -> frozenset[str]:
    """The fields that the form has no place for with this model: what they hold is kept, and not sent."""
    names = set(NOT_FOR_IMAGES) if model.kind == Kind.IMAGE else set()
    if model.sound != "switch":
        names.add("sound")
    if not model.negative_prompt:
        names.add("negative_prompt")
    if not model.seed:
        names.add("seed")
    return frozenset(names)


def set_aside(model: Model, count: int) -> str:
    """What is said when more pictures were chosen than the model takes; empty when all go along."""
    most, over = model.max_references, count - model.max_references
    if over <= 0:
        return ""
    takes = "no picture" if not most else "one picture" if most == 1 else f"{most} pictures"
    which = ("yours is" if over == 1 else "yours are") if not most else ("the other is" if over == 1 else "others are")
    return f"{model.label} takes {takes}: {which} set aside."


def _changed(
    values: Mapping[str, str], model: Model, duration: int | None, resolution: str | None, ratio: str
) -> Iterable[str]:
    """The sentence about what was chosen, makes sense, and is not what this model does."""
    instead = []
    if values.get("aspect_ratio") in _RATIOS and values["aspect_ratio"] != ratio:
        instead.append((values["aspect_ratio"], ratio))
    if resolution and values.get("resolution") in RESOLUTIONS and values["resolution"] != resolution:
        instead.append((values["resolution"], resolution))
    if duration and _is_length(values.get("duration", "")) and int(values["duration"]) != duration:
        if int(values["duration"]) in model.durations:
            yield f"{duration} s instead of {values['duration']} s."
        else:
            instead.append((f"{values['duration']} s", f"{duration} s"))
    if instead:
        cannot, now = ([pair[i] for pair in instead] for i in (0, 1))
        yield f"{model.label} does not make {_in_words(cannot, 'or')}: now {_in_words(now)}."


def _is_length(text: str) -> bool:
    return len(text) < 3 and text.isascii() and text.isdecimal() and 0 < int(text) <= LONGEST_SECONDS


def _in_words(parts: list[str], last: str = "and") -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"
