"""How are people's names spelled, and which names stand for the same one? The names model, and forms of names."""

from __future__ import annotations

import hashlib
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import msgspec

from fraudcheck.fields.name.spelling import Manifest, Model


def names_model() -> Model:
    """The model of how names are spelled. Raises ValueError when its files are not those of its manifest."""
    folder = resources.files("fraudcheck.models").joinpath("names")
    manifest = msgspec.json.decode(folder.joinpath("manifest.json").read_bytes(), type=Manifest)
    body, known = (folder.joinpath(name).read_bytes() for name in ("model.bin", "known.txt"))
    if [hashlib.sha256(data).hexdigest() for data in (body, known)] != [manifest.sha256, manifest.known_sha256]:
        raise ValueError("models/names holds other files than its manifest describes: train it again")
    return Model(manifest, body, frozenset(known.decode().split()))


def name_forms(table: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Other forms of each name (Robert: Bob, Rob), from the table ``name_forms`` and the package nicknames."""
    rows = [line.split() for group in ("short", "spelled") for lines in table[group].values() for line in lines]
    # Read as data: importing the package takes 50 ms. Its rows are ``name, has_nickname, short form``.
    path = str(metadata.distribution("nicknames").locate_file("nicknames/names.csv"))
    rows += [line.split(",")[::2] for line in Path(path).read_text("utf-8").splitlines()[1:]]
    forms: dict[str, tuple[str, ...]] = {}
    for name, *others in rows:
        forms[name] = (*forms.get(name, ()), *others)
    return forms
