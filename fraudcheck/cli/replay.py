"""`fraudcheck replay`: judge a kept check again from its own facts."""

from __future__ import annotations

from typing import Any

from fraudcheck import wiring
from fraudcheck.cli.command import Failed, add_command, run_async
from fraudcheck.operations.replay import replay, replay_text
from fraudcheck.settings import Settings, ledger_url, shown_url


def add(commands: Any) -> None:
    """Add the command."""
    again = add_command(commands, "replay", "judge a kept check again from its own facts", _replay)
    again.add_argument("_check_id", metavar="CHECK_ID")
    again.add_argument("--tenant", dest="_tenant", default="default")


def _replay(settings: Settings, check_id: str, tenant: str) -> None:
    async def replaying() -> None:
        async with wiring.ledger_only(settings) as ledger:
            again = await replay(ledger, tenant, check_id)
        if again is None:
            raise Failed(f"there is no check {check_id} of tenant {tenant} in {shown_url(ledger_url(settings))}")
        print("\n".join(replay_text(again)))

    run_async(replaying())
