"""What may be asked for: the models on offer, with all that they can do and what it costs."""

from __future__ import annotations

from typing import Any

from flask import request

from app.api.views import bp
from app.catalogue import choosing
from app.errors import Invalid
from app.generation import durations, prices
from app.providers.model import Model, Option
from app.settings import store
from app.settings.catalogue import Settings

KINDS = ("image", "video")


@bp.get("/api/v1/models")
def models() -> dict[str, Any]:
    """The models on offer, the preset one of each kind first; `kind` image or video narrows them down (PRV-04)."""
    kind = request.args.get("kind", "")
    if kind and kind not in KINDS:
        raise Invalid({"kind": "Choose image or video."})
    now = store.current()
    offered = [model for one in KINDS if kind in ("", one) for model in choosing.offered(one)]
    return {"models": [_facts(model, now) for model in offered]}


def _facts(model: Model, settings: Settings) -> dict[str, Any]:
    """A model as programs see it: what the form shows of it, and nothing that is the operator's."""
    return {
        "name": model.name,
        "label": model.label,
        "kind": model.kind,
        "aspect_ratios": model.aspect_ratios,
        "options": [
            {
                "duration": duration,
                "resolution": resolution,
                "credits": prices.credits_for(settings, model, duration, resolution),
            }
            for duration, resolution in model.options
        ],
        "references": {
            "min": model.min_references,
            "max": model.max_references,
            "roles": model.roles,
            "only_with": model.only_with,
        },
        "negative_prompt": model.negative_prompt,
        "seed": model.seed,
        "sound": model.sound,
        "typical_seconds": durations.recent(model.provider, model.id, *_usual(model)).typical,
    }


def _usual(model: Model) -> Option:
    """What is made when duration and resolution are left open."""
    resolution = next(iter(model.resolutions), None)
    return next(reversed(model.durations_at(resolution or "")), None), resolution
