"""Both stores of the ledger."""

from __future__ import annotations

import pytest

from fraudcheck.adapters.sql.ledger import SqlLedger


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """An empty database; one body of tests for both stores."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    return request.getfixturevalue("postgres").database()


@pytest.fixture
async def store(url):
    running = SqlLedger(url)
    await running.start()
    yield running
    await running.close()
