"""Which providers there are and which are ready: the one place that maps names to adapters.

Adding a provider is one class, one line here, and its models in catalogue/built_in.json.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from app.config import Config, load
from app.providers.base import Provider
from app.providers.comfyui.provider import ComfyUIProvider
from app.providers.errors import Misconfigured
from app.providers.google.provider import GoogleProvider
from app.providers.google_cloud.provider import GoogleCloudProvider
from app.providers.local.provider import LocalProvider
from app.providers.poe.provider import PoeProvider
from app.providers.replicate.provider import ReplicateProvider

LOCAL = LocalProvider.name
_ADAPTERS: Mapping[str, Callable[[Config], Any]] = {
    "google": lambda c: GoogleProvider(
        c.google_api_key, c.google_base_url, c.provider_allowed_hosts, webhook_secret=c.google_webhook_secret
    ),
    "google-cloud": lambda c: GoogleCloudProvider(
        c.google_project, c.google_location, c.google_cloud_api_key, c.google_vertex_base_url
    ),
    "replicate": lambda c: ReplicateProvider(
        c.replicate_api_key,
        c.replicate_api_url,
        c.provider_allowed_hosts,
        webhook_secret=c.replicate_webhook_secret,
        callback=f"{c.public_url}/hooks/replicate" if c.public_url else "",
    ),
    "poe": lambda c: PoeProvider(c.poe_api_key, c.poe_api_url, c.provider_allowed_hosts),
    "comfyui": lambda c: ComfyUIProvider(c.comfyui_url, c.comfyui_workflows),
    LOCAL: lambda c: LocalProvider(),
}


class Registry:
    """The providers of this process, made once and shared by its threads."""

    def __init__(self, config: Config) -> None:
        self.config = config

    @cached_property
    def _providers(self) -> Mapping[str, Any]:
        return {name: make(self.config) for name, make in _ADAPTERS.items()}

    def names(self) -> tuple[str, ...]:
        """Every provider that there is an adapter for."""
        return tuple(_ADAPTERS)

    def provider(self, name: str) -> Provider:
        """The adapter of that name. Raises Misconfigured when there is none."""
        try:
            found: Provider = self._providers[name]
        except KeyError:
            raise Misconfigured(f"there is no provider {name!r}") from None
        return found

    def label(self, name: str) -> str:
        """A provider's name as people write it."""
        return self.provider(name).label if name in _ADAPTERS else name

    def missing(self, name: str) -> tuple[str, ...]:
        """What stands in the way of using a provider: names of environment variables; empty when it is ready."""
        if name == LOCAL and not self.config.local_allowed:
            return ("KINORA_ALLOW_LOCAL",)
        return self.provider(name).missing() if name in _ADAPTERS else (f"an adapter named {name}",)

    def needs(self, name: str) -> tuple[str, ...]:
        """The environment variables that a provider is set up with: what is missing where nothing is set."""
        if name not in _ADAPTERS:
            return ()
        nothing = load({"SECRET_KEY": self.config.secret_key, "KINORA_DATA": str(self.config.data)})
        missing: tuple[str, ...] = _ADAPTERS[name](nothing).missing()
        return missing

    def unmet(self) -> list[str]:
        """What the environment chooses and cannot have, a line each, naming the variables (PRV-06)."""
        chosen = {kind: getattr(self.config, f"{kind}_provider") for kind in ("image", "video", "text")}
        return [
            f"{kind.upper()}_PROVIDER is {name}, which needs {' and '.join(missing)}"
            for kind, name in chosen.items()
            if name and (missing := self.missing(name))
        ]

    def preload(self) -> None:
        """Let every provider that is ready import what it needs: what forks afterwards pays no start-up."""
        for name in self.names():
            if not self.missing(name):
                self.provider(name).preload()
