"""`fraudcheck train`: learn from the ledger what ordinary leads look like."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from fraudcheck import wiring
from fraudcheck.cli.command import Failed, add_command, add_look_back, print_progress
from fraudcheck.operations.keep_model import keep_model
from fraudcheck.operations.train import train_model, training_examples
from fraudcheck.operations.training_text import training_text
from fraudcheck.settings import Settings, model_folder


def add(commands: Any) -> None:
    """Add the command."""
    train = add_command(commands, "train", "learn from the ledger what ordinary leads look like", _train)
    add_look_back(train)
    train.add_argument(
        "--trust",
        dest="_trust",
        metavar="VENDOR",
        action="append",
        default=[],
        help="learn from this vendor though its leads have changed, as with a new form",
    )
    train.add_argument("--dry-run", dest="_dry_run", action="store_true", help="show what would come of it")


def _train(settings: Settings, days: int, tenant: str, trust: list[str], dry_run: bool) -> None:
    now = datetime.now(UTC)
    examples = asyncio.run(training_examples(settings, tenant, now - timedelta(days=days), print_progress))
    trained = train_model(
        examples,
        f"leads {now:%Y-%m-%d}",
        wiring.load_model(settings),
        stranger=not model_folder(settings).exists(),
        trust=trust,
    )
    print("\n".join(training_text(trained)))
    if trained.refused:
        raise Failed(f"the model in service stays: the new one is worse, for {trained.refused}")
    if dry_run:
        print("\nIt would be put into service.")
        return
    folder = keep_model(settings, trained, now)
    print(f"\nKept in {folder}; it is used from the next start on.")
