"""Where does mail for a domain go? Asked over the DNS, once for all leads that wait, and kept for its TTL."""

from __future__ import annotations

import asyncio
import socket
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address

import dns.asyncresolver
import dns.exception
import dns.name
import dns.nameserver
import dns.resolver

from fraudcheck.ports import Unavailable
from fraudcheck.records import Facts

Answer = tuple[str, tuple[str, ...], float]
"""Status, records as text, seconds that they hold: as ``signals.email_domain`` reads them."""

Resolve = Callable[[str, str], Awaitable[Answer]]
Trace = Callable[[str, Resolve], Awaitable[tuple[Facts, float]]]

_RECEIVES = ("mx", "address")
_SHORTEST = 60.0
_LONGEST = 86_400.0
_LONGEST_DEAD = 3_600.0  # a repaired domain shall not be called dead for a day
_UNKNOWN_HELD = 5.0  # long enough to spare a dead resolver, short enough to notice that it lives again
_UNREACHED = frozenset({"timeout", "unreachable", "no_resolver", "resolver_error"})


class DnsMailRoutes:
    """``ports.MailRoutes`` over a recursive resolver.

    ``trace`` is ``signals.email_domain.trace``; ``nameservers`` are ``HOST[:PORT]``, None for the
    system's; ``lifetime`` bounds one domain's whole look-up and ``attempt`` one try at one server, in
    seconds; ``clock`` gives monotonic seconds. Raises ValueError for a nameserver that is none.

    ``asked`` counts callers (hit, miss, joined, overload), ``outcomes`` look-ups by route or, for
    unknown ones, ``unknown_<cause>``.
    """

    def __init__(
        self,
        trace: Trace,
        nameservers: Sequence[str] | None = None,
        *,
        size: int = 50_000,
        flights: int = 500,
        lifetime: float = 5.0,
        attempt: float = 1.5,
        clock: Callable[[], float] = time.monotonic,
        resolv_conf: str = "/etc/resolv.conf",
    ) -> None:
        self.asked: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self._trace = trace
        self._size = size
        self._most_flights = flights
        self._lifetime = lifetime
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, Facts]] = OrderedDict()
        self._flights: dict[str, asyncio.Task[Facts]] = {}
        self._resolver = _resolver(nameservers, resolv_conf)
        if self._resolver is not None:
            self._resolver.lifetime = lifetime
            self._resolver.timeout = attempt
            # Most MX answers fit, none is fragmented (DNS Flag Day 2020); longer ones come over TCP.
            self._resolver.use_edns(0, 0, 1232)

    async def route(self, domain: str) -> Facts:
        """See ``ports.MailRoutes``. A fresh answer is given without suspending."""
        kept = self._kept.get(domain)
        if kept is not None and kept[0] > self._clock():
            self._kept.move_to_end(domain)
            self.asked["hit"] += 1
            return kept[1]
        flight = self._flights.get(domain)
        if flight is not None:
            self.asked["joined"] += 1
        elif len(self._flights) >= self._most_flights:
            self.asked["overload"] += 1
            return {"v": 1, "unknown": "overload"}
        else:
            self.asked["miss"] += 1
            flight = self._flights[domain] = asyncio.create_task(self._look_up(domain))
            flight.add_done_callback(lambda _: self._flights.pop(domain, None))
        await asyncio.wait((flight,))  # neither ends the flight with its caller nor the caller with the flight
        return {"v": 1, "unknown": "closed"} if flight.cancelled() else flight.result()

    async def ping(self) -> None:
        """Raise Unavailable unless the resolver answers, with whatever: a refusal is an answer too."""
        status, _, _ = await self._resolve(".", "NS")
        if status in _UNREACHED:
            raise Unavailable(status)

    async def close(self) -> None:
        """Stop the look-ups under way, whose callers get ``unknown``, and begin no more."""
        self._most_flights = 0
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    async def _look_up(self, domain: str) -> Facts:
        ttl = 0.0
        try:
            async with asyncio.timeout(self._lifetime):
                facts, ttl = await self._trace(domain, self._resolve)
        except TimeoutError:
            facts = {"v": 1, "unknown": "timeout"}
        except Exception:  # whatever it is, the lead has no part in it
            facts = {"v": 1, "unknown": "resolver_error"}
        self._keep(domain, facts, ttl)
        return facts

    def _keep(self, domain: str, facts: Facts, ttl: float) -> None:
        if "unknown" in facts:
            held = _UNKNOWN_HELD
            self.outcomes[f"unknown_{facts['unknown']}"] += 1
        else:
            held = min(max(ttl, _SHORTEST), _LONGEST if facts["route"] in _RECEIVES else _LONGEST_DEAD)
            self.outcomes[facts["route"]] += 1
        self._kept[domain] = (self._clock() + held, facts)
        self._kept.move_to_end(domain)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)

    async def _resolve(self, name: str, kind: str) -> Answer:
        """One query, never raising. Seconds are the least TTL on the way, for absence as RFC 2308 §5 has it."""
        if self._resolver is None:
            return "no_resolver", (), 0.0
        try:
            qname = dns.name.from_text(name)  # absolute, so that no search list is tried
        except dns.exception.DNSException:  # a label too long, an empty one: no such name can exist
            return "nxdomain", (), _LONGEST_DEAD
        try:
            answer = await self._resolver.resolve(qname, kind, raise_on_no_answer=False, search=False)
            return _read(answer, kind)
        except dns.resolver.NXDOMAIN as absent:
            return "nxdomain", (), float(absent.kwargs["responses"][qname].resolve_chaining().minimum_ttl)
        except Exception as error:
            return _cause(error), (), 0.0


def _read(answer: dns.resolver.Answer, kind: str) -> Answer:
    ttl = float(answer.chaining_result.minimum_ttl)
    if answer.rrset is None:
        return "nodata", (), ttl
    if kind == "TXT":  # a long text comes in pieces (RFC 7208 §3.3)
        return "ok", tuple(b"".join(data.strings).decode("ascii", "replace") for data in answer.rrset), ttl
    return "ok", tuple(data.to_text() for data in answer.rrset), ttl


def _cause(error: Exception) -> str:
    """Why nothing was learnt, in one word."""
    if isinstance(error, dns.exception.Timeout):
        return "timeout"
    if isinstance(error, dns.resolver.YXDOMAIN):
        return "bad_answer"
    if not isinstance(error, dns.resolver.NoNameservers):
        return "resolver_error"
    said = [row[3] for row in error.kwargs["errors"]]  # per server: its response code, or an exception
    for code in ("SERVFAIL", "REFUSED"):
        if code in said:
            return code.lower()
    return "unreachable" if said and all(isinstance(cause, OSError | EOFError) for cause in said) else "bad_answer"


def _resolver(nameservers: Sequence[str] | None, resolv_conf: str) -> dns.asyncresolver.Resolver | None:
    """The resolver to ask; None where the system names none, so that the service still works without."""
    if nameservers:
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers = [_nameserver(text) for text in nameservers]
        return resolver
    try:
        return dns.asyncresolver.Resolver(resolv_conf)
    except (dns.resolver.NoResolverConfiguration, ValueError):
        return None


def _nameserver(text: str) -> dns.nameserver.Do53Nameserver:
    """A server from ``HOST``, ``HOST:PORT`` or ``[IPV6]:PORT``; a host name is looked up here, once."""
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]") or (text.count(":") > 1 and not text.startswith("[")):
        host, port = text, "53"
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ValueError(f"not a nameserver (HOST:PORT): {text}")
    try:
        return dns.nameserver.Do53Nameserver(str(ip_address(host)), int(port))
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, int(port), type=socket.SOCK_DGRAM)
    except OSError as error:
        raise ValueError(f"the nameserver's host has no address: {text}") from error
    address = min(found)[4][0]  # IPv4 sorts first: a server on "localhost" seldom listens on ::1
    return dns.nameserver.Do53Nameserver(str(address), int(port))
