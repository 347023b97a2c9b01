"""What does one resolver answer, and can it be believed?"""

from __future__ import annotations

import asyncio
import math
import socket
from asyncio import Task
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from itertools import accumulate
from typing import Literal, cast

import dns.resolver

from fraudcheck.ports.mail import Answer

CONCLUSIVE = frozenset({"ok", "nxdomain", "nodata"})

Zone = tuple[str, str]
"""A zone's name and the first of its name servers, without final dots."""

_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)  # seconds, of the histogram's buckets

_PAYLOAD = 1232  # most MX answers fit, none is fragmented (DNS Flag Day 2020); longer ones come over TCP
_MANY_FAILURES = 5  # in a row: then it is asked for what every resolver knows
_PROVEN_FOR = 60.0
_UNLIMITED = cast("float", None)  # the caller sets the limit: one of the library's own is a task for each packet
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_FORGOTTEN_IN = 10.0  # seconds after which half of a bad latency is forgotten, so that it gets another chance


class _Connected(type(dns.asyncbackend.get_backend("asyncio"))):  # type: ignore[misc]  # the library has no name for it
    """Connects UDP sockets too: the kernel drops what others send, and a dead server's port is refused at once."""

    def datagram_connection_required(self) -> bool:
        return True


class Upstream:
    """One recursive resolver at ``server``.

    ``probes`` are domains whose mail certainly works. A resolver that fails five times in a row, or calls a
    domain dead, has to know one of these; ``state`` is ``ok``, ``down`` (it does not answer) or ``lying`` (to it
    they are dead as well, so that it stands behind a wall or is broken). ``latency`` is an exponential average
    in seconds. ``outcomes`` counts queries by outcome; ``seconds`` is what conclusive answers took together.
    """

    def __init__(
        self, server: dns.nameserver.Do53Nameserver, probes: Sequence[str], clock: Callable[[], float]
    ) -> None:
        self.name = f"[{server.address}]:{server.port}" if ":" in server.address else f"{server.address}:{server.port}"
        self.state: Literal["ok", "down", "lying"] = "ok"
        self.outcomes: Counter[str] = Counter()
        self._took = [0] * (len(_BOUNDS) + 1)
        self.seconds = 0.0
        self.changes = 0
        self._server = server
        self._probes = probes
        self._clock = clock
        self._backend = _Connected()
        self._edns = True
        self._latency, self._latency_at = 0.0, clock()
        self._failures = 0
        self._proven_at = float("-inf")
        self._pause, self._closed_until = 0.0, float("-inf")
        self._probing: Task[None] | None = None

    @property
    def latency(self) -> float:
        """Seconds that it may be expected to take."""
        return self._latency * math.exp2((self._latency_at - self._clock()) / _FORGOTTEN_IN)

    def histogram(self) -> list[tuple[str, float]]:
        """Conclusive answers that took no longer than each bound, in seconds; the last is ``+Inf``."""
        return list(zip((*map(str, _BOUNDS), "+Inf"), map(float, accumulate(self._took)), strict=True))

    async def ask(self, name: dns.name.Name, kind: str, within: float) -> tuple[Answer, Zone | None]:
        """One query, over TCP where it is truncated: the answer, and the zone where it was told.

        ``within`` bounds it, in seconds. Never raises. The answer's seconds are the least TTL on the way, for
        absence as RFC 2308 section 5 has it.
        """
        started = self._clock()
        status = "cancelled"
        try:
            async with asyncio.timeout(within):
                response = await self._exchange(name, kind)
            answer = _parse_response(name, kind, response)
            status = answer[0]
            return answer, _authority(response)
        except Exception as error:
            status = _cause(error)
            return (status, (), 0.0), None
        finally:
            self._account(status, self._clock() - started)

    async def referral(self, name: str, within: float) -> Zone | None:
        """The zone of a name as far as the resolver knows it already, without asking anyone. Never raises."""
        request = dns.message.make_query(name, "NS", flags=0)  # no recursion desired
        try:
            async with asyncio.timeout(within):
                response = await self._send(request)
        except Exception:
            return None
        return _authority(response)

    async def truthful(self) -> bool:
        """Whether it has known a popular domain of late; asks for one where that is a minute ago."""
        if not self._probes:
            return True
        if self._clock() - self._proven_at > _PROVEN_FOR:
            await asyncio.shield(self._probe())
        return self.state == "ok"

    def look_after(self) -> None:
        """Find out whether it is back, or still there, where there is reason to."""
        if (self.state != "ok" or self._failures >= _MANY_FAILURES) and self._clock() >= self._closed_until:
            self._probe()

    async def close(self) -> None:
        """Stop probing."""
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.gather(self._probing, return_exceptions=True)

    def _account(self, status: str, seconds: float) -> None:
        self.outcomes[status] += 1
        self._latency, self._latency_at = 0.8 * self.latency + 0.2 * seconds, self._clock()
        if status in CONCLUSIVE:
            self._failures = 0
            self.seconds += seconds
            self._took[bisect_left(_BOUNDS, seconds)] += 1
        elif status != "cancelled":
            self._failures += 1
            self.look_after()

    async def _exchange(self, name: dns.name.Name, kind: str) -> dns.message.QueryMessage:
        request = dns.message.make_query(name, kind)
        request.use_edns(0 if self._edns else False, payload=_PAYLOAD)
        response = await self._send(request)
        if response.rcode() in (dns.rcode.FORMERR, dns.rcode.BADVERS, dns.rcode.NOTIMP) and self._edns:
            request.use_edns(False)  # as older servers, and firewalls, want it (RFC 6891 section 7)
            response = await self._send(request)
            self._edns = response.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)
        return response

    async def _send(self, request: dns.message.QueryMessage) -> dns.message.QueryMessage:
        for tcp in (False, True):
            try:
                response = await self._server.async_query(request, _UNLIMITED, None, 0, tcp, self._backend)
            except dns.message.Truncated:
                continue
            if response.flags & dns.flags.TC:
                break
            return cast("dns.message.QueryMessage", response)
        raise _Refusal("truncated over TCP")

    def _probe(self) -> Task[None]:
        if self._probing is None:
            self._probing = asyncio.create_task(self._prove())
            self._probing.add_done_callback(self._probed)
        return self._probing

    def _probed(self, _: Task[None]) -> None:
        self._probing = None

    async def _prove(self) -> None:
        """Ask for what every resolver knows, twice: one packet may be lost. Sets the state."""
        heard = False
        for probe in [*self._probes, *self._probes] or [".", "."]:
            failures, self._failures = self._failures, -1_000_000  # its own failure shall start no other probe
            answer, _ = await self.ask(dns.name.from_text(probe), "MX" if self._probes else "NS", 0.4)
            self._failures = failures
            if answer[0] == "ok" or (answer[0] not in _UNREACHED and not self._probes):
                self._settle("ok")
                return
            heard = heard or answer[0] in CONCLUSIVE
            if not heard and answer[0] in ("unreachable",):
                break
        self._settle("lying" if heard else "down")

    def _settle(self, state: Literal["ok", "down", "lying"]) -> None:
        self.changes += state != self.state
        self.state = state
        self._failures = 0
        if state == "ok":
            self._pause, self._closed_until, self._proven_at = 0.0, self._clock() + _FIRST_PAUSE, self._clock()
        else:
            self._pause = min(self._pause * 2 or _FIRST_PAUSE, _LONGEST_PAUSE)
            self._closed_until = self._clock() + self._pause


_UNREACHED = frozenset({"timeout", "unreachable"})


def _parse_response(name: dns.name.Name, kind: str, response: dns.message.QueryMessage) -> Answer:
    """Raises what ``_cause`` names."""
    code = response.rcode()
    if code not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        raise _Refusal(dns.rcode.to_text(code))
    wanted = dns.rdatatype.from_text(kind)
    chain = response.resolve_chaining()
    ttl = float(chain.minimum_ttl)
    if code == dns.rcode.NXDOMAIN:
        return "nxdomain", (), ttl
    found = dns.resolver.Answer(name, wanted, dns.rdataclass.IN, response)
    if found.rrset is None:
        return "nodata", (), ttl
    if kind == "TXT":  # a long text comes in pieces (RFC 7208 section 3.3)
        return "ok", tuple(b"".join(data.strings).decode("ascii", "replace") for data in found.rrset), ttl
    return "ok", tuple(data.to_text() for data in found.rrset), ttl


def _authority(response: dns.message.QueryMessage) -> Zone | None:
    """The zone that an answer came from, where it says so: in NS records, or in the SOA that comes with absence."""
    for rrset in [*response.authority, *response.answer]:
        zone = rrset.name.to_text(omit_final_dot=True).lower()
        if rrset.rdtype == dns.rdatatype.NS:
            return zone, min(data.target.to_text(omit_final_dot=True).lower() for data in rrset)
        if rrset.rdtype == dns.rdatatype.SOA:
            return zone, rrset[0].mname.to_text(omit_final_dot=True).lower()
    return None


class _Refusal(Exception):
    """It answered, but not the question; the text is the response code."""


def _cause(error: Exception) -> str:
    """Why nothing was learnt, in one word."""
    if isinstance(error, TimeoutError | dns.exception.Timeout):
        return "timeout"
    if isinstance(error, _Refusal) and str(error) in ("SERVFAIL", "REFUSED"):
        return str(error).lower()
    if isinstance(error, _Refusal | dns.exception.DNSException):
        return "bad_answer"
    return "unreachable" if isinstance(error, OSError | EOFError) else "resolver_error"


def nameserver(text: str) -> dns.nameserver.Do53Nameserver:
    """A server from ``HOST``, ``HOST:PORT`` or ``[IPV6]:PORT``; a host name is looked up here, once.

    Raises ValueError for what is none.
    """
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
