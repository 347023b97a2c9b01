"""Which lists are in use? They can be shown, and the operator's own installed and removed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from fraudcheck import wiring
from fraudcheck.adapters.lists import operator, throwaway_domains
from fraudcheck.adapters.lists.inventory import ListInfo
from fraudcheck.adapters.lists.inventory import inventory as all_lists
from fraudcheck.adapters.lists.sources import NOT_REPLACEABLE
from fraudcheck.settings import Settings, list_folder

OLD_DAYS = 90
"""Days after which what a list says is out of date."""


def days_old(row: ListInfo, now: datetime) -> int:
    """Days since a list's date."""
    return (now - datetime.fromisoformat(row.date).replace(tzinfo=UTC)).days


def is_old(row: ListInfo, now: datetime) -> bool:
    """Whether what a list says is out of date."""
    return days_old(row, now) > OLD_DAYS


def inventory(settings: Settings) -> list[ListInfo]:
    """Every list in use."""
    return all_lists(operator.read_lists(list_folder(settings)))


def install_list(settings: Settings, name: str, files: list[Path]) -> operator.InstalledList:
    """Install a list from files, to be used from the next start on. Raises ValueError with what is wrong."""
    if name in NOT_REPLACEABLE:
        raise ValueError(f"{name} comes with its package, which pip updates; give another name")
    if name in throwaway_domains.exceptions():
        raise ValueError(f"{name} names no throw-away domains but exceptions; put further ones in as allowed")
    wiring.prepare(settings.data_dir)
    if name in ("allowed", "free"):
        return operator.install(list_folder(settings), name, files, allowed=frozenset(), fewest=1)
    return operator.install(
        list_folder(settings), name, files, allowed=throwaway_domains.never_throwaway(wiring.load_lists(settings))
    )


def remove_list(settings: Settings, name: str) -> bool:
    """Remove the operator's list of this name; False if there is none."""
    return operator.remove(list_folder(settings), name)
