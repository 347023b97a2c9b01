"""Labelled cases that may lie beside the project. Tests that read them are skipped where they do not."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDER = ROOT.parent / "shared"
"""Not a part of the project: a clone alone passes without it."""


def shared(name: str) -> Path:
    """A file of the folder; the test that asks for it is skipped where it is not there."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"needs shared/{name} beside the project")
    return path


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a CSV of the folder."""
    with shared(name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
