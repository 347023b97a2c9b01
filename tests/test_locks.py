"""What is installed stands in ``locks/``: every package that the project asks for, at one version, by its hashes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
ASKED = {
    "run": PROJECT["dependencies"],
    "batch": [*PROJECT["dependencies"], *EXTRAS["batch"]],
    "dev": [*PROJECT["dependencies"], *(asked for extra in EXTRAS.values() for asked in extra)],
}


def locked(name: str) -> dict[str, tuple[str, int]]:
    """Version and number of hashes of each package in a lock file."""
    packages = {}
    for entry in re.split(r"\n(?=\S)", (ROOT / "locks" / f"{name}.txt").read_text()):
        requirement = Requirement(entry.partition("\\\n")[0].strip())
        (version,) = requirement.specifier
        assert version.operator == "=="
        packages[canonicalize_name(requirement.name)] = (
            version.version,
            len(re.findall("--hash=sha256:[0-9a-f]{64}", entry)),
        )
    return packages


@pytest.mark.parametrize("name", ASKED)
def test_everything_that_is_asked_for_is_locked(name: str) -> None:
    packages = locked(name)
    assert all(hashes for _, hashes in packages.values())
    for text in ASKED[name]:
        asked = Requirement(text)
        if asked.name != "fraudcheck":
            assert asked.specifier.contains(packages[canonicalize_name(asked.name)][0]), text


def test_the_locks_have_one_version_of_each_package() -> None:
    everything = locked("dev")
    for name in ("run", "batch"):
        assert locked(name).items() <= everything.items()


def test_no_lock_names_a_host() -> None:
    for file in (ROOT / "locks").iterdir():
        assert "://" not in file.read_text()
        assert "index-url" not in file.read_text()
