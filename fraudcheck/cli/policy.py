"""`fraudcheck policy`: see what a policy would do before it is used."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from fraudcheck.adapters.policy_files import default_policy, read_policy
from fraudcheck.cli.command import Failed, add_command, add_look_back, print_progress
from fraudcheck.operations.backtest import Comparison, compare
from fraudcheck.operations.backtest_text import comparison_text
from fraudcheck.scoring.policy import encode_policy, load_policy
from fraudcheck.settings import Settings


def add(commands: Any) -> None:
    """Add the commands."""
    policy = commands.add_parser("policy", help="see what a policy would do before it is used").add_subparsers(
        required=True, metavar="check|backtest"
    )
    examine = add_command(policy, "check", "read a policy file and print what it changes", _policy_check)
    examine.add_argument("_file", metavar="FILE", type=Path)
    backtest = add_command(
        policy, "backtest", "judge the kept leads again under a policy file and print what differs", _policy_backtest
    )
    backtest.add_argument("_file", metavar="FILE", type=Path)
    add_look_back(backtest)


def _policy_check(settings: Settings, file: Path) -> None:
    policy, default = read_policy(file), load_policy(default_policy())
    changes = policy_changes(msgspec.to_builtins(default), msgspec.to_builtins(policy))
    print(f"{file} can be used; its hash is {encode_policy(policy)[0]}")
    print("\n".join(changes) if changes else "it changes nothing of the default")


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


def policy_changes(default: dict[str, Any], own: dict[str, Any], path: str = "") -> list[str]:
    """A line for each setting in which a policy differs from the default."""
    lines = []
    for name in {**default, **own}:
        before, after = default.get(name), own.get(name)
        if isinstance(before, dict) and isinstance(after, dict):
            lines += policy_changes(before, after, f"{path}{name}.")
        elif before != after:
            lines.append(f"  {path}{name}: {'not set' if before is None else before} -> {after}")
    return lines
