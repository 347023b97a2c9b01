"""What does the tenant's policy file say? The default policy with the tenant's own values over it."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from fraudcheck.scoring.policy import Policy, load_policy


def default_policy() -> dict[str, Any]:
    """The tables of the policy that ships with the package."""
    return tomllib.loads(resources.files("fraudcheck").joinpath("policy.toml").read_text())


def read_policy(path: Path) -> Policy:
    """A tenant's policy file over the default. Raises ValueError with what is wrong and where."""
    try:
        return load_policy(default_policy(), tomllib.loads(path.read_text()))
    except (OSError, ValueError) as problem:
        raise ValueError(f"{path}: {problem}") from None


def tenant_policy(data_dir: Path, tenant: str) -> Policy:
    """The policy in ``policies/TENANT.toml`` of the data directory, else the default one."""
    own = data_dir / "policies" / f"{tenant}.toml"
    return read_policy(own) if own.exists() else load_policy(default_policy())
