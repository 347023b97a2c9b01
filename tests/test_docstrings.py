"""What docstrings and comments name in the code is there."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from tests.shared import ROOT

NAME = re.compile(r"``(?:fraudcheck\.)?([a-z_]\w*(?:\.\w+)+)``")
"""A dotted name in double backticks."""
ROOMS = {path.stem for path in (ROOT / "fraudcheck").iterdir() if path.is_dir() or path.suffix == ".py"}
FILES = [path for path in sorted((ROOT / "fraudcheck").rglob("*.py")) if "``" in path.read_text("utf-8")]


def is_there(name: str) -> bool:
    """Whether a module, or something in it, has this name below ``fraudcheck``."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(["fraudcheck", *parts[:length]]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            if part in getattr(found, "__annotations__", {}):
                return True
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "fraudcheck")))
def test_what_is_named_in_the_code_is_there(path: Path) -> None:
    """Names that begin with a room's, such as ``ledger.entry.make_entry``; a lead's fields are dotted too."""
    named = set(NAME.findall(path.read_text("utf-8")))
    code = {name for name in named if name.split(".")[0] in ROOMS}
    assert {name for name in code if not is_there(name)} == set()
