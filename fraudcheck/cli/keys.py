"""`fraudcheck keys`: make, list and revoke API keys."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fraudcheck import wiring
from fraudcheck.cli.command import Failed, add_command
from fraudcheck.records import format_utc
from fraudcheck.settings import Settings


def add(commands: Any) -> None:
    """Add the commands."""
    keys = commands.add_parser("keys", help="make, list and revoke API keys").add_subparsers(
        required=True, metavar="create|list|revoke"
    )
    create = add_command(keys, "create", "make a key and print it, once", _create)
    create.add_argument("--tenant", dest="_tenant", default="default")
    create.add_argument(
        "--scopes", dest="_scopes", default="check,read", help=f"of {', '.join(wiring.SCOPES)} (check,read)"
    )
    create.add_argument(
        "--buyer", dest="_buyer", metavar="NAME", default="", help="whose outcomes it tells; the key's id if not given"
    )
    create.add_argument("--label", dest="_label", default="", help="what it is for")
    add_command(keys, "list", "list the keys, without their secrets", _list)
    revoke = add_command(keys, "revoke", "make a key useless from now on", _revoke)
    revoke.add_argument("_key_id", metavar="ID")


def _create(settings: Settings, tenant: str, scopes: str, label: str, buyer: str) -> None:
    wiring.prepare(settings.data_dir)
    moment = format_utc(datetime.now(UTC))
    key, secret = wiring.key_file(settings).create(
        tenant, [scope.strip() for scope in scopes.split(",")], label, moment, buyer
    )
    print(f"key {key.id} of tenant {key.tenant} with {', '.join(key.scopes)}; it is shown this once:\n{secret}")


def _list(settings: Settings) -> None:
    for key in wiring.key_file(settings).all():
        print(f"{key.id}  {key.tenant:12} {','.join(key.scopes):30} {key.created_at}  {_about(key)}".rstrip())


def _about(key: wiring.Key) -> str:
    return f"{key.label}  (buyer {key.buyer})".strip() if key.buyer else key.label


def _revoke(settings: Settings, key_id: str) -> None:
    if not wiring.key_file(settings).revoke(key_id):
        raise Failed(f"there is no key {key_id}; `fraudcheck keys list` shows them")
    print(f"key {key_id} is revoked")
