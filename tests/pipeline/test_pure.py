"""The core touches no network, disk or clock: importing it loads no library that does."""

from __future__ import annotations

import subprocess
import sys

import pytest

IO = ("aiohttp", "alembic", "daft", "dns", "jinja2", "maxminddb", "psycopg", "pyarrow", "redis", "sqlalchemy", "uvloop")
"""What the imports' contract cannot see, for it does not follow other packages."""


@pytest.mark.parametrize(
    "module", ["fraudcheck.pipeline.check", "fraudcheck.report.vendors", "fraudcheck.ledger.record"]
)
def test_the_core_loads_no_io(module):
    code = f"import sys, {module}; print(sorted(set({IO!r}) & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
