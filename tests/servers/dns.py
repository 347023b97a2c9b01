"""A name server on loopback with every kind of mail domain, for tests and benchmarks.

It answers as a recursive resolver does, over UDP and TCP on one port: it follows CNAMEs, truncates answers that are too
long for UDP, adds an SOA (minimum 900 s) to negative answers, and answers NXDOMAIN for names that it does not have.
Run by itself, ``python tests/servers/dns.py [PORT [ZONE_FILE]]`` prints its HOST:PORT.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from textwrap import dedent
from typing import Any

from dnslib import QTYPE, RCODE, RR, DNSError, DNSRecord  # type: ignore[import-untyped]
from dnslib.server import DNSLogger, DNSServer  # type: ignore[import-untyped]

ZONE = """
$TTL 300
; Large providers, cut down: people write from here.
gmail.com.           3600 IN MX    5 gmail-smtp-in.l.google.com.
gmail.com.           3600 IN MX    10 alt1.gmail-smtp-in.l.google.com.
gmail-smtp-in.l.google.com. IN A   142.251.10.26
outlook.com.         3600 IN MX    5 outlook-com.olc.protection.outlook.com.
outlook-com.olc.protection.outlook.com. IN A 52.101.8.49
yahoo.com.           1800 IN MX    1 mta5.am0.yahoodns.net.
mta5.am0.yahoodns.net.    IN A     67.195.204.77
; A small company each, all of them good.
mx-only.vn.               IN MX    10 mail.mx-only.vn.
mail.mx-only.vn.          IN A     103.9.76.10
second-mx.ng.             IN MX    10 gone.second-mx.ng.
second-mx.ng.             IN MX    20 mail.second-mx.ng.
mail.second-mx.ng.        IN A     41.58.10.20
address-only.br.          IN A     200.147.3.157
six-only.in.              IN AAAA  2405:200:1:2::3
mx-six.th.                IN MX    10 mail.mx-six.th.
mail.mx-six.th.           IN AAAA  2001:fb0:1::25
alias.pl.                 IN CNAME mx-only.vn.
mx-alias.pl.              IN MX    10 relay.mx-alias.pl.
relay.mx-alias.pl.   120  IN CNAME mail.mx-only.vn.
spf-beside-mx.eg.         IN MX    10 mail.mx-only.vn.
spf-beside-mx.eg.         IN TXT   "v=spf1 -all"
spf-some.eg.              IN A     197.199.1.1
spf-some.eg.              IN TXT   "v=spf1 a -all"
; A throw-away service under a new name.
new-name.com.             IN MX    10 mail.mailinator.com.
mail.mailinator.com.      IN A     23.239.11.30
; No mail arrives at these.
null-mx.com.              IN MX    0 .
txt-only.com.             IN TXT   "nothing to see"
mx-nowhere.com.           IN MX    10 gone.mx-nowhere.com.
mx-nowhere.com.           IN MX    20 lost.mx-nowhere.com.
mx-private.com.           IN MX    10 lan.mx-private.com.
lan.mx-private.com.       IN A     192.168.1.10
lan.mx-private.com.       IN AAAA  fd00::10
address-loopback.com.     IN A     127.0.0.1
spf-refuses.com.          IN A     93.184.215.14
spf-refuses.com.          IN TXT   "v=spf1" " -all"
alias-nowhere.com.        IN CNAME gone.alias-nowhere.com.
; Nothing can be found out about these.
alias-loop.com.           IN CNAME alias-loop.net.
alias-loop.net.           IN CNAME alias-loop.com.
mx-fails.com.             IN MX    10 gone.mx-nowhere.com.
mx-fails.com.             IN MX    20 servfail.com.
; Any number of domains to measure with.
*.many.net.          3600 IN MX    10 mail.mx-only.vn.
"""
FAULTS = {
    "servfail.com": "SERVFAIL",
    "refused.com": "REFUSED",
    "notimp.com": "NOTIMP",
    "yxdomain.com": "YXDOMAIN",
    "silent.com": "silent",
}


class Nameserver:
    """Serves ``zone`` on 127.0.0.1, from its own threads, while entered.

    ``queries`` has each query's name and type, in the order received. ``faults`` maps a name, or ``*`` for all others,
    to a response code, or to ``silent``, ``garbage``, ``wrong_id``, ``no_edns`` (FORMERR for queries with EDNS, as old
    servers answer) or ``truncated`` (over TCP too). ``hold(name)`` delays the answers for a name until ``release()``.
    ``delegations`` maps a name to the name server that queries without recursion get.
    """

    def __init__(self, zone: str = ZONE, port: int = 0) -> None:
        self.queries: list[tuple[str, str]] = []
        self.faults = dict(FAULTS)
        self.delegations: dict[str, str] = {}
        self._records: dict[str, dict[str, list[RR]]] = {}
        self._held: set[str] = set()
        self._released = threading.Event()
        self._soa = RR.fromZone(". 900 IN SOA ns. hostmaster. 1 3600 600 86400 900")
        self.add(zone)
        logger = DNSLogger("-request,-reply,-truncated,-error")
        while True:  # until the port that was given for TCP is free for UDP too
            tcp = DNSServer(self, "127.0.0.1", port, tcp=True, logger=logger)
            try:
                udp = DNSServer(self, "127.0.0.1", tcp.server.server_address[1], logger=logger)
                break
            except OSError:
                tcp.server.server_close()
                if port:
                    raise
        self.address = f"127.0.0.1:{udp.server.server_address[1]}"
        self._servers = (udp.server, tcp.server)
        self._threads = [
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}) for server in self._servers
        ]

    def __enter__(self) -> Nameserver:
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.daemon_threads = False  # so that closing waits for answers under way
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join()

    def add(self, zone: str) -> None:
        for record in RR.fromZone(dedent(zone)):
            kinds = self._records.setdefault(_plain(record.rname), {})
            kinds.setdefault(QTYPE[record.rtype], []).append(record)

    def hold(self, name: str) -> None:
        self._held.add(name)

    def release(self) -> None:
        self._released.set()

    def resolve(self, request: DNSRecord, handler: Any) -> DNSRecord:
        """The answer to a query; dnslib calls this, in a thread for each query."""
        name, kind = _plain(request.q.qname), QTYPE[request.q.qtype]
        self.queries.append((name, kind))
        if name in self._held:
            self._released.wait(5)
        reply = request.reply()
        if not request.header.rd:
            if name in self.delegations:
                reply.add_auth(*RR.fromZone(f"{name}. 300 IN NS {self.delegations[name]}."))
            return reply
        fault = self.faults.get(name) or self.faults.get("*")
        if fault == "silent":
            raise DNSError(fault)  # dnslib answers nothing
        if fault == "garbage":
            return Garbage()
        if fault == "wrong_id":
            reply.header.id ^= 1
        elif fault == "truncated":
            reply.header.tc = 1
            return reply
        elif fault == "no_edns":
            if _options(request):
                reply.header.rcode = RCODE.FORMERR
                return reply
        elif fault:
            reply.header.rcode = getattr(RCODE, fault)
            return reply
        self._answer(reply, name, kind)
        if handler.protocol == "udp" and len(reply.pack()) > max([512, *(opt.edns_len for opt in _options(request))]):
            reply = request.reply()  # dnslib's truncate() drops the question too, and dnspython ignores the rest
            reply.header.tc = 1
        return reply

    def _answer(self, reply: DNSRecord, name: str, kind: str) -> None:
        followed = set()
        while True:
            kinds = self._records.get(name) or self._records.get("*." + name.partition(".")[2])
            records = (kinds or {}).get(kind, [])
            aliases = (kinds or {}).get("CNAME", [])
            reply.add_answer(*(RR(name, r.rtype, r.rclass, r.ttl, r.rdata) for r in records or aliases))
            if records or not aliases or name in followed:
                break
            followed.add(name)
            name = _plain(aliases[0].rdata.label)
        if not records:
            reply.add_auth(*self._soa)
            reply.header.rcode = RCODE.NOERROR if kinds else RCODE.NXDOMAIN


class Garbage:
    """A reply that is no DNS message."""

    def pack(self) -> bytes:
        return b"garbage"


def _plain(name: Any) -> str:
    return str(name).lower().rstrip(".")


def _options(request: DNSRecord) -> list[RR]:
    return [record for record in request.ar if QTYPE[record.rtype] == "OPT"]


if __name__ == "__main__":
    zone_text = Path(sys.argv[2]).read_text(encoding="utf-8") if sys.argv[2:] else ZONE
    with Nameserver(zone_text, int(sys.argv[1]) if sys.argv[1:] else 0) as running:
        print(running.address, flush=True)
        threading.Event().wait()
