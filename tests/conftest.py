"""Fixtures that more than one room's tests use."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from aiohttp.test_utils import TestClient

from fraudcheck import wiring
from fraudcheck.settings import Settings
from fraudcheck.web.app import make
from tests.servers.dns import Nameserver
from tests.servers.postgres import PostgresServer, binaries


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for all tests; each makes a database of its own."""
    if binaries() is None and "CI" not in os.environ:
        pytest.skip("no PostgreSQL server here: apt-get install postgresql")
    with PostgresServer() as running:
        yield running


@pytest.fixture
def nameserver() -> Iterator[Nameserver]:
    """A name server on loopback, fresh for each test."""
    with Nameserver() as running:
        yield running


@pytest.fixture
def settings(tmp_path, nameserver) -> Settings:
    """A service of its own: SQLite in a fresh folder, counts in memory, the loopback name server."""
    return Settings(data_dir=tmp_path, redis="memory://", nameserver=(nameserver.address,))


@pytest.fixture
async def service(settings) -> AsyncIterator[wiring.Service]:
    async with wiring.service(settings) as running:
        yield running


@pytest.fixture
async def client(service, aiohttp_client: Callable[..., TestClient]) -> TestClient:
    """The service called over real HTTP."""
    return await aiohttp_client(make(service))
