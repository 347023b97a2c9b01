"""How is an anomaly model stored, and is a folder a model, whole and unchanged?

``model.json`` is what ``anomaly.detector.encode_model`` gives. ``manifest.json`` describes it, with the ``sha256`` of
that file and the ``digest`` of the features' definitions. Both are plain data: nothing in them is ever executed.
"""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import Any

from fraudcheck.anomaly.detector import Model, decode_model, encode_model
from fraudcheck.anomaly.features import features_digest


def load(folder: Path) -> tuple[Model, dict[str, Any]]:
    """Read a model and its manifest. Raises ValueError with what is wrong and what to do."""
    try:
        body = (folder / "model.json").read_bytes()
        manifest = json.loads((folder / "manifest.json").read_bytes())
        if sha256(body).hexdigest() != manifest["sha256"]:
            raise ValueError("model.json is not the one that its manifest names")
        model = decode_model(body)
        if features_digest(model.features) != manifest["digest"]:
            raise ValueError("the features are not those that its manifest names")
    except (OSError, KeyError, TypeError, ValueError) as problem:
        cause = problem.strerror if isinstance(problem, OSError) else problem
        raise ValueError(f"{folder}: {cause}; remove the folder to go on with the shipped model") from None
    return model, manifest


def write(folder: Path, model: Model, manifest: dict[str, Any]) -> dict[str, Any]:
    """Write a model's two files, durably. Returns the manifest with the names of the features and both hashes."""
    body = encode_model(model)[1]
    full_manifest = {
        "name": model.name,
        **manifest,
        "features": [feature.name for feature in model.features],
        "digest": features_digest(model.features),
        "sha256": sha256(body).hexdigest(),
    }
    _write_durably(folder / "model.json", body)
    _write_durably(folder / "manifest.json", json.dumps(full_manifest, indent=1).encode() + b"\n")
    return full_manifest


def keep(folder: Path, model: Model, manifest: dict[str, Any], card: str) -> None:
    """Store a model as ``folder``, completely or not at all. The model before it is kept as ``FOLDER.previous``."""
    new, previous = folder.with_name(folder.name + ".new"), folder.with_name(folder.name + ".previous")
    rmtree(new, ignore_errors=True)
    new.mkdir(parents=True, mode=0o700)
    write(new, model, manifest)
    _write_durably(new / "CARD.md", card.encode())
    if folder.exists():
        rmtree(previous, ignore_errors=True)
        folder.rename(previous)
    new.rename(folder)


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
