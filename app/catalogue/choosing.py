"""Which models serve a kind now: enabled, ready and not gone, by the run-time settings."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app

from app.catalogue import store
from app.catalogue.listing import Listing
from app.errors import Busy, Invalid, SwitchedOff
from app.providers.base import Kind, Writer
from app.providers.model import Model
from app.providers.registry import Registry
from app.settings import store as settings_store


def registry() -> Registry:
    """The providers of this app."""
    found: Registry = current_app.extensions["kinora_providers"]
    return found


def offered(kind: str) -> tuple[Model, ...]:
    """The models that people may choose among for a kind now; the one that is preset comes first."""
    ready = [one.model for one in store.listings() if one.model.kind == kind and one.model.enabled and is_ready(one)]
    provider, model = _preset(kind)
    return tuple(sorted(ready, key=lambda one: (provider not in ("", one.provider), model not in ("", one.id))))


def model_for(kind: str, wanted: str = "") -> Model | None:
    """The model for new creations of this kind: the one that is wanted by its name or id, else the preset one.

    For a preset one that is gone its successor. None when there is none: nothing is ready, or nothing of that name is
    offered.
    """
    choices = offered(kind)
    if wanted:
        return next((one for one in choices if wanted in (one.name, one.id)), None)
    # Settings that name somebody mean it: who is not ready is missed, and only who is gone is replaced.
    found = next((one for one in choices if _is_preset(one)), None)
    gone = (one for one in _gone(kind) if _is_preset(one))
    return found or next((follower for one in gone for follower in successors(one)), None)


def asked_model(kind: str, wanted: str = "") -> Model:
    """The model that an order means. One that is gone counts too if somebody takes over for it.

    Raises SwitchedOff, Busy when none is ready, Invalid when the one that is wanted is not offered.
    """
    if not switched_on(kind):
        raise SwitchedOff(f"Making {kind}s is switched off for now. Nothing was charged.")
    gone = (one for one in _gone(kind) if wanted in (one.name, one.id) and successor(one))
    model = model_for(kind, wanted) or next(gone, None)
    if model is None and wanted and offered(kind):
        raise Invalid({"model": "This model is not offered now. Choose another one."})
    if model is None:
        raise Busy(f"Making {kind}s is not available right now. Nothing was charged.")
    return model


def is_ready(one: Listing) -> bool:
    """Whether a model can be asked now: it is not gone, and its provider has what it needs."""
    return not one.is_gone and not registry().missing(one.model.provider)


def is_gone(name: str) -> bool:
    """Whether there was a model of this name, "provider/id", and it is gone."""
    found = store.listing(*name.split("/", 1)) if "/" in name else None
    return found is not None and found.is_gone


def successors(model: Model) -> Iterator[Model]:
    """Who may take over for a model, the nearest first: its fallback, that one's own, and so on.

    Only those that can be asked now, and no model that was switched off; a circle ends where it began.
    """
    seen = {model.name}
    while model.fallback and model.fallback not in seen:
        seen.add(model.fallback)
        found = store.listing(*model.fallback.split("/", 1))
        if found is None or found.model.kind != model.kind:
            return
        if found.model.enabled and is_ready(found):
            yield found.model
        model = found.model


def successor(model: Model) -> Model | None:
    """Who takes over for a model when it is gone."""
    return next(successors(model), None)


def switched_on(kind: str) -> bool:
    """Whether the kill switch of this kind lets new creations in (LIM-03)."""
    settings = settings_store.current()
    return settings.image_generation_enabled if kind == "image" else settings.video_generation_enabled


def writer() -> tuple[Writer, str] | None:
    """Who writes for the prompt helper, with which model; None when nobody can (PRM-03)."""
    model = model_for(Kind.TEXT)
    if model is None:
        return None
    adapter = registry().provider(model.provider)
    return (adapter, model.id) if isinstance(adapter, Writer) else None


def model_label(provider: str, model: str) -> str:
    """The words for a model, as users see it."""
    found = store.find(provider, model)
    return found.label if found else model


def provider_label(provider: str) -> str:
    """A provider's name as people write it."""
    return registry().label(provider)


def in_house() -> tuple[str, ...]:
    """The providers whose work is done by our own media workers."""
    return tuple(name for name in registry().names() if registry().provider(name).in_house)


def is_local(provider: str) -> bool:
    """Whether a creation was drawn by the renderer in this house rather than made by AI."""
    return registry().provider(provider).in_house if provider in registry().names() else False


def _gone(kind: str) -> tuple[Model, ...]:
    return tuple(one.model for one in store.listings() if one.model.kind == kind and one.is_gone)


def _is_preset(model: Model) -> bool:
    provider, id = _preset(model.kind)
    return provider in ("", model.provider) and id in ("", model.id)


def _preset(kind: str) -> tuple[str, str]:
    """The provider and model that the settings name, else the environment; empty where they leave it open."""
    settings, config = settings_store.current(), registry().config
    return (
        getattr(settings, f"{kind}_provider") or getattr(config, f"{kind}_provider"),
        getattr(settings, f"{kind}_model") or getattr(config, f"{kind}_model"),
    )
