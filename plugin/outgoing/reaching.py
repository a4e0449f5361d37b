"""Where we send to: public addresses only, looked up once and held to (no SSRF).

A merchant names the host; whoever runs its name server names the address. So the
address is what is judged, and the very address that was judged is connected to.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

LONGEST_URL = 500
HTTPS = 443
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?!\d+\.?$){_LABEL}", re.IGNORECASE)
# What may stand in an address that is sent as it is; no space, no control character.
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
# Where IPv6 gives public addresses out. Addresses that stand for IPv4 ones (mapped,
# translated, 6to4, Teredo) lie outside of it or are named below.
_GLOBAL_V6 = ip_network("2000::/3")
# Not everybody's, though some versions of Python call them global.
_SPECIAL = tuple(
    ip_network(text)
    for text in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "168.63.129.16/32",  # a cloud's own service for its machines
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
    )
)

Resolve = Callable[[str, int], Sequence[str]]


class Unreachable(Exception):
    """An address to which nothing is sent; `code` is a stable word."""

    def __init__(self, code: str, message: str) -> None:
        """Carry the word and, for people, a sentence."""
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One address to connect to, and what to say there."""

    host: str
    port: int
    path: str
    secure: bool
    address: str


def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system for every address of a host; raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def is_public(text: str) -> bool:
    """Tell whether an address is one that anybody on the internet may reach."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if any(address in network for network in _SPECIAL):
        return False
    if isinstance(address, IPv6Address):
        return address in _GLOBAL_V6 and address.scope_id is None
    return address.is_global and not (address.is_multicast or address.is_reserved)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """What may be reached; `local` adds this machine, for development."""

    local: bool = False
    resolve: Resolve = resolve

    def check(self, url: str) -> None:
        """Judge an address by its form; raises `Unreachable` with the way out."""
        self._parts(url)

    def target(self, url: str) -> Target:
        """Look an address up and judge it; raises `Unreachable`."""
        host, port, path, secure = self._parts(url)
        try:
            found = self.resolve(host, port)
        except (OSError, UnicodeError):
            raise Unreachable("no_such_host", "the host is not known") from None
        if not found or not all(self._allowed(host, each) for each in found):
            raise Unreachable("forbidden_address", "the host is not a public one")
        return Target(host=host, port=port, path=path, secure=secure, address=found[0])

    def _allowed(self, host: str, address: str) -> bool:
        if self.local and host in LOCAL:
            return ip_address(address).is_loopback
        return is_public(address)

    def _parts(self, url: str) -> tuple[str, int, str, bool]:
        if not url:
            raise Unreachable("bad_url", "give the address that shall be told")
        if len(url) > LONGEST_URL:
            raise Unreachable("bad_url", f"give at most {LONGEST_URL} characters")
        if not _PRINTABLE.fullmatch(url) or "\\" in url:
            said = "leave out spaces and what is no plain letter, digit or sign"
            raise Unreachable("bad_url", said)
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or ""), parts.port
        except ValueError:
            raise Unreachable("bad_url", "this is no web address") from None
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise Unreachable("bad_url", "leave out name, password and `#`")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if self.local and host in LOCAL and parts.scheme in ("http", "https"):
            default = HTTPS if parts.scheme == "https" else 80
            return host, port or default, path, parts.scheme == "https"
        if parts.scheme == "https" and port not in (None, HTTPS):
            raise Unreachable("bad_port", "leave out the port; it must be 443")
        if parts.scheme != "https":
            raise Unreachable("not_https", "give an address that begins with https://")
        if not _HOST.fullmatch(host):
            raise Unreachable("bad_host", "give the public name of a host")
        return host, HTTPS, path, True
