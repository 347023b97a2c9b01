"""Is this folder a model, whole and as it was made?

``model.json`` is what ``encode_model`` wrote, ``manifest.json`` says what it is, with ``sha256`` of it and the
``digest`` of its features. Nothing in it is ever run.
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
    """Give a model and its manifest. Raises ValueError with what is wrong and what to do."""
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
    """Write a model's two files, durably, and give the manifest, with the digests."""
    body = encode_model(model)[1]
    whole = {
        "name": model.name,
        **manifest,
        "features": [feature.name for feature in model.features],
        "digest": features_digest(model.features),
        "sha256": sha256(body).hexdigest(),
    }
    _put(folder / "model.json", body)
    _put(folder / "manifest.json", json.dumps(whole, indent=1).encode() + b"\n")
    return whole


def keep(folder: Path, model: Model, manifest: dict[str, Any], card: str) -> None:
    """Put a model in a folder's place, whole or not at all; the one before stays beside it as ``NAME.previous``."""
    new, previous = folder.with_name(folder.name + ".new"), folder.with_name(folder.name + ".previous")
    rmtree(new, ignore_errors=True)
    new.mkdir(parents=True, mode=0o700)
    write(new, model, manifest)
    _put(new / "CARD.md", card.encode())
    if folder.exists():
        rmtree(previous, ignore_errors=True)
        folder.rename(previous)
    new.rename(folder)


def _put(file: Path, content: bytes) -> None:
    with file.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
