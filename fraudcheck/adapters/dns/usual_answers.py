"""What does a usual answer say? It is read where it lies in the datagram, without an object for each of its parts.

dnspython builds the whole message, a dozen objects a record, which costs ten times as much. Nearly all answers are of
a few plain kinds, which are read here. Whatever else an answer is, true or hostile, it is left to dnspython: this
reader says exactly what that would say, or nothing.
"""

from __future__ import annotations

import re
import secrets
import struct
from socket import inet_ntoa
from typing import NamedTuple, cast

import dns.ipv6
import dns.message
import dns.name

from fraudcheck.ports.mail import Answer

Zone = tuple[str, str]
"""A zone's name and the alphabetically first of its name servers, in lower case without final dots."""

_IN = 1
_A, _NS, _CNAME, _SOA, _MX, _TXT, _AAAA, _OPT = 1, 2, 5, 6, 15, 16, 28, 41
_KINDS = {"A": _A, "AAAA": _AAAA, "MX": _MX, "NS": _NS, "TXT": _TXT}
_READ_HERE = frozenset({_A, _AAAA, _MX})
_HEADER, _KIND, _FIXED = struct.Struct("!HHHHHH"), struct.Struct("!HH"), struct.Struct("!HHIH")
_TIMES = struct.Struct("!IIIII")  # of an SOA record; the last one is for how long absence holds
_RECURSION_DESIRED = 0x0100
_PAYLOAD = 1232  # bytes: most MX answers fit, and none is fragmented (DNS Flag Day 2020); longer ones come over TCP
_EDNS = b"\0" + _FIXED.pack(_OPT, _PAYLOAD, 0, 0)
_HEEDED = 0xFA0F  # of the flags: that it is an answer, to a query, that it is whole, and the code
_FOUND, _NO_SUCH_NAME = 0x8000, 0x8003
_EXTENDED = 0xFFFF0000  # of an OPT record's TTL: more of the code, and the version
_LONGEST_TTL, _NEGATIVE_TTL = 0x7FFFFFFF, dns.message.NEGATIVE_TTL_WITHOUT_SOA
_MOST_ALIASES, _MOST_POINTERS, _LONGEST_NAME = 8, 8, 253
_LABEL, _POINTER, _TO_QUESTION = 0x40, 0xC0, b"\xc0\x0c"
_PLAIN_NAME = re.compile(r"(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?")
_PLAIN = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."


class Request(NamedTuple):
    """A query as it is sent, where its question ends, and what it asks for: a name, with a final dot, and a type.

    The name is empty where its text has escapes.
    """

    wire: bytes
    end: int
    name: str
    kind: int

    def message(self) -> dns.message.QueryMessage:
        """The same query as dnspython has it."""
        return cast("dns.message.QueryMessage", dns.message.from_wire(self.wire))


class _Unusual(Exception):
    """dnspython has to read this answer."""


def wire_name(name: str) -> bytes:
    """An absolute name, with or without its final dot, as it is sent.

    Raises dns.exception.DNSException for an empty label or one that is too long: no such name can exist.
    """
    if len(name) <= _LONGEST_NAME and _PLAIN_NAME.fullmatch(name):
        labels = name.removesuffix(".").encode().split(b".")
        return b"".join([bytes((len(label),)) + label for label in labels]) + b"\0"
    return dns.name.from_text(name).to_wire() or b""


def request_for(name: bytes, kind: str, *, edns: bool, recursion: bool = True) -> Request:
    """A query, with an id that nobody can guess, for a name (see ``wire_name``) and a record type."""
    head = _HEADER.pack(secrets.randbits(16), _RECURSION_DESIRED if recursion else 0, 1, 0, 0, edns)
    question = head + name + _KIND.pack(_KINDS[kind], _IN)
    try:
        text, _ = _name(question, _HEADER.size, "")
    except _Unusual:
        text = ""
    return Request(question + _EDNS if edns else question, len(question), text, _KINDS[kind])


def read_usual_answer(wire: bytes, request: Request) -> tuple[Answer, Zone | None] | None:
    """The answer to a request, and its zone where it names one; None where dnspython has to read it.

    Usual is that the name has MX, A or AAAA records, perhaps behind a few aliases in their order, or has none, or does
    not exist, with nothing beside it but the zone's NS or SOA records and addresses, and plain names in all of it.
    """
    try:
        return _read(wire, request)
    except (_Unusual, struct.error, IndexError):
        return None


def _read(wire: bytes, request: Request) -> tuple[Answer, Zone | None]:
    _, flags, questions, answers, authorities, additional = _HEADER.unpack_from(wire)
    code, at = flags & _HEEDED, request.end
    if code not in (_FOUND, _NO_SUCH_NAME) or questions != 1 or request.kind not in _READ_HERE or not request.name:
        raise _Unusual
    if wire[:2] != request.wire[:2] or wire[_HEADER.size : at] != request.wire[_HEADER.size : at]:
        raise _Unusual
    records, name, ttl, at = _read_answers(wire, at, answers, request)
    zone, owner, negative_ttl, at = _read_zone(wire, at, authorities, request.name)
    if _skip_additional(wire, at, additional, request.name) != len(wire) or (records and code == _NO_SUCH_NAME):
        raise _Unusual
    if records:
        return ("ok", records, float(ttl)), zone
    if owner != "." and not f".{name}".endswith(f".{owner}"):
        negative_ttl = _NEGATIVE_TTL
    return ("nodata" if code == _FOUND else "nxdomain", (), float(min(ttl, negative_ttl))), zone


def _read_answers(wire: bytes, at: int, count: int, request: Request) -> tuple[tuple[str, ...], str, int, int]:
    """The records as text, the name that aliases lead to in lower case, the lowest TTL, and where the section ends."""
    name, lowest = request.name.lower(), _LONGEST_TTL
    records: dict[str, str] = {}  # by what makes them the same
    passed = []
    for _ in range(count):
        owner, kind, ttl, data_at, at = _record(wire, at, request.name)
        if owner.lower() != name:
            raise _Unusual
        lowest = min(lowest, ttl)
        if kind == request.kind:
            text = _data(wire, data_at, at, kind, request.name)
            records.setdefault(text.lower(), text)
            continue
        passed.append(name)
        name = _name_until(wire, data_at, at, request.name).lower()
        if kind != _CNAME or records or name in passed or len(passed) > _MOST_ALIASES:
            raise _Unusual
    return tuple(records.values()), name, lowest, at


def _read_zone(wire: bytes, at: int, count: int, asked: str) -> tuple[Zone | None, str, int, int]:
    """The zone, the owner of the SOA record and how long it lets absence hold, and where the section ends."""
    zone, servers, soa, negative_ttl = "", list[str](), "", _NEGATIVE_TTL
    for _ in range(count):
        owner, kind, ttl, data_at, at = _record(wire, at, asked)
        owner = owner.lower()
        if kind == _NS:
            server = _name_until(wire, data_at, at, asked)
        elif kind == _SOA and not soa:
            server, data_at = _name(wire, data_at, asked)
            _, data_at = _name(wire, data_at, asked)
            if data_at + _TIMES.size != at:
                raise _Unusual
            soa, negative_ttl = owner, min(ttl, _TIMES.unpack_from(wire, data_at)[-1])
        else:
            raise _Unusual
        if not servers:
            zone, first = owner, kind
        if owner == zone and kind == first:
            servers.append(_without_dot(server.lower()))
    return (_without_dot(zone), min(servers)) if servers else None, soa or "\0", negative_ttl, at


def _skip_additional(wire: bytes, at: int, count: int, asked: str) -> int:
    """Where the section ends, which says nothing of the answer."""
    seen = False
    for _ in range(count):
        if wire[at : at + 3] == _EDNS[:3] and not seen:
            _, _, extended, length = _FIXED.unpack_from(wire, at + 1)
            at, seen = at + len(_EDNS), True
            if extended & _EXTENDED or length:
                raise _Unusual
            continue
        _, kind, _, data_at, at = _record(wire, at, asked)
        _data(wire, data_at, at, kind, asked)
    return at


def _record(wire: bytes, at: int, asked: str) -> tuple[str, int, int, int, int]:
    """A record's owner, type and TTL, and where its data begin and end."""
    owner, at = _name(wire, at, asked)
    kind, group, ttl, length = _FIXED.unpack_from(wire, at)
    at += _FIXED.size
    if group != _IN or ttl > _LONGEST_TTL or at + length > len(wire):
        raise _Unusual
    return owner, kind, ttl, at, at + length


def _data(wire: bytes, at: int, end: int, kind: int, asked: str) -> str:
    """The data of an A, AAAA or MX record as text."""
    if kind == _A and end - at == 4:
        return inet_ntoa(wire[at:end])
    if kind == _AAAA and end - at == 16:
        return dns.ipv6.inet_ntoa(wire[at:end])
    if kind == _MX:
        return f"{wire[at] << 8 | wire[at + 1]} {_name_until(wire, at + 2, end, asked)}"
    raise _Unusual


def _name_until(wire: bytes, at: int, end: int, asked: str) -> str:
    """The name that fills a record's data."""
    name, name_end = _name(wire, at, asked)
    if name_end != end:
        raise _Unusual
    return name


def _name(wire: bytes, at: int, asked: str) -> tuple[str, int]:
    """A plain name with its final dot, and where it ends. ``asked`` is the name in the question."""
    if wire[at : at + 2] == _TO_QUESTION:
        return asked, at + 2
    labels, end, pointers = [], 0, 0
    begin, limit = at, len(wire)  # a pointer leads back, to what lies wholly before the part that it ends
    while length := wire[at]:
        if length < _LABEL:
            labels.append(wire[at + 1 : at + 1 + length])
            at += 1 + length
        elif length >= _POINTER:
            end, pointers = end or at + 2, pointers + 1
            target = (length & ~_POINTER) << 8 | wire[at + 1]
            if target >= begin or at + 2 > limit or pointers > _MOST_POINTERS:
                raise _Unusual
            begin, limit, at = target, begin, target
        else:
            raise _Unusual
        if at >= limit:
            raise _Unusual
    text = b".".join(labels)
    if text.translate(None, _PLAIN) or len(text) > _LONGEST_NAME or text.count(b".") != max(len(labels) - 1, 0):
        raise _Unusual
    return text.decode() + ".", end or at + 1


def _without_dot(name: str) -> str:
    return name[:-1] or name
