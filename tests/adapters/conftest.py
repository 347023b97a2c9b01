"""The ledger in SQLite and in PostgreSQL, and a clock that stands still until a test moves it."""

from __future__ import annotations

import pytest

from fraudcheck.adapters.sql.ledger import SqlLedger


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


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
