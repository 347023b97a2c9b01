"""What kind of enquiry is a text? The enquiries model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from fraudcheck.ports.lists import TextReading

if TYPE_CHECKING:
    from fraudcheck.fields.enquiry import Model


class _About(Struct):
    version: str


def enquiries_reader() -> tuple[str, Callable[[str], TextReading | None]]:
    """The version of the model, and its reader. The first text loads the model, which raises ValueError when its file
    is not that of its manifest: with numpy that takes a quarter of a second, which a lead without a text shall not pay.
    """
    return msgspec.json.decode(_folder().joinpath("manifest.json").read_bytes(), type=_About).version, _read


def _read(text: str) -> TextReading | None:
    return enquiries_model().read(text)


@cache
def enquiries_model() -> Model:
    """The model. Raises ValueError when its file is not that of its manifest."""
    from fraudcheck.fields.enquiry import Manifest, Model  # noqa: PLC0415 - with numpy, see above

    manifest = msgspec.json.decode(_folder().joinpath("manifest.json").read_bytes(), type=Manifest)
    body = _folder().joinpath("model.bin").read_bytes()
    if hashlib.sha256(body).hexdigest() != manifest.sha256:
        raise ValueError("models/enquiries holds another file than its manifest describes: train it again")
    return Model(manifest, body)


def _folder() -> Traversable:
    return resources.files("fraudcheck.models").joinpath("enquiries")
