"""What a person asks for, validated once for the form, htmx and the API alike."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from app.errors import Invalid
from app.providers.model import Model
from app.settings.catalogue import Settings
from app.web.input import clean_text


def _empty_is_none(value: Any) -> Any:
    return None if value == "" else value


MaybeInt = Annotated[int | None, BeforeValidator(_empty_is_none)]
MaybeText = Annotated[str | None, BeforeValidator(_empty_is_none)]
MaybeId = Annotated[uuid.UUID | None, BeforeValidator(_empty_is_none)]
Text = Annotated[str, BeforeValidator(clean_text)]
FRAMES = frozenset({"first", "last"})
"""The roles that name a place in the video: each belongs to one picture at most."""


class ChosenReference(BaseModel):
    """A reference image of the person's own, and what it shows."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID
    role: Literal["", "person", "product", "style", "first", "last"] = ""


class Order(BaseModel):
    """One creation asked for. Fields are named as in the form and the API; anything else that is sent is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Literal["image", "video"]
    prompt: Text
    negative_prompt: Text = ""
    aspect_ratio: MaybeText = None
    duration: MaybeInt = None
    resolution: MaybeText = None
    model: str = ""
    """"provider/id", or the id alone; empty for the preset one."""
    sound: Annotated[bool | None, BeforeValidator(_empty_is_none)] = None
    seed: Annotated[Annotated[int, Field(ge=0, le=2**31 - 1)] | None, BeforeValidator(_empty_is_none)] = None
    references: tuple[ChosenReference, ...] = ()
    parent_id: MaybeId = None
    relation: Annotated[Literal["retry", "animate", "variation", "remix"] | None, BeforeValidator(_empty_is_none)] = (
        None
    )

    def parameters_sha256(self) -> bytes:
        """A hash of everything asked for, to tell a resend from another request with the same key."""
        return hashlib.sha256(json.dumps(self.model_dump(mode="json"), sort_keys=True).encode()).digest()

    def fitted(self, model: Model) -> Order:
        """The order with what was left open filled in by the model's defaults, and what goes without saying left out.

        What the model cannot do stays in, for `check` to refuse.
        """
        video = self.kind == "video"
        resolution = (self.resolution or model.resolutions[0]) if video else None
        roles = [one.role for one in self.references]
        return self.model_copy(
            update={
                "model": model.id,
                "aspect_ratio": self.aspect_ratio or model.aspect_ratios[0],
                "duration": (self.duration or model.durations_at(resolution or "", roles)[-1]) if video else None,
                "resolution": resolution,
                "sound": _fitted_sound(self.sound, model),
                "references": _fitted_references(self.references, model),
            }
        )


def _fitted_sound(sound: bool | None, model: Model) -> bool | None:
    if model.sound == "switch":
        return sound is not False
    return None if sound == (model.sound == "always") else sound


def _fitted_references(references: tuple[ChosenReference, ...], model: Model) -> tuple[ChosenReference, ...]:
    """Where there is a first and a last frame, pictures of which nothing is said take the free places in turn."""
    taken = {one.role for one in references}
    if not FRAMES.issubset(model.roles) or not taken <= {"", *FRAMES}:
        return references
    free = iter([role for role in model.roles if role in FRAMES - taken])
    return tuple(one if one.role else one.model_copy(update={"role": next(free, "")}) for one in references)


_WORDS = {
    "kind": "Choose image or video.",
    "duration": "Choose one of the durations.",
    "seed": "The seed is a whole number from 0 to 2,147,483,647.",
    "sound": "Choose whether it shall be heard.",
    "references": "That reference image cannot be used.",
    "prompt": "Write what you want to see.",
}


def read(values: dict[str, Any]) -> Order:
    """Make an order of what was sent. Raises Invalid with one sentence a field."""
    try:
        return Order(**values)
    except ValidationError as error:
        fields = {str(e["loc"][0]) for e in error.errors()}
        raise Invalid({f: _WORDS.get(f, "That is not one of the choices.") for f in fields}) from None


def check(order: Order, model: Model, settings: Settings) -> None:
    """Hold a fitted order against what its model can do and the limits in force. Raises Invalid."""
    wrong: dict[str, str] = {}
    if not order.prompt:
        wrong["prompt"] = "Write what you want to see."
    for field, label in (("prompt", "prompt"), ("negative_prompt", "negative prompt")):
        if len(getattr(order, field)) > settings.prompt_max_chars:
            wrong[field] = f"The {label} is longer than {settings.prompt_max_chars} characters."
    wrong |= _unfit_choices(order, model)
    if unfit := _unfit_references(order, model):
        wrong["reference"] = unfit
    if wrong:
        raise Invalid(wrong)


def _unfit_choices(order: Order, model: Model) -> dict[str, str]:
    """What this model cannot do of what was chosen, with one sentence a field."""
    wrong: dict[str, str] = {}
    for field, value, choices in (
        ("aspect_ratio", order.aspect_ratio, model.aspect_ratios),
        ("duration", order.duration, model.durations or (None,)),
        ("resolution", order.resolution, model.resolutions or (None,)),
    ):
        if value not in choices:
            wrong[field] = f"Choose one of: {', '.join(map(str, choices))}."
    if not {"duration", "resolution"} & wrong.keys() and (order.duration, order.resolution) not in model.options:
        offered = ", ".join(f"{seconds} s" for seconds in model.durations_at(order.resolution or ""))
        wrong["duration"] = f"At {order.resolution} this model makes {offered} only."
    if not {"duration", "resolution"} & wrong.keys() and (role := _too_narrow(order, model)):
        offered = ", ".join(f"{seconds} s" for seconds in model.only_with[role])
        wrong["duration"] = f"With a picture of a {role} this model makes {offered} only."
    if order.negative_prompt and not model.negative_prompt:
        wrong["negative_prompt"] = "This model cannot be told what to leave out."
    if order.seed is not None and not model.seed:
        wrong["seed"] = "This model takes no seed."
    if order.sound is not None and model.sound != "switch":
        wrong["sound"] = "This model always makes sound." if model.sound == "always" else "This model makes no sound."
    return wrong


def _too_narrow(order: Order, model: Model) -> str | None:
    """The role of a picture with which the model does not make this duration; None when there is none."""
    narrow = {role: seconds for role, seconds in model.only_with.items() if order.duration not in seconds}
    return next((one.role for one in order.references if one.role in narrow), None)


def _unfit_references(order: Order, model: Model) -> str | None:
    """What is wrong with the pictures that came along; None when nothing is."""
    if len(order.references) > model.max_references:
        return f"This takes at most {model.max_references} reference image{'s' if model.max_references != 1 else ''}."
    if len(order.references) < model.min_references:
        return "This model begins from a picture: add one."
    roles: list[str] = [one.role for one in order.references]
    if not {*roles} <= {"", *model.roles}:
        return "This model has no use for a picture in that role."
    return _unfit_frames(roles, model)


def _unfit_frames(roles: list[str], model: Model) -> str | None:
    """What is wrong with the pictures that a video begins and ends with."""
    if any(roles.count(frame) > 1 for frame in FRAMES):
        return "Only one picture can be the first frame, and one the last."
    if "last" in roles and "first" not in roles:
        return "A last frame needs a first one."
    frames = FRAMES | {""} if FRAMES & {*model.roles} else FRAMES
    if frames & {*roles} and not {*roles} <= frames:
        return "Frames do not go together with pictures of what is in the video."
    return None
