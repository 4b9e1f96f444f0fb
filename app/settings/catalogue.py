"""Every run-time setting: its type, its default, its range and what it means.

No number that stands here is repeated in code, templates or scripts (requirements, first page).
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
_NUMBER = re.compile(r"[+-]?([0-9]{1,15}(\.[0-9]{0,20})?|\.[0-9]{1,20})(e[+-]?[0-9]{1,3})?", re.IGNORECASE)


def _whole(value: object) -> object:
    if isinstance(value, str) and not _WHOLE.fullmatch(value):
        raise ValueError("This must be a whole number.")
    return value


def _number(value: object) -> object:
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise ValueError("This must be a number, such as 2 or 1.5.")
    return value


Whole = Annotated[int, BeforeValidator(_whole)]
Number = Annotated[float, BeforeValidator(_number)]


class Settings(BaseModel):
    """The values in force. The field's `title` is the section it is shown in."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    signup_credits: Whole = Field(100, ge=0, le=100_000, title="Credits", description="Credits a newcomer gets.")
    image_credit_cost: Whole = Field(5, ge=0, le=10_000, title="Credits", description="Price of one image. 0 is free.")
    video_pricing_mode: Literal["per_second", "flat"] = Field(
        "per_second", title="Credits", description="Whether a video is priced by its length or flat."
    )
    video_credit_per_second: Number = Field(
        10, ge=0, le=10_000, title="Credits", description="Price of one second of 720p video."
    )
    video_1080p_multiplier: Number = Field(
        1.5, ge=1, le=100, title="Credits", description="How many times as much 1080p costs."
    )
    video_flat_credits: Whole = Field(
        10, ge=0, le=10_000, title="Credits", description="Price of any video when the mode is flat."
    )
    credit_value_usd: Number = Field(0.10, ge=0, le=100, title="Credits", description="What a credit is worth, in USD.")

    image_generation_enabled: bool = Field(True, title="Generation", description="Whether images can be asked for.")
    video_generation_enabled: bool = Field(True, title="Generation", description="Whether videos can be asked for.")
    video_concurrent_limit: Whole = Field(
        3, ge=1, le=1_000, title="Generation", description="Unfinished videos a person may have at once."
    )
    image_timeout_seconds: Whole = Field(
        60, ge=5, le=3_600, title="Generation", description="An image not done by then is failed and refunded."
    )
    video_timeout_seconds: Whole = Field(
        420, ge=5, le=7_200, title="Generation", description="A video not done by then is failed and refunded."
    )
    queue_timeout_seconds: Whole = Field(
        1_800, ge=5, le=86_400, title="Generation", description="How long a creation may wait in the queue."
    )
    queue_length_limit: Whole = Field(
        5_000, ge=1, le=1_000_000, title="Generation", description="With so many waiting, nothing new is taken in."
    )
    lease_seconds: Number = Field(
        30, ge=1, le=600, title="Generation", description="How long a worker holds a creation without a sign of life."
    )
    sweep_seconds: Number = Field(
        15, ge=1, le=60, title="Generation", description="How often each worker looks for work that nobody holds."
    )
    unconfirmed_seconds: Number = Field(
        120,
        ge=1,
        le=3_600,
        title="Generation",
        description="After how long a submit that nobody can confirm is refunded.",
    )
    submits_per_minute: Whole = Field(
        600,
        ge=1,
        le=100_000,
        title="Generation",
        description="Creations that one provider is sent in a minute, at most. What is too much waits in the queue.",
    )
    held_submits_limit: Whole = Field(
        1,
        ge=1,
        le=1_000,
        title="Generation",
        description="Videos sent at a time to providers that answer only when done. Each holds a submit worker.",
    )
    look_ups_per_second: Number = Field(
        600,
        ge=0.1,
        le=10_000,
        title="Generation",
        description="Look-ups of work in progress that each worker asks of one provider in a second, at most.",
    )
    look_ups_at_once: Whole = Field(
        200, ge=1, le=10_000, title="Generation", description="Look-ups of one provider that may begin at once."
    )

    image_provider: str = Field("", max_length=30, title="Providers", description="Empty: the first one configured.")
    video_provider: str = Field("", max_length=30, title="Providers", description="Empty: the first one configured.")
    text_provider: str = Field("", max_length=30, title="Providers", description="Empty: the first one configured.")
    image_model: str = Field("", max_length=120, title="Providers", description="Empty: the provider's first model.")
    video_model: str = Field("", max_length=120, title="Providers", description="Empty: the provider's first model.")
    text_model: str = Field("", max_length=120, title="Providers", description="Empty: the provider's first model.")
    video_provider_usd_per_second: Number = Field(
        0.75,
        ge=0,
        le=1_000,
        title="Providers",
        description="What a second of video costs us where the model has no list cost.",
    )
    daily_cost_alert_usd: Number = Field(
        50, ge=0, le=1_000_000, title="Providers", description="A day that costs more than this is pointed out."
    )

    prompt_max_chars: Whole = Field(500, ge=1, le=5_000, title="Limits", description="Longest prompt.")
    caption_max_chars: Whole = Field(300, ge=0, le=5_000, title="Limits", description="Longest caption.")
    upload_max_mb: Whole = Field(5, ge=1, le=5, title="Limits", description="Largest reference image, in MB.")
    generate_rate_per_minute: Whole = Field(
        10, ge=1, le=10_000, title="Limits", description="Generations a person may ask for in a minute."
    )

    site_notice: str = Field("", max_length=300, title="Site", description="A sentence shown on every page.")


KINDS = {bool: "boolean", int: "integer", float: "number"}


def type_name(key: str) -> str:
    """What a setting's values are: "boolean", "integer", "number" or "text"."""
    annotation = Settings.model_fields[key].annotation
    return KINDS.get(annotation, "text") if isinstance(annotation, type) else "text"
