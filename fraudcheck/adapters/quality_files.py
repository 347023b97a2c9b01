"""By which table is the quality of a tenant's leads read? The default one, with the tenant's own over it."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from fraudcheck.worth.quality import QualityTable, load_quality


def read_quality_table(path: Path) -> QualityTable:
    """The table in a file, over the default. Raises ValueError with what is wrong and where."""
    try:
        if not path.is_file():
            raise ValueError("missing, or no ordinary file: put one there, or delete what is there")
        text = path.read_text("utf-8")
        if not text.strip():
            raise ValueError("empty, as half-written files are: write it again, or delete it for the default table")
        return load_quality(tomllib.loads(text))
    except (OSError, ValueError, TypeError, RecursionError) as problem:
        raise ValueError(f"{path}: {getattr(problem, 'strerror', None) or problem}") from None


def tenant_quality(data_dir: Path, tenant: str) -> QualityTable:
    """The table in ``tenants/TENANT/quality.toml`` of the data directory; the default one if there is no such file.

    Raises ValueError as ``read_quality_table``.
    """
    own = data_dir / "tenants" / tenant / "quality.toml"
    return read_quality_table(own) if os.path.lexists(own) else QualityTable()
