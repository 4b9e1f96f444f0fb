"""Which model serves a kind now, by the run-time settings."""

from __future__ import annotations

from flask import current_app

from app.errors import Busy, SwitchedOff
from app.providers.base import Model, Writer
from app.providers.registry import Registry
from app.settings import store


def registry() -> Registry:
    """The providers of this app."""
    found: Registry = current_app.extensions["kinora_providers"]
    return found


def model_for(kind: str) -> Model | None:
    """The model that new creations of this kind are made with; None when none is ready."""
    settings = store.current()
    if kind == "image":
        return registry().model(kind, settings.image_provider, settings.image_model)
    return registry().model(kind, settings.video_provider, settings.video_model)


def writer() -> tuple[Writer, str] | None:
    """Who rewrites prompts, with which model; None when nobody can."""
    settings = store.current()
    return registry().writer(settings.text_provider, settings.text_model)


def switched_on(kind: str) -> bool:
    """Whether the kill switch of this kind lets new creations in (LIM-03)."""
    settings = store.current()
    return settings.image_generation_enabled if kind == "image" else settings.video_generation_enabled


def ready_model(kind: str) -> Model:
    """The model for a new creation. Raises SwitchedOff, or Busy when no provider is ready."""
    if not switched_on(kind):
        raise SwitchedOff(f"Making {kind}s is switched off for now. Nothing was charged.")
    model = model_for(kind)
    if model is None:
        raise Busy(f"Making {kind}s is not available right now. Nothing was charged.")
    return model


def model_label(provider: str, model: str) -> str:
    """The words for a model, as users see it."""
    found = registry().find(provider, model)
    return found.label if found else model


def in_house() -> tuple[str, ...]:
    """The providers whose work is done by our own media workers."""
    return tuple(name for name in registry().names() if registry().provider(name).in_house)


def is_local(provider: str) -> bool:
    """Whether a creation was drawn by the renderer in this house rather than made by AI."""
    return registry().provider(provider).in_house if provider in registry().names() else False
