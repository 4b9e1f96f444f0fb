"""Which hosts results may be fetched from, and which of their addresses may be connected to.

Two gates, since a name proves nothing: the host must be on the provider's list, and every address it has must lie in
the open internet. The one way around both is a server of the operator's own, named in the configuration: that scheme,
host and port, and no other. Facts about odd spellings and Python's `is_global` (which passes 224.0.0.1 and
64:ff9b::7f00:1) were measured on 2026-11-20.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

_LOOPBACK = {"127.0.0.1", "localhost"}
"""Stand-ins of providers run here. Only these exact names, listed on purpose, open the way to this machine."""
_NAME = re.compile(r"[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?")
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_PORTS = {"https": 443, "http": 80}


class RefusedHost(Exception):
    """This address may not be fetched. The text names neither host nor address."""


@dataclass(frozen=True)
class Place:
    """Where one request goes: checked against the list, not yet against the addresses behind the name."""

    scheme: str
    host: str
    port: int
    target: str
    """Path and query."""
    loopback: bool
    """The host is a stand-in on this machine and was listed as such."""
    own: bool = False
    """It is the operator's own server, wherever that stands."""


def place(url: str, allowed: Iterable[str], own_server: str = "") -> Place:
    """Take an address apart and hold it against the list.

    An entry is an exact host name, or a suffix that begins with a dot; only a loopback name may carry a port, and
    without one stands for all. All hosts but those want https on port 443. `own_server` is the address of a server of
    the operator's own, such as "http://192.168.1.20:8188": only what has exactly its scheme, host and port passes by
    it. Raises RefusedHost.
    """
    scheme, host, port, target = _taken_apart(url)
    if own_server and (scheme, host, port) == _taken_apart(own_server)[:3]:
        return Place(scheme, host, port, target, loopback=False, own=True)
    if not _NAME.fullmatch(host):
        raise RefusedHost("not a plain https address")
    loopback = host in _LOOPBACK
    if not loopback and (scheme, port) != ("https", 443):
        raise RefusedHost("not https on its own port")
    if not any(_matches(host, port, entry.lower()) for entry in allowed):
        raise RefusedHost("not on the provider's list")
    return Place(scheme, host, port, target, loopback)


def is_home(there: Place, host: str) -> bool:
    """Whether a request goes to the host that a secret header is for; where no port is named, the name decides."""
    return bool(host) and host.lower() in {there.host, f"{there.host}:{there.port}"}


def addresses(there: Place) -> list[str]:
    """The addresses behind a name, resolved once: connect to one of these and ask no more.

    Raises RefusedHost unless every one is global (for a listed loopback name: unless every one is loopback; for the
    operator's own server: unless every one is some machine's), and OSError when the name is unknown.
    """
    try:
        found = socket.getaddrinfo(there.host, there.port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise RefusedHost("not a host name") from None
    texts = list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))
    right = is_a_machine if there.own else is_loopback if there.loopback else is_global
    if not texts or not all(right(text) for text in texts):
        raise RefusedHost("leads into a private network")
    return texts


def is_global(text: str) -> bool:
    """Whether this IP address is one host of the open internet, seen through mapped and translated forms."""
    address = _inner(text)
    if isinstance(address, ipaddress.IPv6Address) and any(address in network for network in _NAT64):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_a_machine(text: str) -> bool:
    """Whether this IP address is one machine's, in the open or in a private network.

    Not so: link-local addresses, behind one of which clouds keep a machine's own secrets (169.254.169.254).
    """
    address = _inner(text)
    nobody = address.is_multicast or address.is_unspecified or address.is_link_local
    return not nobody and (not address.is_reserved or address.is_loopback)


def is_loopback(text: str) -> bool:
    """Whether this IP address is this machine."""
    return _inner(text).is_loopback


def _taken_apart(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port, and path with query. Raises RefusedHost for what is no plain address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise RefusedHost("not an address") from None
    if parts.scheme not in _PORTS or "@" in parts.netloc or not host or not url.isprintable():
        raise RefusedHost("not a plain https address")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, _PORTS[parts.scheme] if port is None else port, target


def _inner(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        return address.ipv4_mapped or address.sixtofour or address
    return address


def _matches(host: str, port: int, entry: str) -> bool:
    if host in _LOOPBACK:
        return entry in {host, f"{host}:{port}"}
    if entry.startswith("."):
        return len(entry) > 1 and host.endswith(entry) and not host.startswith(".")
    return host == entry
