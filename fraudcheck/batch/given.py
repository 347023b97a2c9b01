"""Which files is a batch given, under which names, and which options are said of one of them alone?

An option that begins with a file's name and a colon (``acme.csv:phone=Tel.``) is for that file, and goes before what is
said of all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from fraudcheck.batch.columns import is_field, suggest_field
from fraudcheck.batch.request import Given
from fraudcheck.batch.vendor_names import vendor_of

STDIN = "-"
VENDOR = "source.vendor"


class Options(NamedTuple):
    """The options as they were typed, with or without a file's name before them."""

    maps: Sequence[str] = ()
    constants: Sequence[str] = ()
    encodings: Sequence[str] = ()
    dates: Sequence[str] = ()
    zones: Sequence[str] = ()
    vendor_from_name: bool = False


class ForAll(NamedTuple):
    """What is said of all files: columns by field, and the last of each other option."""

    chosen: dict[str, list[str]]
    encoding: str | None
    dates: str | None
    zone: str | None


def given_files(
    paths: Sequence[str], options: Options, called: Sequence[str] | None = None
) -> tuple[tuple[Given, ...], ForAll]:
    """The files under their names, with what is said of each, and what is said of all.

    ``called`` are their names where these are not those of the paths. Raises ValueError, with what to do, for options
    that cannot be followed.
    """
    if paths.count(STDIN) > 1:
        raise ValueError("- is standard input, which can be read once: name the other files")
    if called is not None and len(called) != len(paths):
        raise ValueError(f"--names has {len(called):,} names for {len(paths):,} files")
    names = file_names(paths if called is None else called)
    spelled = _spellings(paths, names)
    maps, own_maps = _by_file("--map", options.maps, spelled)
    constants, own_constants = _by_file("--set", options.constants, spelled)
    encodings, own_encodings = _by_file("--encoding", options.encodings, spelled)
    dates, own_dates = _by_file("--dates", options.dates, spelled)
    zones, own_zones = _by_file("--timezone", options.zones, spelled)
    for order in (*dates, *(order for orders in own_dates for order in orders)):
        if order not in ("day-first", "month-first"):
            raise ValueError(f"--dates {order}: give day-first or month-first")
    for_all = _values(constants)
    if options.vendor_from_name and VENDOR in for_all:
        raise ValueError(f"--set {VENDOR} and --vendor-from: give one of them, or --set FILE:{VENDOR}=NAME")
    given = tuple(
        Given(
            path=None if path == STDIN else Path(path),
            name=name,
            chosen=read_pairs(own_maps[i]),
            constants={**_from_name(name, options.vendor_from_name), **for_all, **_values(own_constants[i])},
            encoding=_last(own_encodings[i]),
            dates=_last(own_dates[i]),
            zone=_last(own_zones[i]),
        )
        for i, (path, name) in enumerate(zip(paths, names, strict=True))
    )
    return given, ForAll(read_pairs(maps), _last(encodings), _last(dates), _last(zones))


def file_names(paths: Sequence[str]) -> list[str]:
    """How files are named: without their folders where that is enough to tell them apart, all names different."""
    shown = [path.encode(errors="surrogateescape").decode("utf-8", "replace") for path in paths]
    bare = [Path(path).name or path for path in shown]
    often = Counter(bare)
    taken: Counter[str] = Counter()
    names = []
    for path, name in zip(shown, bare, strict=True):
        unique = name if often[name] == 1 else path
        taken[unique] += 1
        names.append(unique if taken[unique] == 1 else f"{unique} ({taken[unique]})")
    return names


def _spellings(paths: Sequence[str], names: Sequence[str]) -> dict[str, int]:
    """The position of each file by its name and by its path as it was given."""
    return {**{path: i for i, path in enumerate(paths)}, **{name: i for i, name in enumerate(names)}}


def _by_file(option: str, texts: Sequence[str], spelled: Mapping[str, int]) -> tuple[list[str], list[list[str]]]:
    """The values of an option for all files, and for each file those of its own."""
    for_all: list[str] = []
    own: list[list[str]] = [[] for _ in range(1 + max(spelled.values(), default=-1))]
    for text in texts:
        named = max((name for name in spelled if text.startswith(f"{name}:")), key=len, default="")
        if named:
            own[spelled[named]].append(text[len(named) + 1 :])
            continue
        before, colon, _ = text.partition(":")
        if colon and option in ("--encoding", "--dates", "--timezone"):
            raise ValueError(f"{option} {text}: no file {before} is given")
        field, equals, _ = text.partition("=")
        if colon and equals and ":" in field and not is_field(field):
            raise ValueError(f"{option} {text}: no file {before} is given")
        for_all.append(text)
    return for_all, own


def read_pairs(pairs: Sequence[str]) -> dict[str, list[str]]:
    """Fields and columns of pairs FIELD=COLUMN, in their order. Raises ValueError."""
    columns: dict[str, list[str]] = {}
    for pair in pairs:
        field, _, column = pair.partition("=")
        if not (field and column):
            raise ValueError(f"--map {field} names no column: give it as FIELD=COLUMN")
        columns.setdefault(field, []).append(column)
    return columns


def _values(pairs: Sequence[str]) -> dict[str, str]:
    """Fields and values of pairs FIELD=VALUE, the last of each field."""
    values: dict[str, str] = {}
    for pair in pairs:
        field, _, value = (part.strip() for part in pair.partition("="))
        if not (field and value):
            raise ValueError(f"--set {field} names no value: give it as FIELD=VALUE")
        if not is_field(field):
            raise ValueError(f"--set {field}: a lead has no such field: {suggest_field(field)}")
        values[field] = value
    return values


def _from_name(name: str, wanted: bool) -> dict[str, str]:
    if not wanted:
        return {}
    if name == STDIN:
        raise ValueError(f"--vendor-from filename: standard input has no name; give --set={STDIN}:{VENDOR}=NAME")
    return {VENDOR: vendor_of(name)}


def _last(values: Sequence[str]) -> str | None:
    return values[-1] if values else None
