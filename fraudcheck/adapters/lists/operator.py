"""Which lists did the operator install? Text files in the data directory, one domain a line, read once at start."""

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
"""A list of throw-away domains with fewer is taken for a mistake. A list of exceptions may hold a single domain."""

_LIST_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_DOMAIN = re.compile(r"(?=.{4,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")
_HEADER = re.compile(r"# version: (\S+)")


class InstalledList(Struct, frozen=True):
    """What was installed: ``domains`` installed, ``no_domains`` lines left out because they are no domains, and
    ``allowed`` domains left out because they must not be called throw-away.
    """

    domains: int
    no_domains: int
    allowed: int


def read_lists(folder: Path) -> Mapping[str, tuple[str, frozenset[str]]]:
    """Version and domains of each installed list, by its name. Raises ValueError naming a file that cannot be read."""
    return {file.stem: _read_installed(file) for file in sorted(folder.glob("*.txt"))}


def install(
    folder: Path, name: str, files: Iterable[Path], allowed: Set[str], *, fewest: int = FEWEST
) -> InstalledList:
    """Install the domains of all ``files`` as list ``name``, replacing what the list held before.

    Domains that are in ``allowed`` or below one of these are left out. A public suffix (``co.uk``) is no domain.
    Raises ValueError when the name is wrong, when more than a tenth of the lines are no domains, or when fewer than
    ``fewest`` domains are left.
    """
    if not _LIST_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a list: small letters, digits, dot, hyphen and underscore")
    entries = [entry for file in files for entry in _read_entries(file)]
    is_suffix = PublicSuffixList(only_icann=True).is_public
    valid = [entry for entry in entries if _is_domain(entry) and not is_suffix(entry)]
    domains, wrong = set(valid), len(entries) - len(valid)
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
    """Remove an installed list, so that a shipped one of that name is used again. False when there is none."""
    file = folder / f"{name}.txt"
    if not _LIST_NAME.fullmatch(name) or not file.exists():
        return False
    file.unlink()
    return True


def _read_installed(file: Path) -> tuple[str, frozenset[str]]:
    try:
        head, _, body = file.read_text("utf-8").partition("\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise ValueError(f"cannot read the list {file}: {problem}") from None
    if not (header := _HEADER.fullmatch(head)):
        raise ValueError(f"{file} is no list that `fraudcheck lists update` wrote; put it in with that command")
    return header[1], frozenset(body.split())


def _read_entries(file: Path) -> list[str]:
    """The entries of a text file (one a line) or a JSON array, in lower case, and as A-labels where possible."""
    try:
        text = file.read_text("utf-8-sig")
        if text.lstrip().startswith("["):
            lines = json.loads(text)
        else:
            lines = [line.partition("#")[0] for line in text.splitlines()]
    except (UnicodeDecodeError, json.JSONDecodeError) as problem:
        raise ValueError(f"{file} is neither plain text nor a JSON array: {problem}") from None
    # *.a.com, .a.com and @a.com mean a.com and all below it, which each entry means here.
    return [_a_label(entry) for line in lines if (entry := str(line).lower().strip().lstrip("*.@").rstrip("."))]


def _a_label(entry: str) -> str:
    """The ASCII form of a domain; the text itself when it has none."""
    try:
        return entry if entry.isascii() else entry.encode("idna").decode()
    except UnicodeError:
        return entry


def _is_domain(entry: str) -> bool:
    return bool(_DOMAIN.fullmatch(entry)) and not entry.rpartition(".")[2].isdigit()
