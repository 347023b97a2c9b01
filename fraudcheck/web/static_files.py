"""Which scripts and styles do our own pages load? Files of the package, under names that change with their content.

No page needs one to be read or used. What pages of other sites load is another matter (``handlers.form_script``).
"""

from __future__ import annotations

import gzip
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).with_name("static")
_TYPES = {".js": "text/javascript", ".css": "text/css"}


class StaticFile(NamedTuple):
    """A file as it is sent: plain and packed by gzip, with its media type."""

    body: bytes
    packed: bytes
    media_type: str


def static_url(name: str) -> str:
    """Where a page finds a file of ``static/``: ``upload.js``. Raises KeyError if there is none."""
    return f"/static/{_named(_all()[name].body, name)}"


def find(name: str) -> StaticFile | None:
    """The file of a name with its hash, ``upload.0123456789abcdef.js``; None where there is none."""
    return _served().get(name)


@cache
def _all() -> dict[str, StaticFile]:
    return {
        path.name: StaticFile(body := path.read_bytes(), gzip.compress(body, mtime=0), _TYPES[path.suffix])
        for path in FOLDER.iterdir()
        if path.suffix in _TYPES and not path.name.startswith("form.")
    }


@cache
def _served() -> dict[str, StaticFile]:
    return {_named(file.body, name): file for name, file in _all().items()}


def _named(body: bytes, name: str) -> str:
    path = Path(name)
    return f"{path.stem}.{sha256(body).hexdigest()[:16]}{path.suffix}"
