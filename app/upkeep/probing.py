"""Asking the providers which models they serve, before people do (PRV-04).

What it finds is noted and told, and takes nothing off: a list may be incomplete, and of a model that is really gone the
provider says so at the first submit. It does bring back what was noted as gone and is listed.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator

from app.catalogue import choosing, store
from app.catalogue.listing import Listing
from app.extensions import db, now
from app.providers.base import Provider, Teller
from app.providers.errors import ProviderError

SOON_DAYS = 30
"""So many days before a model retires it is pointed out."""
log = logging.getLogger(__name__)


def probe() -> list[str]:
    """Ask every provider that is ready for its list, and note it; what somebody should look at, a line each."""
    registry = choosing.registry()
    ready = [name for name in registry.names() if not registry.missing(name)]
    unheard = [words for name in ready if (words := _ask(name))]
    offered = [one for one in store.listings() if one.model.enabled and one.model.provider in ready]
    return unheard + [words for one in offered for words in _worries(one)]


def _ask(name: str) -> str | None:
    """Note one provider's list; why that was not possible, None when it was."""
    ours = {one.model.id for one in store.listings() if one.model.provider == name}
    db.session.commit()
    try:
        ids = _served(choosing.registry().provider(name), ours)
    except ProviderError as error:
        return f"{name} did not tell which models it serves: {error.code}: {error}"
    if ids is None:
        return None
    if ours and not ours & ids:
        return f"{name}'s list names none of its models that are known here, so it is not believed"
    lost = store.probed(name, ids)
    log.info("%s serves %d models, %d of ours are listed no more", name, len(ids), len(lost))
    return None


def _served(provider: Provider, ours: Collection[str]) -> frozenset[str] | None:
    """The models that a provider serves, ours at least; None where it does not tell."""
    listed = provider.listed()
    if listed is None and isinstance(provider, Teller):
        return frozenset(model for model in ours if provider.serves(model))
    return listed


def _worries(one: Listing) -> Iterator[str]:
    """What is to be feared of a model that people may choose."""
    if one.retired_at is None and one.listed is False:
        yield f"{one.model.name} is not in its provider's list"
    if one.is_gone or one.model.retires_on is None:
        return
    days = (one.model.retires_on - now().date()).days
    if days <= SOON_DAYS:
        follower = choosing.successor(one.model)
        then = f"{follower.name} takes over" if follower else "nobody takes over"
        yield f"{one.model.name} retires in {days} day{'' if days == 1 else 's'}, then {then}"
