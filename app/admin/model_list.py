"""The page of all models: what is offered and why not, how each fares, and what it earns (PRV-04, PRV-09, ADM-07)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from app.admin import margins
from app.admin.cures import cure
from app.admin.model_shapes import Fact, ModelLine, ModelsPage, ProviderLine
from app.admin.money import dollars
from app.admin.shapes import Health
from app.catalogue import choosing, store
from app.catalogue.listing import Listing
from app.extensions import now
from app.generation import breakers, durations
from app.generation.breakers import Breaker
from app.providers.base import Kind
from app.providers.model import Model
from app.settings import store as settings_store
from app.upkeep.probing import SOON_DAYS
from app.web.words import when

KINDS = (("Videos", Kind.VIDEO), ("Images", Kind.IMAGE), ("Texts", Kind.TEXT))
_BREAKERS = {
    "open": ("bad", "Left alone for {} s after errors: {}"),
    "trying": ("warn", "Being tried, one at a time, after errors: {1}"),
    "paused": ("warn", "Busy, asked again in {} s: {}"),
}


def summary() -> Health:
    """The models in one line of the overview (ADM-05): how many are offered, and which are gone or will be soon."""
    known = store.listings()
    offered = sum(one.model.enabled and choosing.is_ready(one) for one in known)
    in_use = [one for one in known if one.model.enabled and not choosing.registry().missing(one.model.provider)]
    gone = [one.model.label for one in in_use if one.is_gone]
    soon = [one.model for one in in_use if not one.is_gone and 0 < (retires_in(one.model) or 0) < SOON_DAYS]
    parts = [f"{offered} of {len(known)} offered"]
    if gone:
        parts.append(f"gone: {', '.join(gone)}")
    if soon:
        parts.append("retiring soon: " + ", ".join(f"{model.label} in {retires_in(model)} days" for model in soon))
    return Health("Models", bool(offered) and not gone and not soon, "; ".join(parts), "admin.models")


def page() -> ModelsPage:
    """All of it."""
    known, broken = store.listings(), breakers.everywhere()
    lines = [line(one, broken) for one in known]
    # What is offered earns; what was made lately and is not offered any more is on its own page.
    offered = [one.model for one in known if one.model.enabled and choosing.is_ready(one)]
    return ModelsPage(
        kinds=tuple((title, str(kind), tuple(one for one in lines if one.kind == kind)) for title, kind in KINDS),
        providers=tuple(_provider(name, known) for name in choosing.registry().names()),
        margins=margins.table(offered),
    )


def line(one: Listing, broken: Mapping[str, Breaker]) -> ModelLine:
    """One model; `broken` is what `breakers.everywhere` says."""
    model, preset = one.model, preset_of(one.model.kind)
    is_preset = preset is not None and preset.name == model.name
    return ModelLine(
        provider=model.provider,
        id=model.id,
        label=model.label,
        kind=model.kind,
        standing=_standing(one),
        facts=tuple(_facts(one, broken)),
        preset=_preset_words(model) if is_preset else "",
        origin="" if not one.changed else "Changed" if one.built_in else "Added",
        fallback=_fallback(model),
        seconds=_seconds(model),
        cost=_list_cost(model),
        cost_read_on=model.usd_read_on,
        offers=_offers(model),
        is_gone=one.retired_at is not None,
        is_offered=model.enabled and choosing.is_ready(one),
        is_preset=is_preset and _preset_words(model) == _BY_SETTINGS,
    )


def preset_of(kind: str) -> Model | None:
    """The model that is taken when nobody chooses one."""
    return choosing.model_for(kind)


def retires_in(model: Model) -> int | None:
    """Days until a model is not served any more; None where no day is known."""
    return (model.retires_on - now().date()).days if model.retires_on else None


def day(at: date) -> str:
    """A day in words: 2 December 2026."""
    return f"{at.day} {at:%B %Y}"


def _standing(one: Listing) -> Fact:
    if one.is_gone:
        return Fact("Gone", "bad")
    if one.model.enabled and choosing.is_ready(one):
        return Fact("Offered", "ok")
    return Fact("Not offered")


def _facts(one: Listing, broken: Mapping[str, Breaker]) -> Iterator[Fact]:
    if one.retired_at is not None:
        said = f" The provider said: “{one.retired_because}”" if one.retired_because else ""
        yield Fact(f"Gone since {day(one.retired_at.date())}.{said}", "bad")
    if (days := retires_in(one.model)) is not None and one.model.retires_on:
        yield _countdown(days, one.model.retires_on)
    if not one.model.enabled:
        yield Fact("Switched off.")
    yield from _unready(one.model.provider)
    if one.listed is False and one.probed_at:
        yield Fact(f"Not in the provider's list any more, as of {when(one.probed_at)}.", "warn")
    found = broken.get(one.model.name)
    if found:
        tone, words = _BREAKERS[found.state]
        provider = one.model.provider
        code, needs = found.cause.partition(":")[0], choosing.registry().needs(provider)
        what_to_do = cure(code, choosing.provider_label(provider), needs)
        yield Fact(f"{words.format(found.seconds, found.cause)}. {what_to_do}".strip(), tone)


def _countdown(days: int, on: date) -> Fact:
    if days <= 0:
        return Fact(f"Retired on {day(on)}.", "bad")
    words = f"Retires in {days} day{'' if days == 1 else 's'}, on {day(on)}."
    return Fact(words, "bad" if days < SOON_DAYS else "")


def _unready(provider: str) -> Iterator[Fact]:
    registry = choosing.registry()
    if provider not in registry.names():
        yield Fact(f"There is no adapter named {provider}.", "bad")
    elif missing := registry.missing(provider):
        yield Fact(f"{choosing.provider_label(provider)} is not configured: set {' and '.join(missing)}", "warn")


_BY_SETTINGS, _BY_ENVIRONMENT, _BY_ORDER = "Preset by the settings", "Preset by the environment", "Taken first"


def _preset_words(model: Model) -> str:
    settings, config = settings_store.current(), choosing.registry().config
    if getattr(settings, f"{model.kind}_model") == model.id:
        return _BY_SETTINGS
    if getattr(config, f"{model.kind}_model") == model.id:
        return _BY_ENVIRONMENT
    return _BY_ORDER


def _fallback(model: Model) -> Fact | None:
    if not model.fallback:
        return None
    found = store.find(*model.fallback.split("/", 1))
    label = found.label if found else model.fallback
    stands_in = choosing.successor(model)
    if stands_in is None:
        return Fact(f"{label} cannot stand in now", "warn")
    if stands_in.name == model.fallback:
        return Fact(f"{label} can stand in", "ok")
    return Fact(f"{label} cannot stand in now, {stands_in.label} can", "warn")


def _seconds(model: Model) -> str:
    """How long it takes, from real durations of any of its options where there are enough."""
    found = [durations.recent(model.provider, model.id, *option) for option in model.options]
    real = [one.typical for one in found if one.count] if model.kind != Kind.TEXT else []
    if not real:
        return f"{model.typical_seconds:.0f} s by its entry"
    least, most = f"{min(real):.0f}", f"{max(real):.0f}"
    return f"{least} s lately" if least == most else f"{least} to {most} s lately"


def _list_cost(model: Model) -> str:
    """What the price list says; empty where nobody looked."""
    if choosing.is_local(model.provider):
        return "Nothing: drawn here"
    parts = []
    if model.usd:
        per = " a second" if model.kind == Kind.VIDEO else " an image" if model.kind == Kind.IMAGE else ""
        parts.append(f"{_usd(model.usd)}{per}")
    parts += [f"{_usd(usd)} at {size}" for size, usd in model.usd_at_resolution.items()]
    if model.usd_per_run:
        parts.append(f"{_usd(model.usd_per_run)} a run")
    return ", ".join(parts)


def _usd(amount: float) -> str:
    return dollars(Decimal(str(amount)))


def _offers(model: Model) -> str:
    lengths = f"{' '.join(map(str, model.durations))} s" if model.durations else ""
    return " · ".join(part for part in (lengths, *model.resolutions, *model.aspect_ratios) if part)


def _provider(name: str, known: tuple[Listing, ...]) -> ProviderLine:
    asked = [one.probed_at for one in known if one.model.provider == name and one.probed_at]
    unready = next(_unready(name), None)
    return ProviderLine(choosing.provider_label(name), unready or Fact("Ready", "ok"), max(asked, default=None))
