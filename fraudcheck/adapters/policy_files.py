"""Which policy does a tenant have? The default policy, with the values of the tenant's own file over it."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from fraudcheck.scoring.policy import Policy, load_policy


def default_policy() -> dict[str, Any]:
    """The default policy, as the tables of its TOML file."""
    return tomllib.loads(resources.files("fraudcheck").joinpath("policy.toml").read_text())


def read_policy(path: Path) -> Policy:
    """The policy of a tenant's file, over the default. Raises ValueError with what is wrong and where."""
    try:
        return load_policy(default_policy(), tomllib.loads(path.read_text()))
    except (OSError, ValueError) as problem:
        raise ValueError(f"{path}: {problem}") from None


def tenant_policy(data_dir: Path, tenant: str) -> Policy:
    """The policy in ``policies/TENANT.toml`` of the data directory; the default one if there is no such file.

    Raises ValueError as ``read_policy``.
    """
    own = data_dir / "policies" / f"{tenant}.toml"
    return read_policy(own) if own.exists() else load_policy(default_policy())
