"""Train the model that ships: ``python -m models.leads.train``. The same packages give the same bytes."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from pathlib import Path

from bench.play import Player, rows, some
from fraudcheck import training
from fraudcheck.adapters import model_file
from models.leads import generate

SEED, COUNT = 20_261_123, 40_000
CARD = Path(__file__).with_name("CARD.md")


def main() -> None:
    """Make leads, judge them without a model, learn from them, and write the files beside this one."""
    player = Player()
    networks = some(player.ports.addresses, generate.PEOPLE, random.Random(SEED), 60)  # type: ignore[arg-type] # noqa: S311
    judged = asyncio.run(player.play(generate.leads(SEED, COUNT, networks)))
    trained = training.train(rows(judged), "generated 2026.11", None)
    print("\n".join(training.report(trained)))
    made = model_file.write(
        CARD.parent,
        trained.model,
        training.manifest(trained, datetime(2026, 11, 23, tzinfo=UTC))
        | {"licence": "MIT", "made_by": f"models/leads/generate.py, seed {SEED}: no real lead"},
    )
    print(made["sha256"])


if __name__ == "__main__":
    main()
