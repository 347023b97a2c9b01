"""May this call come from where it says? What a page in a browser on this machine may send to a service without keys.

Any page in the world may send a request to this machine through the browser of somebody who works here. It cannot set
``Authorization``, nor send JSON without asking first. But it can call by a name of its own that leads to this machine
(DNS rebinding), and then read the answers. So a service without keys answers to its own names only, and neither it nor
one whose key the browser itself adds answers another site's page.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from fraudcheck.web.answers import Problem

_DEFAULT_PORTS = {"http": "80", "https": "443", "": ""}


def check_host(request: web.Request, allowed: Collection[str]) -> None:
    """Check that the caller means this machine, or one of the ``allowed`` names. Raises Problem."""
    named = request.headers.getall("Host", [""])
    if len(named) != 1 or not is_our_host(_split(named[0])[0], allowed):
        raise Problem(
            421,
            "without keys the service answers to loopback names only: call it as 127.0.0.1 or localhost, make a key "
            "with `fraudcheck keys create`, or name this host in --allowed-hosts",
        )


def check_site(request: web.Request, allowed: Collection[str]) -> None:
    """Check that no page of another site sent the request, but for a link that a person follows. Raises Problem."""
    headers = request.headers
    origins = headers.getall("Origin", [])
    site = headers.get("Sec-Fetch-Site", "none")
    is_link = (
        request.method == "GET"
        and headers.get("Sec-Fetch-Mode") == "navigate"
        and headers.get("Sec-Fetch-Dest") == "document"
    )
    if not all(_is_same(origin, headers.get("Host", ""), allowed) for origin in origins) or (
        site not in ("none", "same-origin") and not is_link and not origins
    ):
        raise Problem(
            403,
            "a page of another site may not call the service: call it from a server, with a key; if it is the "
            "service's own page, let the proxy before it pass Host on, or name its host in --allowed-hosts",
        )


def is_our_host(host: str, allowed: Collection[str]) -> bool:
    """Whether a host is this machine, or one of the ``allowed`` names."""
    if host == "localhost" or host in {name.lower().strip("[]") for name in allowed}:
        return True
    return _is_loopback(host)


@lru_cache(maxsize=64)
def _is_loopback(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _is_same(origin: str, host: str, allowed: Collection[str]) -> bool:
    """Whether a page of this origin is the service's own, or of an ``allowed`` name."""
    try:
        scheme, netloc = urlsplit(origin)[:2]
    except ValueError:
        return False
    if scheme not in ("http", "https") or not netloc:
        return False
    name, port = _split(netloc)
    own_name, own_port = _split(host)
    default = _DEFAULT_PORTS[scheme]
    if name in {one.lower().strip("[]") for one in allowed}:
        return True
    return bool(name) and (name, port or default) == (own_name, own_port or default)


def _split(netloc: str) -> tuple[str, str]:
    """The host in lower case, without brackets and closing dot, and the port; an empty host where it cannot be read."""
    host, port = netloc.strip().lower(), ""
    if host.startswith("["):
        host, bracket, rest = host[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            return "", ""
        port = rest[1:]
    elif host.count(":") <= 1:
        host, _, port = host.partition(":")
    if port and not (port.isascii() and port.isdecimal()):
        return "", ""
    return host.removesuffix("."), port
