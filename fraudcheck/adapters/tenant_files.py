"""Which policy, table of quality, funnel and competitors does a tenant have? The defaults, with the tenant's own files
over them.

A reader of a file raises ValueError with what is wrong and where; no file is ever half read. ``tenant_…`` gives the
default where the tenant has no such file in the data directory.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from fraudcheck.fields.competitors import NO_COMPETITORS, Competitors, load_competitors
from fraudcheck.fields.currencies import CURRENCIES
from fraudcheck.scoring.policy import Policy, load_policy
from fraudcheck.worth.funnel import DEFAULT, Funnel, load_funnel
from fraudcheck.worth.quality import QualityTable, load_quality

QUALITY_FILE, FUNNEL_FILE, COMPETITORS_FILE = "quality.toml", "funnel.toml", "competitors.toml"
"""The files in ``tenants/TENANT``."""

_Table = TypeVar("_Table")


def default_policy() -> dict[str, Any]:
    """The default policy, as the tables of its TOML file."""
    return tomllib.loads(resources.files("fraudcheck").joinpath("policy.toml").read_text())


def read_policy(path: Path) -> Policy:
    """The policy of a tenant's file, over the default."""
    return _read(path, lambda table: load_policy(default_policy(), table))


def tenant_policy(data_dir: Path, tenant: str) -> Policy:
    """The policy in ``policies/TENANT.toml``."""
    own = data_dir / "policies" / f"{tenant}.toml"
    return read_policy(own) if os.path.lexists(own) else load_policy(default_policy())


def read_quality_table(path: Path) -> QualityTable:
    """The table of quality in a file, over the default."""
    return _read(path, load_quality)


def tenant_quality(data_dir: Path, tenant: str) -> QualityTable:
    """The table in ``tenants/TENANT/quality.toml``."""
    own = data_dir / "tenants" / tenant / QUALITY_FILE
    return read_quality_table(own) if os.path.lexists(own) else QualityTable()


def read_funnel(path: Path) -> Funnel:
    """The funnel in a file, over the default."""
    return _read(path, _load_funnel)


def _load_funnel(raw: Mapping[str, Any]) -> Funnel:
    """The funnel, whose currency has to be one: platforms take no file with another."""
    funnel = load_funnel(raw)
    if funnel.currency is not None and funnel.currency not in CURRENCIES:
        raise ValueError(f'currency: no currency has the code {funnel.currency}; give one of ISO 4217 such as "EUR"')
    return funnel


def tenant_funnel(data_dir: Path, tenant: str) -> Funnel:
    """The funnel in ``tenants/TENANT/funnel.toml``."""
    own = data_dir / "tenants" / tenant / FUNNEL_FILE
    return read_funnel(own) if os.path.lexists(own) else DEFAULT


def read_competitors(path: Path) -> Competitors:
    """The competitors in a file."""
    return _read(path, load_competitors)


def tenant_competitors(data_dir: Path, tenant: str) -> Competitors:
    """The competitors in ``tenants/TENANT/competitors.toml``; none where there is no such file."""
    own = data_dir / "tenants" / tenant / COMPETITORS_FILE
    return read_competitors(own) if os.path.lexists(own) else NO_COMPETITORS


def _read(path: Path, load: Callable[[Mapping[str, Any]], _Table]) -> _Table:
    try:
        if not path.is_file():
            raise ValueError("missing, or no ordinary file: put one there, or delete what is there")
        text = path.read_text("utf-8")
        if not text.strip():
            raise ValueError("empty, as half-written files are: write it again, or delete it for the default")
        return load(tomllib.loads(text))
    except (OSError, ValueError, TypeError, RecursionError) as problem:
        raise ValueError(f"{path}: {getattr(problem, 'strerror', None) or problem}") from None
