"""Which lists did the operator add? Plain text files in the data directory, one domain a line, read once at start."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Set
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from msgspec import Struct
from publicsuffixlist import PublicSuffixList

from fraudcheck.fields.email.domains import parent_domains

FEWEST = 10
"""A throw-away list of fewer domains is a mistake; the operator's own exceptions may well be one."""

_LISTING_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_DOMAIN = re.compile(r"(?=.{4,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")
_HEADER = re.compile(r"# version: (\S+)")


class InstalledList(Struct, frozen=True):
    """What a file brought: domains kept, lines that are no domains, and domains that may not be called throw-away."""

    domains: int
    no_domains: int
    allowed: int


def read_lists(folder: Path) -> Mapping[str, tuple[str, frozenset[str]]]:
    """Version and domains by list name. Raises ValueError with the file that is none of ours."""
    return {file.stem: _read_file(file) for file in sorted(folder.glob("*.txt"))}


def install(
    folder: Path, name: str, files: Iterable[Path], allowed: Set[str], *, fewest: int = FEWEST
) -> InstalledList:
    """Put one list, made of all files, in the place of what it held. Raises ValueError with what is wrong.

    Domains in ``allowed``, or below one, are left out and counted. A public suffix (``co.uk``) is no domain.
    """
    if not _LISTING_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a list: small letters, digits, dot, hyphen and underscore")
    entries = [entry for file in files for entry in _entries(file)]
    is_suffix = PublicSuffixList(only_icann=True).is_public
    good = [entry for entry in entries if _is_domain(entry) and not is_suffix(entry)]
    domains, wrong = set(good), len(entries) - len(good)
    if wrong > len(entries) / 10:
        raise ValueError(f"{wrong} of {len(entries)} lines are no domains: one domain a line, or a JSON array of them")
    kept = {domain for domain in domains if not any(parent in allowed for parent in parent_domains(domain))}
    if len(kept) < fewest:
        raise ValueError(f"{len(kept)} domains are too few for a list; it needs {fewest}")
    text = "".join(f"{domain}\n" for domain in sorted(kept))
    version = f"{datetime.now(UTC):%Y-%m-%d}+{sha256(text.encode()).hexdigest()[:8]}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = folder / f"{name}.new"
    with new.open("w", encoding="utf-8") as file:
        file.write(f"# version: {version}\n{text}")
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / f"{name}.txt")
    return InstalledList(len(kept), wrong, len(domains) - len(kept))


def remove(folder: Path, name: str) -> bool:
    """Take a list away, so that the shipped one of that name counts again; False where there is none."""
    file = folder / f"{name}.txt"
    if not _LISTING_NAME.fullmatch(name) or not file.exists():
        return False
    file.unlink()
    return True


def _read_file(file: Path) -> tuple[str, frozenset[str]]:
    try:
        head, _, body = file.read_text("utf-8").partition("\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise ValueError(f"cannot read the list {file}: {problem}") from None
    if not (header := _HEADER.fullmatch(head)):
        raise ValueError(f"{file} is no list that `fraudcheck lists update` wrote; put it in with that command")
    return header[1], frozenset(body.split())


def _entries(file: Path) -> list[str]:
    """The entries of a text file or a JSON array, as A-labels in small letters where they can be that."""
    try:
        text = file.read_text("utf-8-sig")
        lines = (
            json.loads(text)
            if text.lstrip().startswith("[")
            else [line.partition("#")[0] for line in text.splitlines()]
        )
    except (UnicodeDecodeError, json.JSONDecodeError) as problem:
        raise ValueError(f"{file} is neither plain text nor a JSON array: {problem}") from None
    # Lists write a domain with everything below it as *.a.com, .a.com or @a.com: here each stands for that anyway.
    return [_a_label(entry) for line in lines if (entry := str(line).lower().strip().lstrip("*.@").rstrip("."))]


def _a_label(entry: str) -> str:
    try:
        return entry if entry.isascii() else entry.encode("idna").decode()
    except UnicodeError:
        return entry


def _is_domain(entry: str) -> bool:
    return bool(_DOMAIN.fullmatch(entry)) and not entry.rpartition(".")[2].isdigit()
