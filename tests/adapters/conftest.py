"""The ledger in SQLite and in PostgreSQL."""

from __future__ import annotations

import pytest

from fraudcheck.adapters.sql.ledger import SqlLedger


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The URL of an empty database; each test runs with both."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    return request.getfixturevalue("postgres").database()


@pytest.fixture
async def store(url):
    running = SqlLedger(url)
    await running.start()
    yield running
    await running.close()
