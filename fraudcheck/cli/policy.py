"""`fraudcheck policy`: see what a policy would do before it is used."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from fraudcheck.adapters.tenant_files import (
    COMPETITORS_FILE,
    FUNNEL_FILE,
    QUALITY_FILE,
    default_policy,
    read_competitors,
    read_funnel,
    read_policy,
    read_quality_table,
)
from fraudcheck.cli.command import Failed, add_command, add_look_back, print_progress
from fraudcheck.fields.competitors import NO_COMPETITORS
from fraudcheck.operations.backtest import Comparison, compare
from fraudcheck.operations.backtest_text import comparison_text
from fraudcheck.scoring.policy import encode_policy, load_policy
from fraudcheck.settings import Settings
from fraudcheck.worth.funnel import DEFAULT
from fraudcheck.worth.quality import QualityTable


def add(commands: Any) -> None:
    """Add the commands."""
    policy = commands.add_parser("policy", help="see what a policy would do before it is used").add_subparsers(
        required=True, metavar="check|backtest"
    )
    examine = add_command(
        policy,
        "check",
        "read a policy, or a quality, funnel or competitors.toml, and print what it changes",
        _policy_check,
    )
    examine.add_argument("_file", metavar="FILE", type=Path)
    backtest = add_command(
        policy, "backtest", "judge the kept leads again under a policy file and print what differs", _policy_backtest
    )
    backtest.add_argument("_file", metavar="FILE", type=Path)
    add_look_back(backtest)


_MOST_CHANGES, _MOST_LISTED = 40, 6
"""What fits on a screen: changes, and what is new or gone of one list."""


def _policy_check(settings: Settings, file: Path) -> None:
    told, changes = _READERS.get(file.name, _read_own_policy)(file)
    print(f"{file} can be used{told}")
    if len(changes) > _MOST_CHANGES:
        changes = [*changes[:_MOST_CHANGES], f"  and {len(changes) - _MOST_CHANGES} changes more"]
    print("\n".join(changes) if changes else "it changes nothing of the default")


def _read_own_policy(file: Path) -> tuple[str, list[str]]:
    policy, default = read_policy(file), load_policy(default_policy())
    return _hashed(encode_policy(policy)[0]), _differences(default, policy)


def _read_own_quality(file: Path) -> tuple[str, list[str]]:
    table = read_quality_table(file)
    return _hashed(table.hash), table_changes(table)


def _hashed(name: str) -> str:
    return f"; its hash is {name}"


def _differences(default: Any, own: Any) -> list[str]:
    return policy_changes(msgspec.to_builtins(default), msgspec.to_builtins(own))


_READERS: dict[str, Callable[[Path], tuple[str, list[str]]]] = {
    QUALITY_FILE: _read_own_quality,
    FUNNEL_FILE: lambda file: ("", _differences(DEFAULT, read_funnel(file))),
    COMPETITORS_FILE: lambda file: ("", _differences(NO_COMPETITORS, read_competitors(file))),
}
"""The files that are no policies, by their names."""


def _policy_backtest(settings: Settings, file: Path, days: int, tenant: str) -> None:
    policy, since = read_policy(file), datetime.now(UTC) - timedelta(days=days)
    comparison = asyncio.run(compare(settings, tenant, policy, since, print_progress))
    if not comparison.judged + comparison.erased:
        raise Failed(f"there are no leads of tenant {tenant} since {since:%Y-%m-%d}; look further back with --since")
    print("\n".join(backtest_text(comparison, str(file), tenant, since)))


def backtest_text(comparison: Comparison, file: str, tenant: str, since: datetime) -> list[str]:
    """A back-test in lines for a terminal."""
    first = f"{file} for the leads of tenant {tenant} since {since:%Y-%m-%d}; nothing is put into service"
    return [first, *comparison_text(comparison)]


def table_changes(table: QualityTable) -> list[str]:
    """A line for each criterion of fit, and for each setting in which a table of quality differs from the default."""
    own, default = (msgspec.to_builtins(each) for each in (table, QualityTable()))
    fit = [f"  fit: {criterion.shown}, weight {criterion.weight:g}" for criterion in table.fit]
    return [*fit, *policy_changes({**default, "fit": None}, {**own, "fit": None})]


def policy_changes(default: dict[str, Any], own: dict[str, Any], path: str = "") -> list[str]:
    """A line for each setting in which a policy differs from the default, in the words of its file."""
    lines = []
    for name in {**default, **own}:
        before, after = default.get(name), own.get(name)
        if isinstance(before, dict) and isinstance(after, dict):
            lines += policy_changes(before, after, f"{path}{name}.")
        elif before != after:
            lines.append(f"  {path}{name}: {_change(before, after)}")
    return lines


def _change(before: Any, after: Any) -> str:
    if isinstance(before, (list, tuple)) and isinstance(after, (list, tuple)):
        new, gone = ([each for each in one if each not in other] for one, other in ((after, before), (before, after)))
        said = [f"{word} {_listed(part)}" for word, part in (("with", new), ("without", gone)) if part]
        return "; ".join(said) or "in another order"
    return f"{'not set' if before is None else _toml(before)} -> {'not set' if after is None else _toml(after)}"


def _listed(values: list[Any]) -> str:
    more = f" and {len(values) - _MOST_LISTED} more" if len(values) > _MOST_LISTED else ""
    return ", ".join(map(_toml, values[:_MOST_LISTED])) + more


def _toml(value: Any) -> str:
    """A value as its file writes it; empty lists within a table are left out, for they say nothing."""
    if isinstance(value, dict):
        told = [f"{key} = {_toml(each)}" for key, each in value.items() if each not in (None, [], ())]
        return f"{{ {', '.join(told)} }}"
    if isinstance(value, (list, tuple)):
        return f"[{_listed(list(value))}]"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False)
