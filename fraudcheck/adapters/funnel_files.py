"""Which funnel does a tenant have? The default one, with the values of the tenant's own file over it."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from fraudcheck.worth.funnel import DEFAULT, Funnel, load_funnel


def read_funnel(path: Path) -> Funnel:
    """The funnel in a file. Raises ValueError with what is wrong and where."""
    try:
        if not path.is_file():
            raise ValueError("missing, or no ordinary file: put one there, or delete what is there")
        text = path.read_text("utf-8")
        if not text.strip():
            raise ValueError("empty, as half-written files are: write it again, or delete it for the default funnel")
        return load_funnel(tomllib.loads(text))
    except (OSError, ValueError, TypeError, RecursionError) as problem:
        raise ValueError(f"{path}: {getattr(problem, 'strerror', None) or problem}") from None


def tenant_funnel(data_dir: Path, tenant: str) -> Funnel:
    """The funnel in ``tenants/TENANT/funnel.toml`` of the data directory; the default one if there is no such file.

    Raises ValueError as ``read_funnel``.
    """
    own = data_dir / "tenants" / tenant / "funnel.toml"
    return read_funnel(own) if os.path.lexists(own) else DEFAULT
