"""Which site is a page of? Origins as browsers send them (RFC 6454), and those that a site key is for.

Two origins are one if scheme, host and port are: in capitals, with a closing dot, with the scheme's own port, or in
another alphabet (IDNA 2008, as browsers write it), they are still the same.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

import idna

_LONGEST, _LONGEST_HOST = 300, 253
_ORIGIN = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[^\s/?#@\\:\[\]%]+)(?::([0-9]{1,5}))?", re.ASCII)
_LABELS = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_ANY = "*."


def read_origin(text: str) -> str | None:
    """An origin in its one form, ``https://a.example`` or ``http://a.example:8080``; None for what is none.

    ``null``, which sandboxed frames and files send, is none: it is everybody's.
    """
    return _read(text) if len(text) <= _LONGEST else None  # what is longer is not even remembered


@lru_cache(maxsize=4_096)
def _read(text: str) -> str | None:
    found = _ORIGIN.fullmatch(text.lower())
    if found is None:
        return None
    scheme, host, port = found[1], _read_host(found[2]), int(found[3] or _DEFAULT_PORTS[found[1]])
    if host is None or not 0 < port < 65_536:
        return None
    return f"{scheme}://{host}" if port == _DEFAULT_PORTS[scheme] else f"{scheme}://{host}:{port}"


def host_of(origin: str) -> str:
    """The host in what ``read_origin`` gives, without brackets."""
    host = origin.partition("://")[2]
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]


def read_site(text: str) -> str:
    """An origin that a key may be for, in its one form; ``https://*.a.example`` is every host under a.example.

    Raises ValueError with what to give.
    """
    scheme, _, rest = text.partition("://")
    any_host = rest.startswith(_ANY)
    origin = read_origin(f"{scheme}://{rest.removeprefix(_ANY)}")
    if origin is None or "*" in origin:
        raise ValueError(f"{text!r} is no origin: give https://HOST or https://HOST:PORT, without a path{_hint(text)}")
    if not any_host:
        return origin
    host = host_of(origin)
    if "." not in host or _is_number(host) or ":" in host:
        raise ValueError(f"{text!r} is too wide: give the hosts of one site, such as https://*.a.example")
    return origin.replace("://", f"://{_ANY}", 1)


@lru_cache(maxsize=4_096)
def is_of(origin: str, sites: tuple[str, ...]) -> bool:
    """Whether an origin is one of those that a key is for, all of them in their one form."""
    if origin in sites:
        return True
    for site in sites:
        before, any_host, after = site.partition(_ANY)
        if any_host and origin.startswith(before) and origin.endswith(f".{after}"):
            return True
    return False


def _hint(text: str) -> str:
    if text == "null":
        return "; sandboxed frames and files send null, whosever they are"
    origin = re.match(r"https?://[^/?#\s]+", text, re.IGNORECASE)
    return f" ({origin[0]})" if origin and origin[0] != text else ""


def _read_host(text: str) -> str | None:
    try:
        if text.startswith("["):
            return f"[{IPv6Address(text[1:-1])}]"
        host = text.removesuffix(".")
        if not host.isascii():
            host = idna.encode(host, uts46=True).decode()
        if _is_number(host):
            return str(IPv4Address(host))
    except ValueError:  # an IDNAError is one
        return None
    return host if len(host) <= _LONGEST_HOST and _LABELS.fullmatch(host) else None


def _is_number(host: str) -> bool:
    """Whether browsers read a host as an IPv4 address: its last label is a number (WHATWG URL)."""
    return _NUMBER.fullmatch(host.rpartition(".")[2]) is not None
