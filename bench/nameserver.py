"""Which name server is fast enough for a batch? One that knows every domain and builds its answers byte by byte.

``python -m bench.nameserver [PORT]`` runs it alone and prints its HOST:PORT. It answers over UDP on loopback, as a
recursive resolver does. Nearly every domain receives mail at the host ``mx.<domain>``, which has a public address. By a
checksum of their name, 3 % of the domains do not exist, 1 % accept no mail (null MX, RFC 7505), and 1 % have a mail
host without an address.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from zlib import crc32

from bench.leads import FREE

_A, _MX, _OPT = 1, 15, 41
_TTL = 3_600
_NOERROR, _NXDOMAIN = 0x8180, 0x8183  # an answer, recursion desired and available

_ALWAYS_EXIST = frozenset(
    b"".join(bytes([len(label)]) + label for label in domain.encode().split(b".")) + b"\0" for domain in FREE
)
"""Names of the large providers, in the form of a DNS message."""

_MX_LABEL = b"\x02mx"
_QUESTION_NAME = b"\xc0\x0c"  # a pointer to the question's name (RFC 1035 section 4.1.4)
_MX_HEAD = _QUESTION_NAME + struct.pack("!HHI", _MX, 1, _TTL)
_MX_RECORD = _MX_HEAD + struct.pack("!HH", 7, 10) + _MX_LABEL + _QUESTION_NAME
_NULL_MX_RECORD = _MX_HEAD + struct.pack("!HHB", 3, 0, 0)
# Three bytes of the address follow; every address in 52.0.0.0/8 is public.
_A_RECORD = _QUESTION_NAME + struct.pack("!HHIHB", _A, 1, _TTL, 4, 52)
_SOA_DATA = b"\x02ns\0" + b"\x0ahostmaster\0" + struct.pack("!5I", 1, _TTL, 600, 86_400, _TTL)
_SOA = b"\0" + struct.pack("!HHIH", 6, 1, _TTL, len(_SOA_DATA)) + _SOA_DATA  # the root's, so that it suits every domain
_EDNS = b"\0" + struct.pack("!HHIH", _OPT, 1232, 0, 0)


def main() -> None:
    """Serve until it is interrupted."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)  # so that a burst of questions is not lost
        server.bind(("127.0.0.1", int(sys.argv[1]) if sys.argv[1:] else 0))
        print(f"127.0.0.1:{server.getsockname()[1]}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            _serve(server)


def _serve(server: socket.socket) -> None:
    while True:
        query, sender = server.recvfrom(4096)
        answer = respond(query)
        if answer is not None:
            with contextlib.suppress(OSError):  # the sender has gone
                server.sendto(answer, sender)


def respond(query: bytes) -> bytes | None:
    """The answer to a query with one question; None for any other message."""
    end = query.find(b"\0", 12) + 5
    if not 17 <= end <= len(query):
        return None
    name, kind = query[12 : end - 4].lower(), int.from_bytes(query[end - 4 : end - 2], "big")
    is_mail_host = name.startswith(_MX_LABEL) and name[4 + name[3] :] != b"\0"  # mx.com itself is a domain
    domain = name[3:] if is_mail_host else name
    checksum = crc32(domain)
    percentile = 99 if domain in _ALWAYS_EXIST else checksum % 100
    flags, record = _NOERROR, b""
    if percentile < 3:
        flags = _NXDOMAIN
    elif kind == _MX and not is_mail_host:
        record = _NULL_MX_RECORD if percentile == 3 else _MX_RECORD
    elif kind == _A and percentile > 4:
        record = _A_RECORD + struct.pack("!I", checksum)[1:]
    edns = _EDNS if query[11] else b""  # the only additional record of a query is EDNS
    head = struct.pack("!HHHHH", flags, 1, bool(record), not record, bool(edns))
    return query[:2] + head + query[12:end] + (record or _SOA) + edns


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Run the server in a process of its own. Gives its HOST:PORT."""
    process = subprocess.Popen([sys.executable, "-m", "bench.nameserver"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(5)
        process.stdout.close()


if __name__ == "__main__":
    main()
