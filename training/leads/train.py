"""Train the model that ships: ``python -m training.leads.train``. The same packages give the same bytes."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from pathlib import Path

from fraudcheck.adapters import model_file
from fraudcheck.operations.train import train_model
from fraudcheck.operations.training_text import model_manifest, training_text
from training.leads import generate
from training.play import Player, rows, some

SEED, COUNT = 20_261_123, 40_000
MODEL = Path(__file__).parents[2] / "models" / "leads"


def main() -> None:
    """Make leads, judge them without a model, learn from them, and write the files beside this one."""
    player = Player()
    networks = some(player.ports.ip_intelligence, generate.PEOPLE, random.Random(SEED), 60)  # type: ignore[arg-type] # noqa: S311
    judged = asyncio.run(player.play(generate.leads(SEED, COUNT, networks)))
    trained = train_model(rows(judged), "generated 2026.11", None)
    print("\n".join(training_text(trained)))
    made = model_file.write(
        MODEL,
        trained.model,
        model_manifest(trained, datetime(2026, 11, 23, tzinfo=UTC))
        | {"licence": "MIT", "made_by": f"training/leads/generate.py, seed {SEED}: no real lead"},
    )
    print(made["sha256"])


if __name__ == "__main__":
    main()
