"""What kind of enquiry is a text? The enquiries model."""

from __future__ import annotations

import hashlib
from importlib import resources

import msgspec

from fraudcheck.fields.enquiry import Manifest, Model


def enquiries_model() -> Model:
    """The model of kinds and languages. Raises ValueError when its file is not that of its manifest."""
    folder = resources.files("fraudcheck.models").joinpath("enquiries")
    manifest = msgspec.json.decode(folder.joinpath("manifest.json").read_bytes(), type=Manifest)
    body = folder.joinpath("model.bin").read_bytes()
    if hashlib.sha256(body).hexdigest() != manifest.sha256:
        raise ValueError("models/enquiries holds another file than its manifest describes: train it again")
    return Model(manifest, body)
