"""What a finished file must be, by what was asked of its model (and so what was paid for)."""

from __future__ import annotations

from app.creations.models import Creation
from app.media.pipeline import Expectations
from app.providers.model import Model


def expectations(creation: Creation, model: Model | None) -> Expectations:
    """The length, ratio and size that were sold; what a model decides by itself is taken as it comes.

    A model that is no longer listed is held to what was asked.
    """
    own_size = model is not None and model.size_is_its_own
    return Expectations(
        seconds=creation.duration,
        seconds_between=model.seconds_between if model and creation.duration is not None else None,
        aspect_ratio=None if own_size else creation.aspect_ratio,
        resolution=None if own_size else creation.resolution,
    )
