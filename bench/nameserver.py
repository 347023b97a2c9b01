"""What name server keeps up with a batch? One that takes any domain, and builds its answers by hand.

On its own: ``python -m bench.nameserver [PORT]``, which prints its HOST:PORT. Answers over UDP on loopback as a
recursive resolver does. Nearly every domain takes mail at ``mx.<domain>``, at a public address; by a checksum of its
name 3 % do not exist, 1 % take none (null MX, RFC 7505), and 1 % send it to a host without an address.
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
_OK, _NXDOMAIN = 0x8180, 0x8183  # an answer, recursion desired and available

_ALIVE = frozenset(
    b"".join(bytes([len(label)]) + label for label in domain.encode().split(b".")) + b"\0" for domain in FREE
)
"""Large providers as they stand in a message: nobody would believe that these were dead."""

_MAIL_AT = b"\x02mx"
_HERE = b"\xc0\x0c"  # a pointer to the question's name (RFC 1035 section 4.1.4)
_MX_HEAD = _HERE + struct.pack("!HHI", _MX, 1, _TTL)
_HOST = _MX_HEAD + struct.pack("!HH", 7, 10) + _MAIL_AT + _HERE
_NULL = _MX_HEAD + struct.pack("!HHB", 3, 0, 0)
_ADDRESS = _HERE + struct.pack("!HHIHB", _A, 1, _TTL, 4, 52)  # and three bytes: 52.0.0.0/8 is public throughout
_SOA_DATA = b"\x02ns\0" + b"\x0ahostmaster\0" + struct.pack("!5I", 1, _TTL, 600, 86_400, _TTL)
_SOA = b"\0" + struct.pack("!HHIH", 6, 1, _TTL, len(_SOA_DATA)) + _SOA_DATA  # of the root: it is no domain's own
_EDNS = b"\0" + struct.pack("!HHIH", _OPT, 1232, 0, 0)


def main() -> None:
    """Serve until somebody ends it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)  # a burst of questions shall wait, not be lost
        server.bind(("127.0.0.1", int(sys.argv[1]) if sys.argv[1:] else 0))
        print(f"127.0.0.1:{server.getsockname()[1]}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            _serve(server)


def _serve(server: socket.socket) -> None:
    while True:
        query, sender = server.recvfrom(4096)
        answer = respond(query)
        if answer is not None:
            with contextlib.suppress(OSError):  # who asked is gone
                server.sendto(answer, sender)


def respond(query: bytes) -> bytes | None:
    """The answer to a message with one question; None for what is none."""
    end = query.find(b"\0", 12) + 5
    if not 17 <= end <= len(query):
        return None
    name, kind = query[12 : end - 4].lower(), int.from_bytes(query[end - 4 : end - 2], "big")
    host = name.startswith(_MAIL_AT) and name[4 + name[3] :] != b"\0"  # mx.com is a domain
    domain = name[3:] if host else name
    checksum = crc32(domain)
    fate = 99 if domain in _ALIVE else checksum % 100
    code, records = _OK, b""
    if fate < 3:
        code = _NXDOMAIN
    elif kind == _MX and not host:
        records = _NULL if fate == 3 else _HOST
    elif kind == _A and fate > 4:
        records = _ADDRESS + struct.pack("!I", checksum)[1:]
    edns = _EDNS if query[11] else b""  # the one additional record that a question brings
    counts = struct.pack("!HHHHH", code, 1, bool(records), not records, bool(edns))
    return query[:2] + counts + query[12:end] + (records or _SOA) + edns


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Its address, while it runs in a process of its own."""
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
