"""What does an answer say that is too long for UDP? Its first records are read, however many there are.

Over TCP an answer has up to 64 KB: fifteen hundred mail hosts, for which dnspython takes a tenth of a second of the
event loop. Whoever owns a domain chooses what is in it, so the work here has a bound, and what is beyond it leaves the
domain judged by the rest: a domain must not become unknown by being absurd.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable
from typing import NamedTuple

import dns.exception
import dns.message
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

MOST_RECORDS = 50
"""Records of the kind that was asked for that are read; the largest mail providers have ten.

They are the first ones by their bytes, in whatever order the resolver has put them: of MX records those with the best
preference, of TXT records the shortest, as is the one that refuses all mail."""
_MOST_ALIASES, _MOST_OF_ZONE = 20, 10
_HEADER, _FIXED = struct.Struct("!HHHHHH"), struct.Struct("!HHIH")
_LONGEST_TTL, _POINTER = 0x7FFFFFFF, 0xC0
_ZONE_KINDS = (dns.rdatatype.SOA, dns.rdatatype.NS)


class _Record(NamedTuple):
    """A record's data, its type, its TTL in seconds, and where it and its data begin in the answer."""

    data: bytes
    kind: int
    ttl: int
    at: int
    data_at: int


def read_large_answer(wire: bytes, request: dns.message.QueryMessage) -> dns.message.QueryMessage:
    """The answer to a request as dnspython has it: the question, aliases, the first records, and the zone.

    Raises dns.exception.DNSException for bytes that are no answer to the request.
    """
    try:
        _, _, questions, answers, authorities, _ = _HEADER.unpack_from(wire)
        response = dns.message.from_wire(wire, question_only=True, ignore_trailing=True) if questions == 1 else None
        if not isinstance(response, dns.message.QueryMessage) or not request.is_response(response):
            raise dns.exception.FormError
        wanted = request.question[0].rdtype
        at = _end_of_name(wire, _HEADER.size) + 4
        found, at = _walk(wire, at, answers, (wanted, dns.rdatatype.CNAME))
        aliases = [record for record in found if record.kind != wanted][:_MOST_ALIASES]
        records = sorted(record for record in found if record.kind == wanted)[:MOST_RECORDS]
        _add(response, response.answer, wire, aliases + records)
        zone, _ = _walk(wire, at, authorities, _ZONE_KINDS)
        _add(response, response.authority, wire, zone[:_MOST_OF_ZONE])
    except (struct.error, IndexError) as problem:
        raise dns.exception.FormError from problem
    return response


def _walk(wire: bytes, at: int, count: int, kinds: Collection[int]) -> tuple[list[_Record], int]:
    """Those of so many records, from a place on, that are of some kinds; and where the last one ends.

    No name is followed. Raises struct.error and IndexError.
    """
    records = []
    for _ in range(count):
        fixed_at = _end_of_name(wire, at)
        kind, _, ttl, length = _FIXED.unpack_from(wire, fixed_at)
        data_at = fixed_at + _FIXED.size
        if kind in kinds:
            records.append(_Record(wire[data_at : data_at + length], kind, ttl, at, data_at))
        at = data_at + length
    return records, at


def _end_of_name(wire: bytes, at: int) -> int:
    """Where the name ends that begins at a place: behind an empty label, or behind a pointer. Raises IndexError."""
    while length := wire[at]:
        if length >= _POINTER:
            return at + 2
        at += 1 + length
    return at + 1


def _add(
    response: dns.message.Message, section: list[dns.rrset.RRset], wire: bytes, records: Iterable[_Record]
) -> None:
    for record in records:
        name, _ = dns.name.from_wire(wire, record.at)
        kind = dns.rdatatype.RdataType.make(record.kind)
        data = dns.rdata.from_wire(dns.rdataclass.IN, kind, wire, record.data_at, len(record.data))
        rrset = response.find_rrset(section, name, dns.rdataclass.IN, kind, create=True)
        rrset.add(data, record.ttl & _LONGEST_TTL)
