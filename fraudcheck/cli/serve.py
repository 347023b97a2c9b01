"""`fraudcheck serve`: run the service."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

from fraudcheck import wiring
from fraudcheck.cli.command import COMMON, Failed, add_command
from fraudcheck.pipeline.check import SERVICE_VERSION
from fraudcheck.settings import Settings, descriptions

_EXAMPLE = (
    '{"email": "an.nguyen@gmail.com", "phone": "0912 345 678", "country": "VN", '
    '"name": "Nguyễn Văn An", "source": {"vendor": "acme"}}'
)


def add(commands: Any) -> None:
    """Add the command, with an option for each setting."""
    serve = add_command(commands, "serve", "run the service", _serve)
    for name, text in descriptions().items():
        if name not in ("identity_key", *COMMON):  # a secret on a command line is everyone's
            serve.add_argument(f"--{name.replace('_', '-')}", help=text)


def _serve(settings: Settings) -> None:
    keys = wiring.key_file(settings)
    keys.all()  # raises ValueError if there were keys and they cannot be read
    if not keys.configured and not _is_loopback(settings.host):
        raise Failed(
            f"without a key the service listens on loopback only, not on {settings.host}: "
            "make one with `fraudcheck keys create`"
        )
    from fraudcheck.web import server  # noqa: PLC0415 - half of the start-up time of commands that need no web

    def announce(listening: server.Listening) -> None:
        _announce(settings, listening.host, listening.port, keyed=listening.keyed, notes=listening.notes)

    server.serve(settings, announce)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _announce(settings: Settings, host: str, port: int, *, keyed: bool, notes: Sequence[str]) -> None:
    where = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
    if not keyed:
        print("note: no key is configured, so anyone on this machine may call", file=sys.stderr)
    print(f"fraudcheck {SERVICE_VERSION} listens on {where} and keeps its data in {settings.data_dir}")
    key = " -H 'Authorization: Bearer YOUR_KEY'" if keyed else ""
    print(
        f"Try it:\n\n  curl -s {where}/v1/checks{key} -H 'Content-Type: application/json' -d '{_EXAMPLE}'\n", flush=True
    )
