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
from training.simulation import Simulation, draw_networks, training_examples

SEED, COUNT = 20_261_123, 40_000
MODEL = Path(__file__).parents[2] / "models" / "leads"


def main() -> None:
    """Make leads, check them without a model, train one on their facts, and write it to ``models/leads``."""
    simulation = Simulation()
    dice = random.Random(SEED)  # noqa: S311 - repeatable on purpose
    networks = draw_networks(simulation.ports.ip_intelligence, generate.COUNTRIES, dice, 60)  # type: ignore[arg-type]
    checked = asyncio.run(simulation.check_all(generate.leads(SEED, COUNT, networks)))
    trained = train_model(training_examples(checked), "generated 2026.12", None, made_up=True)
    print("\n".join(training_text(trained)))
    manifest = model_file.write(
        MODEL,
        trained.model,
        model_manifest(trained, datetime(2026, 11, 28, tzinfo=UTC))
        | {"licence": "MIT", "made_by": f"training/leads/generate.py, seed {SEED}: no real lead"},
    )
    print(manifest["sha256"])


if __name__ == "__main__":
    main()
