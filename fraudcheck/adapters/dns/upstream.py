"""What does one resolver answer, and does it tell the truth?"""

from __future__ import annotations

import asyncio
import math
import socket
from asyncio import Task
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from ipaddress import ip_address
from itertools import accumulate
from typing import Final, Literal, cast

import dns.resolver

from fraudcheck.adapters.dns.datagrams import Datagrams
from fraudcheck.adapters.dns.large_answers import read_large_answer
from fraudcheck.adapters.dns.usual_answers import Request, Zone, read_usual_answer, request_for, wire_name
from fraudcheck.ports.mail import Answer
from fraudcheck.ports.patience import patience

CONCLUSIVE = frozenset({"ok", "nxdomain", "nodata"})
"""Statuses that answer the question; every other one is a failure."""

_Response = tuple[Answer, Zone | None] | dns.message.QueryMessage
"""What a response says, where it was simple enough to be read here; else the response."""

_TRUNCATED: Final = "truncated"
_TOLD = (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)
_KNOW_NO_EDNS = (dns.rcode.FORMERR, dns.rcode.BADVERS, dns.rcode.NOTIMP)
_UNREACHED = frozenset({"timeout", "unreachable"})

_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)  # seconds: upper bounds of the histogram's buckets

_MANY_FAILURES = 5  # in a row, after which the resolver is probed
_PROVEN_FOR = 60.0  # seconds that a successful probe holds
_PROBE_TIMEOUT = 0.4  # seconds
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0  # seconds between probes of a resolver that is not ok
_LATENCY_HALF_LIFE = 10.0  # seconds: a resolver that was slow is asked again after a while


class Upstream:
    """One recursive resolver at ``server``, with its health.

    ``probes`` are domains whose mail certainly works. A resolver that fails five times in a row, or calls a domain
    dead, is asked for the MX records of these (without ``probes``: for the root's name servers). ``clock`` gives
    monotonic seconds.

    ``state`` is ``ok`` (it knew one of them), ``down`` (it did not answer) or ``lying`` (it answered that none of them
    exists: it is broken, or behind a captive portal or filter). ``outcomes`` counts queries by status; ``seconds`` is
    the total time of conclusive answers; ``changes`` counts changes of ``state``.
    """

    def __init__(
        self, server: dns.nameserver.Do53Nameserver, probes: Sequence[str], clock: Callable[[], float]
    ) -> None:
        self.name = f"[{server.address}]:{server.port}" if ":" in server.address else f"{server.address}:{server.port}"
        self.state: Literal["ok", "down", "lying"] = "ok"
        self.outcomes: Counter[str] = Counter()
        self._bucket_counts = [0] * (len(_BOUNDS) + 1)
        self.seconds = 0.0
        self.changes = 0
        self._server = server
        self._probes = probes
        self._clock = clock
        self._datagrams = Datagrams(server.address, server.port)
        self._edns = True
        self._latency, self._latency_at = 0.0, clock()
        self._failures = 0
        self._proven_at = float("-inf")
        self._pause, self._closed_until = 0.0, float("-inf")
        self._probing: Task[None] | None = None

    @property
    def latency(self) -> float:
        """Seconds that an answer takes, as an exponential average; it halves every 10 s without a query."""
        return self._latency * math.exp2((self._latency_at - self._clock()) / _LATENCY_HALF_LIFE)

    def histogram(self) -> list[tuple[str, float]]:
        """Cumulative histogram of conclusive answers: (upper bound in seconds, number); the last bound is ``+Inf``."""
        return list(zip((*map(str, _BOUNDS), "+Inf"), map(float, accumulate(self._bucket_counts)), strict=True))

    async def ask(self, name: bytes, kind: str, within: float) -> tuple[Answer, Zone | None]:
        """Send one query, again over TCP if the answer is truncated. Returns the answer and the zone, if it names one.

        ``name`` is as ``wire_name`` gives it; ``within`` is the time-out in seconds. Never raises. The answer's
        seconds are the lowest TTL in the chain of aliases; for names and records that do not exist, the TTL of RFC 2308
        section 5.
        """
        started = self._clock()
        status = "cancelled"
        try:
            with patience(within):
                read = await self._exchange(name, kind)
            (status, _, _), _ = read
            return read
        except Exception as error:
            status = _failure_status(error)
            return (status, (), 0.0), None
        finally:
            self._account(status, self._clock() - started)

    async def referral(self, name: str, within: float) -> Zone | None:
        """The zone of a name from the resolver's cache; None when it is not there. Never raises.

        ``within`` is the time-out in seconds.
        """
        try:
            with patience(within):
                response = await self._send(request_for(wire_name(name), "NS", edns=False, recursion=False))
        except Exception:
            return None
        return _authority(response) if isinstance(response, dns.message.QueryMessage) else response[1]

    async def truthful(self) -> bool:
        """Whether it knew one of the probes within the last minute. Probes it when the last time is longer ago."""
        if not self._probes:
            return True
        if self._clock() - self._proven_at > _PROVEN_FOR:
            await asyncio.shield(self._probe())
        return self.state == "ok"

    def look_after(self) -> None:
        """Start a probe if it is not ok or has failed five times in a row, unless the last probe was a moment ago."""
        if (self.state != "ok" or self._failures >= _MANY_FAILURES) and self._clock() >= self._closed_until:
            self._probe()

    async def close(self) -> None:
        """Stop the probe under way."""
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.gather(self._probing, return_exceptions=True)

    def _account(self, status: str, seconds: float) -> None:
        self.outcomes[status] += 1
        self._latency, self._latency_at = 0.8 * self.latency + 0.2 * seconds, self._clock()
        if status in CONCLUSIVE:
            self._failures = 0
            self.seconds += seconds
            self._bucket_counts[bisect_left(_BOUNDS, seconds)] += 1
        elif status != "cancelled":
            self._failures += 1
            self.look_after()

    async def _exchange(self, name: bytes, kind: str) -> tuple[Answer, Zone | None]:
        response = await self._send(request_for(name, kind, edns=self._edns))
        if self._edns and isinstance(response, dns.message.QueryMessage) and response.rcode() in _KNOW_NO_EDNS:
            # Older servers and some firewalls reject EDNS (RFC 6891 section 7).
            response = await self._send(request_for(name, kind, edns=False))
            self._edns = isinstance(response, dns.message.QueryMessage) and response.rcode() not in _TOLD
        if not isinstance(response, dns.message.QueryMessage):
            return response
        return _parse_response(kind, response), _authority(response)

    async def _send(self, request: Request) -> _Response:
        response = await self._datagrams.ask(request.wire, partial(_read, request))
        if response != _TRUNCATED:
            return cast("_Response", response)
        large = read_large_answer(await self._ask_over_tcp(request.wire), request.message())
        if large.flags & dns.flags.TC:
            raise _Refusal("truncated over TCP")
        return large

    async def _ask_over_tcp(self, request: bytes) -> bytes:
        """The bytes of an answer, at most 64 KB (RFC 7766). Raises OSError or EOFError where the connection breaks."""
        reader, writer = await asyncio.open_connection(self._server.address, self._server.port)
        try:
            writer.write(len(request).to_bytes(2, "big") + request)
            return await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
        finally:
            writer.close()

    def _probe(self) -> Task[None]:
        """Start a probe, unless one is under way. Returns its task."""
        if self._probing is None:
            self._probing = asyncio.create_task(self._run_probe())
            self._probing.add_done_callback(self._forget_probe)
        return self._probing

    def _forget_probe(self, _: Task[None]) -> None:
        self._probing = None

    async def _run_probe(self) -> None:
        """Ask for each probe twice, as a packet may be lost, until one answer proves the resolver ok. Set the state."""
        kind = "MX" if self._probes else "NS"
        answered = False
        for domain in [*self._probes, *self._probes] or [".", "."]:
            failures, self._failures = self._failures, -1_000_000  # so that a failed probe does not start another one
            (status, _, _), _ = await self.ask(wire_name(domain), kind, _PROBE_TIMEOUT)
            self._failures = failures
            if status == "ok" or (status not in _UNREACHED and not self._probes):
                self._set_state("ok")
                return
            answered = answered or status in CONCLUSIVE
            if status == "unreachable" and not answered:
                break
        self._set_state("lying" if answered else "down")

    def _set_state(self, state: Literal["ok", "down", "lying"]) -> None:
        """Set the state, and the time before which the resolver is not probed again."""
        self.changes += state != self.state
        self.state = state
        self._failures = 0
        if state == "ok":
            self._pause, self._closed_until, self._proven_at = 0.0, self._clock() + _FIRST_PAUSE, self._clock()
        else:
            self._pause = min(self._pause * 2 or _FIRST_PAUSE, _LONGEST_PAUSE)
            self._closed_until = self._clock() + self._pause


def _read(request: Request, wire: bytes) -> _Response | Literal["truncated"] | None:
    """The response in a datagram: as it is read here, or as dnspython reads it; None where it is none to the request.

    What is spoilt or does not fit is waited past, since anybody may have sent it.
    """
    usual = read_usual_answer(wire, request)
    if usual is not None:
        return usual
    try:
        response = dns.message.from_wire(wire, raise_on_truncation=True)
    except dns.message.Truncated as truncated:
        response = truncated.message()  # type: ignore[no-untyped-call]
        return _TRUNCATED if request.message().is_response(response) else None
    except Exception:
        return None
    return cast("dns.message.QueryMessage", response) if request.message().is_response(response) else None


def _parse_response(kind: str, response: dns.message.QueryMessage) -> Answer:
    """The answer in a response. Raises ``_Refusal`` and dnspython's exceptions, for ``_failure_status``."""
    code = response.rcode()
    if code not in _TOLD:
        raise _Refusal(dns.rcode.to_text(code))
    chain = response.resolve_chaining()
    ttl = float(chain.minimum_ttl)
    if code == dns.rcode.NXDOMAIN:
        return "nxdomain", (), ttl
    if chain.answer is None:
        return "nodata", (), ttl
    if kind == "TXT":  # a long text comes in several strings (RFC 7208 section 3.3)
        return "ok", tuple(b"".join(data.strings).decode("ascii", "replace") for data in chain.answer), ttl
    return "ok", tuple(data.to_text() for data in chain.answer), ttl


def _authority(response: dns.message.QueryMessage) -> Zone | None:
    """The zone that a response came from, by its NS records or by the SOA of a negative answer; else None."""
    for rrset in [*response.authority, *response.answer]:
        zone = rrset.name.to_text(omit_final_dot=True).lower()
        if rrset.rdtype == dns.rdatatype.NS:
            return zone, min(data.target.to_text(omit_final_dot=True).lower() for data in rrset)
        if rrset.rdtype == dns.rdatatype.SOA:
            return zone, rrset[0].mname.to_text(omit_final_dot=True).lower()
    return None


class _Refusal(Exception):
    """The resolver answered with an error. The text is the response code (``SERVFAIL``)."""


def _failure_status(error: Exception) -> str:
    """The status of a query that failed with this exception, as in ``ports.mail.Answer``."""
    if isinstance(error, TimeoutError | dns.exception.Timeout):
        return "timeout"
    if isinstance(error, _Refusal) and str(error) in ("SERVFAIL", "REFUSED"):
        return str(error).lower()
    if isinstance(error, _Refusal | dns.exception.DNSException):
        return "bad_answer"
    return "unreachable" if isinstance(error, OSError | EOFError) else "resolver_error"


def nameserver(text: str) -> dns.nameserver.Do53Nameserver:
    """The server at ``HOST``, ``HOST:PORT`` or ``[IPV6]:PORT``. A host name is looked up once, here.

    Raises ValueError for any other text, and for a host name without an address.
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
