"""Where a request comes from, for limits."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Mapping
from typing import Any


def address_of(environ: Mapping[str, Any], hops: int) -> str:
    """Who is asking: an IPv4 address, or the /64 network that one IPv6 subscriber has.

    Forwarded headers count only for as many proxies as `TRUSTED_PROXIES` says stand before us (none by default);
    everything further left in `X-Forwarded-For` is what the client claims.
    """
    seen = environ.get("REMOTE_ADDR") or ""
    if hops:
        forwarded = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        seen = forwarded[-hops] if len(forwarded) >= hops else seen
    return _network(seen)


@functools.lru_cache(maxsize=4096)
def _network(seen: str) -> str:
    try:
        address = ipaddress.ip_address(seen.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
