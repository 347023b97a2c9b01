"""Where does mail for a domain go, by what the DNS answers? (RFC 5321 section 5.1) Pure: the asking is handed in."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address

from fraudcheck.ports.mail import Answer, Resolve
from fraudcheck.records import Facts

RECEIVES = ("mx", "address")
"""The routes by which mail arrives. Every other one says that it cannot."""

_MOST_HOSTS = 5


ServiceOf = Callable[[str], str | None]
"""Gives the listed name that a mail host or its address goes by, where throw-away mail is all that it takes."""


async def trace_mail_route(
    domain: str, resolve: Resolve, service_of: ServiceOf = lambda host: None
) -> tuple[Facts, float]:
    """Facts about where mail for an A-label domain goes, and the seconds that they hold.

    ``{"v": 1, "route": …, "hosts": n, "mail_host": name}``, ``hosts`` where MX records name any, ``mail_host``
    (what ``service_of`` gave) where one of them is a throw-away service's; ``{"v": 1, "unknown": cause}`` and
    0 seconds where a look-up that could have saved the domain failed.
    """
    addresses: list[str] = []

    async def noting(name: str, kind: str) -> Answer:
        answer = await resolve(name, kind)
        if kind in ("A", "AAAA"):
            addresses.extend(answer[1])
        return answer

    status, records, ttl = await resolve(domain, "MX")
    if status == "ok":
        facts, held = await _through_hosts(records, ttl, noting)
    elif status == "nodata":
        facts, held = await _through_address(domain, ttl, noting)
    elif status == "nxdomain":
        return {"v": 1, "route": "nxdomain"}, ttl
    else:
        return {"v": 1, "unknown": status}, 0.0
    hosts = [record.split()[1] for record in records]
    if service := next(filter(None, map(service_of, [*hosts, *addresses])), None):
        if "unknown" in facts:  # whose mail host it is is known all the same
            return {"v": 1, "route": "mx", "hosts": len(set(hosts)), "mail_host": service}, ttl
        if facts["route"] in RECEIVES:
            return {**facts, "mail_host": service}, held
    return facts, held


async def _through_hosts(records: tuple[str, ...], ttl: float, resolve: Resolve) -> tuple[Facts, float]:
    ranked = sorted((int(preference), host) for preference, host in map(str.split, records))
    hosts = list(dict.fromkeys(host for _, host in ranked if host != "."))
    if not hosts:  # RFC 7505; beside other hosts a "." is an error there and says nothing
        return {"v": 1, "route": "null_mx"}, ttl
    seen: dict[str, float] = {}
    for host in hosts[:_MOST_HOSTS]:
        state, held = await _reach(host, resolve)
        if state == "public":
            return {"v": 1, "route": "mx", "hosts": len(hosts)}, min(ttl, held)
        seen[state] = min(held, seen.get(state, held))
    failed = next((state for state in seen if state not in ("private", "absent")), None)
    if failed:
        return {"v": 1, "unknown": failed}, 0.0
    if len(hosts) > _MOST_HOSTS:  # the rest was not looked at
        return {"v": 1, "unknown": "too_many_hosts"}, 0.0
    route = "mx_private" if "private" in seen else "mx_unresolved"
    return {"v": 1, "route": route, "hosts": len(hosts)}, min(ttl, *seen.values())


async def _through_address(domain: str, ttl: float, resolve: Resolve) -> tuple[Facts, float]:
    """No MX: the domain's own address takes its mail, unless its owner says that it is not used for mail."""
    state, held = await _reach(domain, resolve)
    ttl = min(ttl, held)
    if state == "private":
        return {"v": 1, "route": "mx_private"}, ttl
    if state == "absent":
        return {"v": 1, "route": "none"}, ttl
    if state != "public":
        return {"v": 1, "unknown": state}, 0.0
    status, texts, held = await resolve(domain, "TXT")
    if status not in ("ok", "nodata", "nxdomain"):
        return {"v": 1, "unknown": status}, 0.0
    refuses = any(text.lower().split() == ["v=spf1", "-all"] for text in texts)  # RFC 7208 §4.5
    return {"v": 1, "route": "spf_refuses_all" if refuses else "address"}, min(ttl, held)


async def _reach(host: str, resolve: Resolve) -> tuple[str, float]:
    """``public``, ``private``, ``absent``, or why it could not be told; and the seconds that it holds."""
    state, ttl = "absent", float("inf")
    for kind in ("A", "AAAA"):  # in turn, since almost every mail host has an A record
        status, addresses, held = await resolve(host, kind)
        if status == "ok" and any(map(_is_public, addresses)):
            return "public", held
        ttl = min(ttl, held)
        if status == "ok":
            state = "private"
        elif status == "nxdomain":
            break
        elif status != "nodata":
            return status, 0.0
    return state, ttl


def _is_public(text: str) -> bool:
    address = ip_address(text)
    return address.is_global and not address.is_multicast
