"""Where does a trained model go? Into the operator's own folder, with its manifest and its card."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from fraudcheck.adapters import model_file
from fraudcheck.operations.train import Trained
from fraudcheck.operations.training_text import model_card, model_manifest
from fraudcheck.settings import Settings, model_folder


def keep_model(settings: Settings, trained: Trained, now: datetime) -> Path:
    """Put a trained model in the place of the operator's own, and give its folder."""
    folder = model_folder(settings)
    model_file.keep(folder, trained.model, model_manifest(trained, now), model_card(trained))
    return folder
