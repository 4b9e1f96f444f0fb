"""`POST /hooks/<provider>`: a doorbell. What the caller says is never believed further than that we look (PRV-10)."""

from __future__ import annotations

import logging
from dataclasses import replace

from flask import Blueprint, Response, request
from werkzeug.exceptions import Forbidden, NotFound, RequestEntityTooLarge

from app.catalogue import choosing
from app.generation import ringing
from app.providers.base import Caller
from app.providers.errors import Forged, Misconfigured
from app.web.csrf import csrf
from app.web.limits import limited

LARGEST_BYTES = 1 << 20
"""Some providers send the whole job along, its inputs included."""
bp = Blueprint("hooks", __name__, url_prefix="/hooks")
# A signature stands in for the session that such a caller has not got.
csrf.exempt(bp)
log = logging.getLogger(__name__)


@bp.post("/<name>")
@limited("hooks")
def hear(name: str) -> Response:
    """Answer 204 to every call that is the provider's, also to one that was heard before or is about nothing here."""
    provider = _caller(name)
    if provider is None:
        raise NotFound
    if (request.content_length or 0) > LARGEST_BYTES:
        raise RequestEntityTooLarge
    try:
        ring = provider.heard({key.lower(): value for key, value in request.headers}, request.get_data())
    except Misconfigured as error:
        log.error("calls of %s cannot be heard: %s", name, error)
        raise NotFound from None
    except Forged as error:
        log.warning("a call in the name of %s was refused: %s", name, error, extra={"event": "forged_call"})
        raise Forbidden from None
    if ring is not None:
        # The address that a job was given names our attempt; it is not signed, and good for no more than a look.
        ringing.ring(name, replace(ring, attempt_id=ring.attempt_id or request.args.get("creation", "")))
    return Response(status=204)


def _caller(name: str) -> Caller | None:
    """The provider of that name, if its calls can be told from anybody else's."""
    registry = choosing.registry()
    if name not in registry.names() or registry.missing(name):
        return None
    provider: object = registry.provider(name)
    return provider if isinstance(provider, Caller) and provider.hears() else None
