"""Which providers there are, which are ready, and what their models can do.

The one place that maps names to adapters. Adding a provider is one class, one line here and its lines in models.json.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from app.config import Config
from app.providers.base import Kind, Misconfigured, Model, Provider, SourceType, Writer
from app.providers.google.provider import GoogleProvider
from app.providers.local.provider import LocalProvider

LOCAL = LocalProvider.name
_ADAPTERS: Mapping[str, Callable[[Config], Any]] = {
    "google": lambda c: GoogleProvider(c.google_api_key, c.google_base_url, c.provider_allowed_hosts),
    LOCAL: lambda c: LocalProvider(),
}
_DEFAULT_WRITERS = {"google": "gemini-3.8-flash", LOCAL: "rules"}


class Registry:
    """The providers of this process, made once and shared by its threads."""

    def __init__(self, config: Config) -> None:
        self._config = config

    @cached_property
    def _providers(self) -> Mapping[str, Any]:
        return {name: make(self._config) for name, make in _ADAPTERS.items()}

    @cached_property
    def _models(self) -> tuple[Model, ...]:
        rows = json.loads((Path(__file__).parent / "models.json").read_text())
        return tuple(_model(row) for row in rows)

    def models(self) -> tuple[Model, ...]:
        """Every model that there is, ready or not."""
        return self._models

    def names(self) -> tuple[str, ...]:
        """Every provider that there is an adapter for, in the order in which they are preferred."""
        return tuple(_ADAPTERS)

    def provider(self, name: str) -> Provider:
        """The adapter of that name. Raises Misconfigured when there is none."""
        try:
            found: Provider = self._providers[name]
        except KeyError:
            raise Misconfigured(f"there is no provider {name!r}") from None
        return found

    def missing(self, name: str) -> tuple[str, ...]:
        """What stands in the way of using a provider: names of environment variables; empty when it is ready."""
        if name == LOCAL and not self._config.local_allowed:
            return ("KINORA_ALLOW_LOCAL",)
        return self.provider(name).missing() if name in _ADAPTERS else (f"no provider {name}",)

    def preload(self) -> None:
        """Let every provider that is ready import what it needs: what forks afterwards pays no start-up."""
        for name in self.names():
            if not self.missing(name):
                self.provider(name).preload()

    def model(self, kind: str, provider: str, model: str) -> Model | None:
        """The model that the settings name; empty names mean the first provider that is ready, its first model.

        None when nothing can serve this kind now: a missing key, an unknown name.
        """
        wanted = self._chosen(kind, provider, model)
        for found in self._models:
            if found.kind != kind or self.missing(found.provider):
                continue
            if wanted[0] in ("", found.provider) and wanted[1] in ("", found.id):
                return found
        return None

    def find(self, provider: str, model: str) -> Model | None:
        """A model by its exact names, ready or not: for creations that were made with it."""
        return next((m for m in self._models if m.provider == provider and m.id == model), None)

    def writer(self, provider: str, model: str) -> tuple[Writer, str] | None:
        """Who rewrites prompts, and with which model; None hides the button (PRM-03)."""
        name = provider or self._config.text_provider
        names = (name,) if name else tuple(_DEFAULT_WRITERS)
        for candidate in names:
            adapter = self._providers.get(candidate)
            if isinstance(adapter, Writer) and not self.missing(candidate):
                return adapter, model or self._config.text_model or _DEFAULT_WRITERS[candidate]
        return None

    def _chosen(self, kind: str, provider: str, model: str) -> tuple[str, str]:
        config = self._config
        if kind == Kind.IMAGE:
            return provider or config.image_provider, model or config.image_model
        return provider or config.video_provider, model or config.video_model


def _model(row: dict[str, Any]) -> Model:
    known: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    model = Model(**known)
    return replace(model, kind=Kind(model.kind), source_type=SourceType(model.source_type))
