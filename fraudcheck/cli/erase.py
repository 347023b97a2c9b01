"""`fraudcheck erase`: delete a person's data from the ledger."""

from __future__ import annotations

from typing import Any

from fraudcheck import wiring
from fraudcheck.cli.command import Failed, add_command, run_async
from fraudcheck.operations.erase import identities
from fraudcheck.settings import Settings


def add(commands: Any) -> None:
    """Add the command."""
    erase = add_command(commands, "erase", "delete a person's data from the ledger; verdicts stay", _erase)
    erase.add_argument("--check", dest="_check_id", metavar="CHECK_ID", help="the lead of this check")
    erase.add_argument("--email", dest="_email", help="every lead of this mailbox")
    erase.add_argument("--phone", dest="_phone", help="every lead with this number (+…)")
    erase.add_argument("--tenant", dest="_tenant", default="default")


def _erase(settings: Settings, tenant: str, check_id: str | None, email: str | None, phone: str | None) -> None:
    if not (check_id or email or phone):
        raise Failed("say whose data to erase: --check, --email or --phone")

    async def erasing() -> None:
        async with wiring.ledger_only(settings) as ledger:
            found = [check_id] if check_id else []
            for identity in identities(settings, tenant, email, phone):
                found += await ledger.find(tenant, identity)
            await ledger.erase(tenant, found)
        print(f"erased the personal data of {len(set(found))} check(s)")

    run_async(erasing())
