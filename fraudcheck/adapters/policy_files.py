"""Which policy does a tenant have, and which competitors? The default policy, with the values of the tenant's own file
over it; the tenant's own table of competitors.
"""

from __future__ import annotations

import os
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from fraudcheck.fields.competitors import NO_COMPETITORS, Competitors, load_competitors
from fraudcheck.scoring.policy import Policy, load_policy


def default_policy() -> dict[str, Any]:
    """The default policy, as the tables of its TOML file."""
    return tomllib.loads(resources.files("fraudcheck").joinpath("policy.toml").read_text())


def read_policy(path: Path) -> Policy:
    """The policy of a tenant's file, over the default. Raises ValueError with what is wrong and where."""
    try:
        if not path.is_file():
            raise ValueError("missing, or no ordinary file: put one there, or delete what is there")
        text = path.read_text()
        if not text.strip():
            raise ValueError("empty, as half-written files are: write it again, or delete it for the default policy")
        return load_policy(default_policy(), tomllib.loads(text))
    except (OSError, ValueError, TypeError, RecursionError) as problem:
        raise ValueError(f"{path}: {getattr(problem, 'strerror', None) or problem}") from None


def tenant_policy(data_dir: Path, tenant: str) -> Policy:
    """The policy in ``policies/TENANT.toml`` of the data directory; the default one if there is no such file.

    Raises ValueError as ``read_policy``.
    """
    own = data_dir / "policies" / f"{tenant}.toml"
    return read_policy(own) if os.path.lexists(own) else load_policy(default_policy())


def tenant_competitors(data_dir: Path, tenant: str) -> Competitors:
    """The table ``tenants/TENANT/competitors.toml`` of the data directory; none if there is no such file.

    Raises ValueError with what is wrong and where.
    """
    path = data_dir / "tenants" / tenant / "competitors.toml"
    if not os.path.lexists(path):
        return NO_COMPETITORS
    try:
        if not path.is_file():
            raise ValueError("no ordinary file: put one there, or delete what is there")
        text = path.read_text("utf-8")
        if not text.strip():
            raise ValueError("empty, as half-written files are: write it again, or delete it")
        return load_competitors(tomllib.loads(text))
    except (OSError, ValueError, TypeError, RecursionError) as problem:
        raise ValueError(f"{path}: {getattr(problem, 'strerror', None) or problem}") from None
