"""Where does mail for a domain go, by what the DNS answers (RFC 5321 section 5.1)?

No I/O happens here: the function that asks the DNS is handed in. TTLs are seconds for which an answer holds.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address

from fraudcheck.ports.mail import Answer, Resolve
from fraudcheck.records import Facts

RECEIVES = ("mx", "address")
"""The routes by which mail arrives. On every other route it cannot arrive."""

_MOST_HOSTS = 10
"""Mail hosts of a domain that are looked up, those with the best preference. Where none of so many can be reached, no
mail arrives: senders give up too, and a domain must not become unknown by naming more hosts."""
_MOST_NAMED = 50
"""Mail hosts and addresses of a domain that are compared with the lists."""


ServiceOf = Callable[[str], str | None]
"""Takes a mail host's name or IP address; gives its listed name where it serves throw-away mail only, else None."""


async def trace_mail_route(
    domain: str, resolve: Resolve, service_of: ServiceOf = lambda host: None
) -> tuple[Facts, float]:
    """Facts about where mail for an A-label domain goes, and their TTL.

    The facts are ``{"v": 1, "route": …, "hosts": n, "mail_host": name}``: ``hosts`` counts the MX hosts, where there
    are any; ``mail_host`` is what ``service_of`` gave for one of them, where it gave a name. Where a look-up failed
    that could have shown a working route, they are ``{"v": 1, "unknown": cause}`` with a TTL of 0. Never raises.
    """
    addresses: list[str] = []

    async def resolve_and_note(name: str, kind: str) -> Answer:
        answer = await resolve(name, kind)
        if kind in ("A", "AAAA"):
            addresses.extend(answer[1])
        return answer

    status, records, mx_ttl = await resolve(domain, "MX")
    if status == "ok":
        facts, ttl = await _route_by_hosts(records, mx_ttl, resolve_and_note)
    elif status == "nodata":
        facts, ttl = await _route_by_address(domain, mx_ttl, resolve_and_note)
    elif status == "nxdomain":
        return {"v": 1, "route": "nxdomain"}, mx_ttl
    else:
        return {"v": 1, "unknown": status}, 0.0
    hosts = [record.split()[1] for record in records]
    named = [*list(dict.fromkeys(hosts))[:_MOST_NAMED], *addresses[:_MOST_NAMED]]
    if service := next(filter(None, map(service_of, named)), None):
        if "unknown" in facts:  # the MX records tell whose mail host it is, even if it could not be looked up
            return {"v": 1, "route": "mx", "hosts": len(set(hosts)), "mail_host": service}, mx_ttl
        if facts["route"] in RECEIVES:
            return {**facts, "mail_host": service}, ttl
    return facts, ttl


async def _route_by_hosts(records: tuple[str, ...], mx_ttl: float, resolve: Resolve) -> tuple[Facts, float]:
    """The route through MX hosts, best preference first: it works when one of them has a public address."""
    ranked = sorted((int(preference), host) for preference, host in map(str.split, records))
    hosts = list(dict.fromkeys(host for _, host in ranked if host != "."))
    if not hosts:  # RFC 7505: a null MX; a "." beside other hosts is an error by that RFC, and is ignored
        return {"v": 1, "route": "null_mx"}, mx_ttl
    ttls: dict[str, float] = {}  # by state of a host, the shortest
    for host in hosts[:_MOST_HOSTS]:
        state, ttl = await _host_state(host, resolve)
        if state == "public":
            return {"v": 1, "route": "mx", "hosts": len(hosts)}, min(mx_ttl, ttl)
        ttls[state] = min(ttl, ttls.get(state, ttl))
    failure = next((state for state in ttls if state not in ("private", "absent")), None)
    if failure:
        return {"v": 1, "unknown": failure}, 0.0
    route = "mx_private" if "private" in ttls else "mx_unresolved"
    return {"v": 1, "route": route, "hosts": len(hosts)}, min(mx_ttl, *ttls.values())


async def _route_by_address(domain: str, mx_ttl: float, resolve: Resolve) -> tuple[Facts, float]:
    """The route without MX records: mail goes to the domain's own address, unless its SPF record refuses all mail."""
    state, ttl = await _host_state(domain, resolve)
    ttl = min(mx_ttl, ttl)
    if state == "private":
        return {"v": 1, "route": "mx_private"}, ttl
    if state == "absent":
        return {"v": 1, "route": "none"}, ttl
    if state != "public":
        return {"v": 1, "unknown": state}, 0.0
    status, texts, txt_ttl = await resolve(domain, "TXT")
    if status not in ("ok", "nodata", "nxdomain"):
        return {"v": 1, "unknown": status}, 0.0
    refuses = any(text.lower().split() == ["v=spf1", "-all"] for text in texts)  # RFC 7208 §4.5
    return {"v": 1, "route": "spf_refuses_all" if refuses else "address"}, min(ttl, txt_ttl)


async def _host_state(host: str, resolve: Resolve) -> tuple[str, float]:
    """Whether a host has a ``public`` address, only ``private`` ones, or none (``absent``); with the TTL.

    Where a look-up failed, the state is the cause (``timeout``, ``servfail``) and the TTL 0.
    """
    state, ttl = "absent", float("inf")
    for kind in ("A", "AAAA"):  # one after the other: almost every mail host has an A record, which saves the second
        status, addresses, answer_ttl = await resolve(host, kind)
        if status == "ok" and any(map(_is_public, addresses)):
            return "public", answer_ttl
        ttl = min(ttl, answer_ttl)
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
