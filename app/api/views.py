"""The routes of the API."""

from __future__ import annotations

from typing import Any, Literal

from flask import Blueprint
from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from app.api import problems
from app.creations import wording
from app.providers.base import Kind
from app.web.input import Text, read
from app.web.limits import limited

bp = problems.guard(Blueprint("api", __name__))


class RoughPrompt(BaseModel):
    """A prompt to be improved."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: Text
    content_type: Literal["image", "video"] = Field(validation_alias=AliasChoices("content_type", "kind"))


@bp.post("/api/optimize-prompt")
@limited("texts")
def optimize_prompt() -> dict[str, Any]:
    """The prompt with what it lacks; `changed` is false when it lacks nothing. No credits (PRM-01)."""
    sent = read(RoughPrompt, problems.body())
    better = wording.improved(sent.prompt, Kind(sent.content_type))
    return {"prompt": better, "changed": better != sent.prompt}
